"""Words that mean the same: data, analysed once, applied to the words of a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.search.analysis import PART, STOP_WORDS, normalize, query_words, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Tokens = tuple[str, ...]

MOST_ALTERNATIVES = 12
"""Further readings of one word; a longer group is cut there."""

_DEFAULTS = Path(__file__).with_name("default_synonyms.txt")


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of words and phrases of one meaning; build it with `of`.

    `alternatives` maps the stems of an entry to the stems of the others of its groups;
    `longest` is the number of stems of the longest entry. Two values are equal if
    their groups are.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    alternatives: Mapping[Tokens, tuple[Tokens, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    longest: int = field(default=0, compare=False, repr=False)

    @classmethod
    def of(cls, groups: Iterable[Iterable[str]]) -> Synonyms:
        """Analyse groups such as [("car", "automobile"), ("asr", "voice typing")].

        Entries are trimmed; those without a word and groups of fewer than two entries
        say nothing and are left out. The last 16 results are kept, so a service may
        call this for every request.
        """
        entries = (tuple(entry.strip() for entry in group) for group in groups)
        return _analysed(tuple(dict.fromkeys(group for group in entries if group)))


NO_SYNONYMS = Synonyms()


def default_synonyms() -> tuple[tuple[str, ...], ...]:
    """Return the groups shipped with the product, to begin a list with."""
    return parse_synonyms(_DEFAULTS.read_text("utf-8"))


def parse_synonyms(text: str) -> tuple[tuple[str, ...], ...]:
    """Read one group a line, entries between commas; `#` begins a comment."""
    lines = (line.partition("#")[0] for line in text.splitlines())
    groups = (
        tuple(entry.strip() for entry in line.split(",") if entry.strip())
        for line in lines
    )
    return tuple(group for group in groups if len(group) > 1)


@lru_cache(maxsize=16)
def _analysed(groups: tuple[tuple[str, ...], ...]) -> Synonyms:
    found: dict[Tokens, dict[Tokens, None]] = {}
    for group in groups:
        entries = {_stems(entry): entry for entry in group}
        entries.pop((), None)
        for stems in entries:
            others = found.setdefault(stems, {})
            others |= {o: None for o, e in entries.items() if o != stems and _free(e)}
    alternatives = {
        stems: tuple(others)[:MOST_ALTERNATIVES]
        for stems, others in found.items()
        if others
    }
    longest = max(map(len, alternatives), default=0)
    return Synonyms(groups, alternatives, longest)


def _stems(entry: str) -> Tokens:
    """Stems of an entry, each compound by its parts."""
    return tuple(
        stem(form)
        for _, forms in query_words(entry)
        for form in dict.fromkeys(forms[-1])
    )


def _free(entry: str) -> bool:
    """Whether the words of a phrase mean the same in any order.

    The index knows no order, so `text to speech` must not be looked for where `tts`
    was typed: it would find `speech to text` too. Typed, it still means `tts`.
    """
    parts = [part.casefold() for part in PART.findall(normalize(entry))]
    return len(parts) == 1 or not STOP_WORDS.intersection(parts)
