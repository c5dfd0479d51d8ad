"""What to search for, in the words of the catalog itself, so that it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.services.queries import Query, address_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.services.pages.specimens import Specimen
    from catalog.services.pages.tasks import Task

TITLES = 3
HINTS = 4
#: longer titles are read, not searched for (characters)
LONGEST = 40
#: type words that a reader knows without a page on types
PLAIN = {"audio", "image", "number", "series", "table", "text"}


@dataclass(frozen=True, slots=True)
class Hint:
    """An example of a search: how it reads, and the address that answers it."""

    label: str
    address: str


def hints(*, shown: Sequence[Specimen], tasks: Sequence[Task]) -> list[Hint]:
    """Return a few searches that find what is on show, or the most frequent tasks."""
    titles = [one.algorithm.title for one in shown]
    words = [_as_words(title) for title in titles if 0 < len(title) <= LONGEST]
    flows = _flows(shown)[:1]
    found = [_search(text) for text in dict.fromkeys(words)][: HINTS - len(flows)]
    found += flows
    found += [_of_task(task) for task in tasks[: HINTS - len(found)]]
    return found[:HINTS]


def _search(text: str) -> Hint:
    return Hint(text, address_of(Query(text=text)))


def _as_words(title: str) -> str:
    """Write a title as one types it; names in capitals stay."""
    first = title.split(" ", maxsplit=1)[0]
    is_word = first[:1].isupper() and first[1:].islower()
    return title[:1].lower() + title[1:] if is_word else title


def _flows(shown: Sequence[Specimen]) -> list[Hint]:
    pairs = dict.fromkeys((one.takes, one.gives) for one in shown)
    return [
        Hint(
            f"{takes} in, {gives} out",
            address_of(Query(chosen={"takes": (takes,), "gives": (gives,)})),
        )
        for takes, gives in sorted(pairs, key=lambda pair: "image" not in pair)
        if takes in PLAIN and gives in PLAIN
    ]


def _of_task(task: Task) -> Hint:
    return Hint(task.label.lower(), address_of(Query(chosen={"task": (task.key,)})))
