"""The names of a form's controls: safe in every browser, whatever members are called.

The whole value is `input`, a member `text` is `input.text`, a row of a list is
`input.tags.0`, the second alternative of a choice is `input.shape:1`. Marks beside
them say what is not a value: `input.tags:row` lists the rows in their order.
"""

from __future__ import annotations

from hashlib import blake2s
from urllib.parse import quote

ROOT = "input"

Posted = dict[str, list[str]]


def under(name: str, step: str | int) -> str:
    """Name a member; browsers and servers disagree on quotes and newlines in names."""
    return f"{name}.{quote(str(step), safe='').replace('.', '%2E')}"


def row_of(name: str, token: str) -> str:
    return f"{name}[{token}]"


def alternative(name: str, number: int) -> str:
    return f"{name}:{number}"


def marked(name: str, mark: str) -> str:
    return f"{name}:{mark}"


def id_of(name: str) -> str:
    """Make an id that selectors and links can carry, the same on every page."""
    return "t-" + blake2s(name.encode(), digest_size=6).hexdigest()


def last(posted: Posted, name: str) -> str:
    """Give the last value of a name; empty where there is none."""
    values = posted.get(name)
    return values[-1] if values else ""
