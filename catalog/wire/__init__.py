"""The Algorithmia-compatible edge: /v1."""
