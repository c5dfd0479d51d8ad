"""The JSON edge: /api, problem+json."""
