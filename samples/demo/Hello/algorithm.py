"""Greet whatever comes in."""

from __future__ import annotations

import json
from typing import Any


class InputError(ValueError):
    """The caller sent something that cannot be greeted."""

    error_type = "InputError"


def apply(input: Any) -> str:
    """Return "Hello " and the input: {"name": "Ada"} and "Ada" give "Hello Ada"."""
    return f"Hello {as_text(input)}"


def as_text(value: Any) -> str:
    """Write a value as people read it: text as it is, the rest as compact JSON."""
    if isinstance(value, bytes):
        return decode(value)
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return value["name"]
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def decode(raw: bytes) -> str:
    """Read bytes as UTF-8 text."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"Byte {error.start} of the input is not UTF-8 text. "
            "Send text in UTF-8, or a JSON value."
        ) from error
