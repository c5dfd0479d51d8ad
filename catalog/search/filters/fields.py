"""The fields of the filter language: their types, and their values in a document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.search.base import SearchDocument

Type = Literal["text", "number", "date", "yes or no"]
Value = str | float | bool

Values = Mapping[str, Sequence[Value]]
"""Of one document, for each field: folded texts, numbers, seconds, True or False."""

LONGEST_TEXT = 500
"""Characters of a text that count: longer ones are compared by their beginning."""


_WILDCARDS = re.compile(r"\\.|[%_]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Field:
    """A name that an expression may use; `meaning` explains it to readers."""

    name: str
    type: Type
    meaning: str


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("owner", "text", "the person or team that lists it"),
        Field("name", "text", "its name without the owner"),
        Field("title", "text", "its title"),
        Field("summary", "text", "its one-line description"),
        Field("task", "text", "what it is for"),
        Field("tag", "text", "any of its tags"),
        Field("takes", "text", "any kind of input"),
        Field("gives", "text", "any kind of output"),
        Field("runtime", "text", "what runs it"),
        Field("framework", "text", "what it is made with"),
        Field("language", "text", "any language it understands"),
        Field("license", "text", "its license"),
        Field("visibility", "text", "public, private or private:OWNER"),
        Field("latency", "number", "median time of a call in milliseconds"),
        Field("calls", "number", "how often it was called"),
        Field("stars", "number", "how many people starred it"),
        Field("verified", "yes or no", "checked by a curator"),
        Field("callable", "yes or no", "can be called, not only read about"),
        Field("deprecated", "yes or no", "no longer recommended"),
        Field("featured", "yes or no", "shown on the front page"),
        Field("created", "date", "when it was first listed"),
        Field("updated", "date", "when it last changed"),
    )
}


def fold(text: str) -> str:
    """Return a text as comparisons see it: in NFKC, without regard to case, cut."""
    return fold_pattern(text)[:LONGEST_TEXT]


def fold_pattern(text: str) -> str:
    """Fold a LIKE pattern, which is never cut.

    A run of wildcards is put in order, which says the same: `_%_%` is `__%`.
    """
    sound = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return _WILDCARDS.sub(_in_order, unicodedata.normalize("NFKC", sound).casefold())


def wildcards_in(pattern: str) -> int:
    """Count the runs of % and _ in a LIKE pattern."""
    return sum(run[0] != "\\" for run in _WILDCARDS.findall(pattern))


def _in_order(found: re.Match[str]) -> str:
    run = found[0]
    if run[0] == "\\":
        return run
    return "_" * run.count("_") + "%" * ("%" in run)


def values_of(document: SearchDocument) -> dict[str, tuple[Value, ...]]:
    """Return what `holds` reads of a document. A field without a value is empty."""
    texts: dict[str, Iterable[str]] = {
        "owner": (document.owner,),
        "name": (document.name,),
        "title": (document.title,),
        "summary": (document.summary,),
        "task": (document.task,),
        "tag": document.tags,
        "takes": document.takes,
        "gives": document.gives,
        "runtime": (document.runtime,),
        "framework": (document.framework,),
        "language": document.language,
        "license": (document.license,),
        "visibility": (document.visibility.partition(":")[0], document.visibility),
    }
    folded = {name: tuple(dict.fromkeys(map(fold, t))) for name, t in texts.items()}
    median = document.median_ms
    return {
        **{name: tuple(t for t in found if t) for name, found in folded.items()},
        "latency": () if median is None else (float(median),),
        "calls": (float(max(0, document.popularity)),),
        "stars": (float(max(0, document.stars)),),
        "verified": (document.verified,),
        "callable": (document.callable,),
        "deprecated": (document.deprecated,),
        "featured": (document.featured,),
        "created": (float(document.created_at),),
        "updated": (float(document.updated_at),),
    }


MAY_BE_UNSPECIFIED = frozenset({"task", "framework", "language", "license"})
"""Fields whose facet shows an empty one as `unspecified`; expressions may say so."""
