"""Return the input unchanged."""

from __future__ import annotations

from typing import Any


def apply(input: Any) -> Any:
    """Give back what came in, in the same type: a JSON value, text or bytes."""
    return input
