"""Why a row was found, in one line, where the row itself does not show it."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.search.explaining import Reason

#: what the row itself shows
SHOWN = {"name", "summary", "task"}
#: the way of each reason, the plainest first
WAYS = ("word", "stem", "typo", "synonym")
FEW = 3


def why(reasons: Iterable[Reason]) -> str:
    """Return a sentence such as `Matched in tags; “photo” means “image”`, or ""."""
    places: list[str] = []
    readings: list[str] = []
    for typed, group in groupby(
        sorted(reasons, key=attrgetter("typed")), key=attrgetter("typed")
    ):
        found = sorted(group, key=lambda reason: WAYS.index(reason.via))
        best = found[0]
        if best.via == "synonym":
            readings.append(f"“{typed}” means “{best.found}”")
        elif best.via == "typo":
            readings.append(f"“{typed}” read as “{best.found}”")
        if not SHOWN.intersection(reason.field for reason in found):
            places.append(best.field)
    said = [f"matched in {_listed(list(dict.fromkeys(places)))}"] if places else []
    text = "; ".join([*said, *readings[:FEW]])
    return text[:1].upper() + text[1:]


def _listed(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} and {words[-1]}"
