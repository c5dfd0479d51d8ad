"""The catalog of callable models: edges over services over models over engines."""
