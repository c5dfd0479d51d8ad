"""Which bytes a Range header wants (RFC 9110 section 14), and validators of files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

_ONE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.IGNORECASE)


class Unsatisfiable(Exception):
    """No byte of the file is in the range."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a reader asks of a file: headers as they were sent, "" for none."""

    range: str = ""
    if_range: str = ""
    if_none_match: str = ""


def etag_of(digest: str) -> str:
    """Return the strong validator of bytes with this SHA-256."""
    return f'"{digest[:32]}"'


def span(asked: Conditions, *, size: int, etag: str) -> tuple[int, int] | None:
    """Return first byte and length of one range; None for the whole file.

    Several ranges, other units and what cannot be read are answered whole, as the RFC
    allows; so is a range of another state of the file (If-Range). Raises
    Unsatisfiable.
    """
    found = _ONE.fullmatch(asked.range.strip())
    if found is None or not any(found.groups()):
        return None
    if asked.if_range and asked.if_range.strip() != etag:
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        if not length:
            raise Unsatisfiable
        return size - length, length
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, end - start + 1


class Sized(Protocol):
    """Something with a size in bytes and a digest of them."""

    size: int

    @property
    def digest(self) -> str: ...


def picked(asked: Conditions, file: Sized) -> tuple[int, int]:
    """Return first byte and length that a reader wants; raises Unsatisfiable."""
    wanted = span(asked, size=file.size, etag=etag_of(file.digest))
    return wanted or (0, file.size)


def content_range(start: int, length: int, size: int) -> str:
    """Return the field Content-Range of an answer with a part."""
    return f"bytes {start}-{start + length - 1}/{size}"


def is_known(asked: Conditions, etag: str) -> bool:
    """Tell whether If-None-Match names this state: the reader has it already."""
    tags = {tag.strip().removeprefix("W/") for tag in asked.if_none_match.split(",")}
    return etag in tags or "*" in tags
