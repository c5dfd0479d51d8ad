"""Which bytes a Range header wants (RFC 9110 section 14), and validators of files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

_ONE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.IGNORECASE | re.ASCII)
NOTHING = (0, 0)


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
    allows; so is a range of another state of the file (If-Range). Where no byte of the
    file is in the range, it is NOTHING.
    """
    found = _ONE.fullmatch(asked.range.strip())
    if found is None or not any(found.groups()):
        return None
    if asked.if_range and asked.if_range.strip() != etag:
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, length) if length else NOTHING
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        return NOTHING
    return start, end - start + 1


class Sized(Protocol):
    """Something with a size in bytes and a digest of them."""

    size: int

    @property
    def digest(self) -> str: ...


F = TypeVar("F", bound=Sized)


class Unsatisfiable(Exception, Generic[F]):
    """No byte of the file is in the range."""

    def __init__(self, file: F) -> None:
        super().__init__()
        self.file = file


class Known(Exception, Generic[F]):
    """The reader has this state of the file already."""

    def __init__(self, file: F) -> None:
        super().__init__()
        self.file = file


def picked(asked: Conditions, file: F) -> tuple[int, int]:
    """Return first byte and length that a reader wants; raises Known, Unsatisfiable."""
    etag = etag_of(file.digest)
    if asked.if_none_match and is_known(asked, etag):
        raise Known(file)
    wanted = span(asked, size=file.size, etag=etag)
    if wanted == NOTHING:
        raise Unsatisfiable(file)
    return wanted or (0, file.size)


def content_range(start: int, length: int, size: int) -> str:
    """Return the field Content-Range of an answer with a part."""
    return f"bytes {start}-{start + length - 1}/{size}"


def is_known(asked: Conditions, etag: str) -> bool:
    """Tell whether If-None-Match names this state: the reader has it already."""
    tags = {tag.strip().removeprefix("W/") for tag in asked.if_none_match.split(",")}
    return etag in tags or "*" in tags
