"""A search document made ready for any engine: finished tokens, facets, sort keys."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import astuple, dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from catalog.search.analysis import STOP_WORDS, stem, words
from catalog.search.base import PUBLIC, UNSPECIFIED
from catalog.search.filters.fields import MAY_BE_UNSPECIFIED, Value, values_of
from catalog.search.vocabulary import is_word

if TYPE_CHECKING:
    from catalog.search.base import SearchDocument, Sort

SCHEMA = 3
"""Number of the stored form; an index of another one is rebuilt, never read."""

WEIGHTS = {"name": 4, "title": 3, "tags": 3, "summary": 2, "docs": 1, "path": 1}
"""How often a token of each field counts in the one weighted field. `task` counts
as a tag; `path` is owner/name, which finds a name that was pasted whole."""

BANDS = ("under 50 ms", "50 to 500 ms", "over 500 ms")
"""Values of the latency facet; 50 and 500 ms are in the middle one."""

_MOST_CALLS = 10**15
_LAST_MICROSECOND = 10**17
_CODE = re.compile(r"(?:```|~~~).*?(?:```|~~~|\Z)", re.DOTALL)
_ADDRESS = re.compile(r"https?://\S+")
_TAG = re.compile(r"<[^<>]{0,500}>")


@dataclass(frozen=True, slots=True)
class SortKey:
    """Place of a document in one order; `text` is unique and ascends.

    `numbers` (each below 2**64) never decrease along the order, so an engine that
    cannot compare texts skips to a page by numbers and drops the few rows before it.
    """

    text: str
    numbers: tuple[int, int, int]

    @property
    def id(self) -> str:
        return id_of(self.text)


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """What an engine writes for one algorithm.

    `terms` maps a token to its weighted frequency, `length` is their sum; `names`
    are the unstemmed words of name and title, `words` those of all of a public
    document that misspelled ones may be taken for; `values` is what expressions of the
    filter language read; `digest` tells whether a repeated write would change anything.
    """

    id: str
    version: int
    audiences: tuple[str, ...]
    popularity: int
    digest: str
    terms: dict[str, int]
    length: int
    names: tuple[str, ...]
    words: tuple[str, ...]
    values: dict[str, tuple[Value, ...]]
    facets: dict[str, tuple[str, ...]]
    keys: dict[str, SortKey]

    @property
    def public(self) -> bool:
        return PUBLIC in self.audiences

    @property
    def packed_terms(self) -> str:
        return pack_terms(self.terms)

    @property
    def repeated_terms(self) -> str:
        """The weighted text: each token as often as it counts."""
        return " ".join(" ".join([t] * count) for t, count in self.terms.items())


def indexed(document: SearchDocument) -> IndexedDocument:
    """Analyse a document, once for every engine."""
    forms = _weighted_forms(document)
    terms: Counter[str] = Counter()
    for form, count in forms.items():
        terms[stem(form)] += count
    known = forms if PUBLIC in document.audiences else ()
    return IndexedDocument(
        id=document.id,
        version=document.version,
        audiences=document.audiences,
        popularity=document.popularity,
        digest=digest_of(document),
        terms=dict(terms),
        length=terms.total(),
        names=tuple(dict.fromkeys(words(f"{document.name} {document.title}"))),
        words=tuple(form for form in known if is_word(form)),
        values=values_of(document),
        facets=facets_of(document),
        keys=_sort_keys(document),
    )


def digest_of(document: SearchDocument) -> str:
    """Return 16 hex digits that differ when anything indexed differs."""
    content = repr(astuple(document)).encode("utf-8", "backslashreplace")
    return blake2b(content, digest_size=8).hexdigest()


def plain(markdown: str) -> str:
    """Return what Markdown says, without code fences, addresses and markup."""
    text = _ADDRESS.sub(" ", _CODE.sub(" ", markdown))
    return html.unescape(_TAG.sub(" ", text))


def pack_terms(terms: dict[str, int]) -> str:
    """Write terms as ` token:frequency token:frequency `, which is searched as is."""
    return f" {' '.join(f'{token}:{count}' for token, count in terms.items())} "


def frequency(packed: str, token: str) -> int:
    """Return the weighted frequency of a token in packed terms, 0 if it is absent."""
    found = packed.find(f" {token}:")
    if found < 0:
        return 0
    start = found + len(token) + 2
    return int(packed[start : packed.index(" ", start)])


def parse_key(sort: Sort, text: str) -> SortKey:
    """Read a SortKey from its text; raises ValueError for a text that is none."""
    if " " not in text.rstrip(" "):
        raise ValueError("a sort key ends in an id")
    if sort == "name":
        return SortKey(text, _leading_numbers(text))
    number, _, id_ = text.partition(" ")
    high = int(number)
    if not 0 <= high <= _LAST_MICROSECOND:
        raise ValueError("the number of a sort key is out of range")
    middle, low, _ = _leading_numbers(id_)
    return SortKey(text, (high, middle, low))


def id_of(key: str) -> str:
    return key.rpartition(" ")[2]


def _weighted_forms(document: SearchDocument) -> Counter[str]:
    """Count the unstemmed tokens of all fields by their weights."""
    name = html.unescape(document.name)
    texts = (
        ("name", name),
        ("title", document.title),
        ("tags", " ".join((*document.tags, document.task))),
        ("summary", plain(document.summary)),
        ("docs", plain(document.docs)),
        ("path", f"{document.owner}/{name}"),
    )
    counts: Counter[str] = Counter()
    for field, text in texts:
        named = field in {"name", "title"}  # an algorithm may be called Not
        weight = WEIGHTS[field]
        for form, times in Counter(words(text)).items():
            if named or form not in STOP_WORDS:
                counts[form] += weight * times
    return counts


def facets_of(document: SearchDocument) -> dict[str, tuple[str, ...]]:
    """Return the values of each facet, as an index counts them."""
    given: dict[str, tuple[str, ...]] = {
        "task": (document.task,),
        "tag": document.tags,
        "owner": (document.owner,),
        "takes": document.takes,
        "gives": document.gives,
        "runtime": (document.runtime,),
        "framework": (document.framework,),
        "language": document.language,
        "license": (document.license,),
        "visibility": (document.visibility,),
        "latency": (_band(document.median_ms),),
        "verified": (_yes_or_no(document.verified),),
        "callable": (_yes_or_no(document.callable),),
    }
    found = {
        facet: tuple(dict.fromkeys(sound(value) for value in values if value))
        for facet, values in given.items()
    }
    empty = {f: (UNSPECIFIED,) for f in MAY_BE_UNSPECIFIED if not found[f]}
    return {**found, **empty}


def _band(median_ms: float | None) -> str:
    if median_ms is None:
        return ""
    fast, middle, slow = BANDS
    return fast if median_ms < 50 else middle if median_ms <= 500 else slow  # noqa: PLR2004 - as the bands say


def _yes_or_no(value: bool) -> str:  # noqa: FBT001 - it is what it says
    return "yes" if value else "no"


def _sort_keys(document: SearchDocument) -> dict[str, SortKey]:
    name = sound(f"{document.name} {document.owner}".casefold())
    texts: dict[Sort, str] = {
        "popular": f"{_descending(document.popularity, _MOST_CALLS)} {document.id}",
        "stars": f"{_descending(document.stars, _MOST_CALLS)} {document.id}",
        "updated": f"{_age(document.updated_at)} {document.id}",
        "created": f"{_age(document.created_at)} {document.id}",
        "name": f"{name} {document.id}",
    }
    return {sort: parse_key(sort, text) for sort, text in texts.items()}


def _age(seconds: float) -> str:
    return _descending(int(max(0.0, seconds) * 1_000_000), _LAST_MICROSECOND)


def _descending(number: int, most: int) -> str:
    """Eighteen digits that ascend while the number falls."""
    return f"{most - max(0, min(number, most)):018d}"


def _leading_numbers(text: str) -> tuple[int, int, int]:
    start = text.encode("utf-8", "replace")[:24].ljust(24, b"\0")
    first, second, third = (start[i : i + 8] for i in (0, 8, 16))
    return (
        int.from_bytes(first, "big"),
        int.from_bytes(second, "big"),
        int.from_bytes(third, "big"),
    )


def sound(text: str) -> str:
    """Return text without NUL and lone surrogates, which engines refuse."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
