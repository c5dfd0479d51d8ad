"""Values of front matter as texts, lists, numbers and links, whatever they are."""

from __future__ import annotations

import json
import math
import re
from typing import Any
from urllib.parse import urlsplit

#: characters of one text and items of one list that are kept
LONGEST = 500
MOST = 100

_SPACE = re.compile(r"\s+")


def text_of(value: Any, longest: int = LONGEST) -> str:
    """Write a scalar on one line; a list or mapping as compact JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    text = _SPACE.sub(" ", str(value)).strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


def texts_of(value: Any) -> list[str]:
    """Give the texts of a list, or of one scalar; each once, in order."""
    items = value if isinstance(value, list) else [value]
    found = [text_of(item) for item in items if not isinstance(item, list | dict)]
    return list(dict.fromkeys(filter(None, found)))[:MOST]


def number_of(value: Any) -> float | None:
    """Give a finite number, also one that was written as a text or a percentage."""
    if isinstance(value, str):
        try:
            value = float(value.strip().removesuffix("%"))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def link_of(value: Any) -> str:
    """Give an http(s) address that is safe as a link's target, else ""."""
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > LONGEST or any(ord(letter) <= ord(" ") for letter in text):
        return ""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return ""
    return text if parts.scheme in {"http", "https"} and host else ""
