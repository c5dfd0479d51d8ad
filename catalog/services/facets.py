"""Facets as people read them: names for values, the chosen ones among them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import Owner, User
from catalog.content.card_languages import language_name, tags_by_name
from catalog.search.base import UNSPECIFIED
from catalog.services.pages.tasks import TASKS, task_of
from catalog.services.pages.written import FRAMEWORKS, framework_label, license_label
from catalog.services.queries import FACET_LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from catalog.services.queries import Query
    from catalog.visibility import Viewer

SHOWN = 5
OPEN = {"task", "takes", "gives", "runtime", "framework", "license", "visibility"}
#: open where they tell one entry from another
OPEN_IF_SPLIT = {"verified", "callable"}
PRIVATE_TO = "private:"
_NAMES = {
    ("verified", "yes"): "Verified",
    ("verified", "no"): "Not verified",
    ("callable", "yes"): "Callable",
    ("callable", "no"): "Documentation only",
    ("visibility", "public"): "Public",
    ("takes", "json"): "JSON",
    ("gives", "json"): "JSON",
    ("runtime", "javascript"): "JavaScript",
}


def _capitalized(value: str) -> str:
    return value[:1].upper() + value[1:]


_WRITTEN: dict[str, Callable[[str], str]] = {
    "task": lambda value: task_of(value).label,
    "language": language_name,
    "framework": framework_label,
    "license": license_label,
    "takes": _capitalized,
    "gives": _capitalized,
    "runtime": _capitalized,
}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet, as it is written and as it is sent, with its matches."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet's values, the most frequent first; the chosen ones even at zero."""

    name: str
    label: str
    values: list[FacetValue]

    @property
    def shown(self) -> list[FacetValue]:
        """The first values, and whatever is chosen."""
        return [v for n, v in enumerate(self.values) if n < SHOWN or v.selected]

    @property
    def rest(self) -> list[FacetValue]:
        return [v for v in self.values[SHOWN:] if not v.selected]

    @property
    def is_open(self) -> bool:
        is_split = sum(value.count > 0 for value in self.values) > 1
        return (
            self.name in OPEN
            or (self.name in OPEN_IF_SPLIT and is_split)
            or any(value.selected for value in self.values)
        )

    @property
    def says_something(self) -> bool:
        """Whether a value is chosen or tells one entry from another."""
        told = [v for v in self.values if v.selected or v.value != UNSPECIFIED]
        return bool(told)


@lru_cache(1)
def names_in_filters() -> dict[str, dict[str, str]]:
    """Return what facets write that expressions may say too: field, name, value."""
    tasks = {task.label.casefold(): task.key for task in TASKS.values()}
    frameworks = {label.casefold(): key for key, label in FRAMEWORKS.items()}
    return {"language": tags_by_name(), "task": tasks, "framework": frameworks}


def facets_for(viewer: Viewer, names: Iterable[str]) -> tuple[str, ...]:
    """Return the facets to count: who is not signed in sees one visibility alone."""
    wanted = set(names)
    if not isinstance(viewer, User):
        wanted.discard("visibility")
    return tuple(name for name in FACET_LABELS if name in wanted)


class Labels:
    """Names of facet values for one viewer, whose own namespaces are read once."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._private: dict[str, str] | None = None

    def of(self, facet: str, value: str) -> str:
        """Return a value as a person reads it."""
        named = _NAMES.get((facet, value))
        if named or value == UNSPECIFIED:
            return named or "Not specified"
        if facet == "visibility":
            return self._private_to(value.removeprefix(PRIVATE_TO))
        write = _WRITTEN.get(facet)
        return write(value) if write else value

    def _private_to(self, slug: str) -> str:
        """Name a namespace of the viewer's; any other stays the word it is."""
        if self._private is None:
            self._private = _own_names(self._viewer)
        return self._private.get(slug, f"Private to {slug}")


def _own_names(viewer: Viewer) -> dict[str, str]:
    if not isinstance(viewer, User):
        return {}
    owners = Owner.objects.filter(Q(user=viewer) | Q(team__members=viewer))
    rows = owners.values_list("slug", "team__name").distinct()
    return {slug: team or "Only me" for slug, team in rows}


def facets_of(
    counts: Mapping[str, Sequence[tuple[str, int]]],
    names: Iterable[str],
    query: Query,
    labels: Labels,
) -> list[Facet]:
    """Return the named facets with their counts, in the order of the pages."""
    return [
        Facet(name, FACET_LABELS[name], _values(name, counts, query, labels))
        for name in names
    ]


def _values(
    name: str,
    counts: Mapping[str, Sequence[tuple[str, int]]],
    query: Query,
    labels: Labels,
) -> list[FacetValue]:
    chosen = query.chosen.get(name, ())
    found = dict(counts.get(name, ()))
    for value in chosen:
        found.setdefault(value, 0)
    return [
        FacetValue(value, labels.of(name, value), count, selected=value in chosen)
        for value, count in found.items()
    ]
