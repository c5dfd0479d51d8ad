"""Secrets of other services that stand in a text: private keys and well-known tokens.

Each pattern is one that its issuer documents for scanners, with a length or a mark
that ordinary words do not have. A line that says `vitrine: allow-secret` is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ALLOWED = b"vitrine: allow-secret"
#: what decides whether a file is a text (bytes that are looked at)
_HEAD = 8192


@dataclass(frozen=True, slots=True)
class ForeignSecret:
    """What was found, in words, and on which line from 1."""

    kind: str
    line: int


#: kind, a part that every such secret has (a search for it is quick), the pattern
_PATTERNS = [
    (kind, mark, re.compile(pattern))
    for kind, mark, pattern in (
        (
            "a private key",
            b"PRIVATE KEY",
            rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
        ),
        (
            "an AWS access key",
            b"AKIA",
            rb"(?<![0-9A-Z])AKIA(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}(?![0-9A-Z])",
        ),
        (
            "an AWS access key",
            b"ASIA",
            rb"(?<![0-9A-Z])ASIA(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}(?![0-9A-Z])",
        ),
        (
            "a GitHub token",
            b"gh",
            rb"(?<![0-9A-Za-z])gh[pousr]_[0-9A-Za-z]{36}(?![0-9A-Za-z])",
        ),
        ("a GitHub token", b"github_pat_", rb"github_pat_[0-9A-Za-z_]{82}"),
        ("a Slack token", b"xox", rb"xox[abeoprs]-[0-9]{6,}-[0-9A-Za-z-]{10,}"),
        ("an OpenAI key", b"T3BlbkFJ", rb"sk-[0-9A-Za-z_-]*T3BlbkFJ[0-9A-Za-z_-]{16,}"),
        ("an Anthropic key", b"sk-ant-", rb"sk-ant-[a-z0-9]+-[0-9A-Za-z_-]{80,}"),
    )
]


def is_text(data: bytes) -> bool:
    return b"\0" not in data[:_HEAD]


def foreign_secrets(data: bytes) -> Iterator[ForeignSecret]:
    """Yield the secrets in a text, by pattern."""
    for kind, mark, pattern in _PATTERNS:
        if mark not in data:
            continue
        for found in pattern.finditer(data):
            if ALLOWED not in _line_at(data, found.start()):
                yield ForeignSecret(kind, line_of(data, found.start()))


def line_of(data: bytes, place: int) -> int:
    """Return the line, from 1, of a place in a text."""
    return data.count(b"\n", 0, place) + 1


def _line_at(data: bytes, place: int) -> bytes:
    end = data.find(b"\n", place)
    return data[data.rfind(b"\n", 0, place) + 1 : end if end >= 0 else None]
