"""The opaque cursor of a page: where it ended, and what it must not repeat."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from catalog.search.base import BadCursor
from catalog.search.expansion import MOST_CORRECTED, Corrections
from catalog.search.vocabulary import MOST_NEAR, is_word

if TYPE_CHECKING:
    from catalog.search.base import SearchRequest

_MARK_BYTES = 6
_DIGEST_BYTES = 6
_FLAG_BYTES = 5
_LONGEST = 5_000
_REFUSED = "the cursor does not belong to this search"


@dataclass(frozen=True, slots=True)
class Cursor:
    """State between two pages.

    `key` is the sort key of the last row (keyset paging), empty while the ranked
    rows of a relevance search are shown. Those have no stable key, since scores
    move with each new document: `shown` holds a mark of each row seen instead.
    `widened` keeps to any-word matching once it was chosen, and `corrections` to what
    misspelled words were taken for: both depend on what is listed meanwhile.
    """

    key: str = ""
    shown: frozenset[bytes] = frozenset()
    widened: bool = False
    corrections: Corrections = field(default_factory=dict)

    def encode(self, request: SearchRequest) -> str:
        """URL-safe text: some 110 characters, 8 for each mark, and the corrections."""
        said = _json(self.corrections).encode() if self.corrections else b""
        flags = bytes([self.widened]) + len(self.shown).to_bytes(2, "big")
        marks = b"".join(sorted(self.shown))
        body = flags + len(said).to_bytes(2, "big") + marks + said + self.key.encode()
        packed = _digest(request, body) + body
        return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()

    @classmethod
    def decode(cls, request: SearchRequest) -> Cursor:
        """Read `request.after`; raises BadCursor for a cursor of another search."""
        packed = _unpacked(request.after)
        body = packed[_DIGEST_BYTES:]
        if packed[:_DIGEST_BYTES] != _digest(request, body):
            raise BadCursor(_REFUSED)
        end = _FLAG_BYTES + int.from_bytes(body[1:3], "big") * _MARK_BYTES
        last = end + int.from_bytes(body[3:_FLAG_BYTES], "big")
        starts = range(_FLAG_BYTES, end, _MARK_BYTES)
        marks = frozenset(body[start : start + _MARK_BYTES] for start in starts)
        corrections = _corrections(body[end:last])
        key = body[last:].decode("utf-8", "replace")
        return cls(key, marks, widened=body[0] == 1, corrections=corrections)


def mark(id_: str) -> bytes:
    """48 bits that stand for a row; two of 100,000 rows share them once in 50,000."""
    return blake2b(id_.encode("utf-8", "replace"), digest_size=_MARK_BYTES).digest()


def _unpacked(text: str) -> bytes:
    if len(text) > _LONGEST:
        raise BadCursor(_REFUSED)
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        packed = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise BadCursor(_REFUSED) from None
    if len(packed) < _DIGEST_BYTES + _FLAG_BYTES:
        raise BadCursor(_REFUSED)
    return packed


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _corrections(said: bytes) -> Corrections:
    """Read what `encode` wrote; anything else is a made-up cursor."""
    try:
        found = json.loads(said or b"{}")
        words = [word for word, near in found.items() for word in (word, *near)]
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise BadCursor(_REFUSED) from None
    if not all(isinstance(word, str) and is_word(word) for word in words):
        raise BadCursor(_REFUSED)
    if len(found) > MOST_CORRECTED or any(len(n) > MOST_NEAR for n in found.values()):
        raise BadCursor(_REFUSED)
    return {word: tuple(near) for word, near in found.items()}


def _digest(request: SearchRequest, body: bytes) -> bytes:
    """Tie a cursor to what is the same on all pages.

    `limit`, `facets` and `synonyms` may change on the way.

    No secret: whoever makes up a cursor only chooses where a page starts.
    """
    filters = sorted(
        (facet, sorted(set(values))) for facet, values in request.filters.items()
    )
    asked = json.dumps([request.text, request.sort, filters, request.filter])
    return blake2b(asked.encode() + body, digest_size=_DIGEST_BYTES).digest()
