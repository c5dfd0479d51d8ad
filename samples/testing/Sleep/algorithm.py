"""Wait a given number of seconds, then answer."""

from __future__ import annotations

import time
from typing import Any

LONGEST = 60  # seconds


class InputError(ValueError):
    """The caller sent something that is no waiting time."""

    error_type = "InputError"


def apply(input: Any) -> dict[str, float]:
    """Sleep `input` seconds (0 to 60) and return {"slept": input}."""
    is_number = isinstance(input, int | float) and not isinstance(input, bool)
    if not is_number or not 0 <= input <= LONGEST:
        raise InputError(
            f"The input must be a number of seconds from 0 to {LONGEST}, such as 1.5; "
            f"got {input!r:.40}."
        )
    time.sleep(input)
    return {"slept": input}
