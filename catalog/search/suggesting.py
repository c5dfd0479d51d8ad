"""Completions of a prefix: algorithms by name, and values of facets."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from catalog.search import completion
from catalog.search.base import Kind, Suggestion
from catalog.search.documents import id_of
from catalog.search.expansion import corrected, corrections_of
from catalog.search.query import Match, TextQuery
from catalog.search.scopes import merged_page, scopes_of

if TYPE_CHECKING:
    from catalog.search.base import Access
    from catalog.search.scopes import Snapshot

MOST = 100
"""Suggestions at most."""

_SHARE = 4
"""Each kind of value gets this part of the room beside the algorithms."""


def suggest(
    snapshot: Snapshot, prefix: str, access: Access, limit: int, kinds: tuple[Kind, ...]
) -> list[Suggestion]:
    """Complete a prefix as SearchBackend.suggest says."""
    text = TextQuery.parse_prefix(prefix)
    limit = max(0, min(limit, MOST))
    if not text.words or not limit:
        return []
    found = _found(snapshot, text, access, limit, kinds)
    if not found:
        corrections = corrections_of(text, snapshot.vocabulary, begun=True)
        if corrections:
            right = corrected(text, corrections, token_of=str)
            found = _found(snapshot, right, access, limit, kinds)
    return found


def _found(
    snapshot: Snapshot,
    text: TextQuery,
    access: Access,
    limit: int,
    kinds: tuple[Kind, ...],
) -> list[Suggestion]:
    wanted = [kind for kind in completion.KINDS if kind in kinds]
    share = limit if len(kinds) == 1 else max(1, limit // _SHARE)
    values = _values(snapshot, text, access, share, wanted) if wanted else []
    ids = _ids(snapshot, text, access, limit) if "algorithm" in kinds else []
    room = limit - min(len(values), limit // 2 if ids else limit)
    algorithms = [Suggestion("algorithm", id=id_) for id_ in ids[:room]]
    return [*algorithms, *values][:limit]


def _ids(snapshot: Snapshot, text: TextQuery, access: Access, limit: int) -> list[str]:
    """Ids by a word of name or title: the very words first, then by calls."""
    scopes = scopes_of(snapshot, access)
    keys = [
        key
        for match in (Match("names", text), Match("prefix", text))
        for key in merged_page(scopes, match, "popular", None, limit)
    ]
    return list(dict.fromkeys(map(id_of, keys)))[:limit]


def _values(
    snapshot: Snapshot, text: TextQuery, access: Access, share: int, kinds: list[Kind]
) -> list[Suggestion]:
    counts: dict[Kind, Counter[str]] = {kind: Counter() for kind in kinds}
    for scope in scopes_of(snapshot, access):
        found = snapshot.completions_of(scope).find(text)
        for kind in kinds:
            counts[kind] += found[kind]
    return [
        Suggestion(kind, value, count=count)
        for kind, counted in counts.items()
        for value, count in sorted(counted.items(), key=lambda e: (-e[1], e[0]))[:share]
    ]
