"""Goes with: what can feed an algorithm, what it can feed, and what does the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import F, Q

from catalog.models import Algorithm
from catalog.services.lookups import Lookups

if TYPE_CHECKING:
    from catalog.models.algorithm import AlgorithmQuerySet
    from catalog.services.callers import Caller
    from catalog.visibility import Viewer

SHOWN = 3
#: words that fit everything and so say nothing
VAGUE = frozenset({"", "json", "any"})


@dataclass(frozen=True, slots=True)
class Related:
    """Neighbours of an algorithm, the verified and most called first."""

    fed_by: list[Algorithm] = field(default_factory=list)
    can_feed: list[Algorithm] = field(default_factory=list)
    similar: list[Algorithm] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fed_by or self.can_feed or self.similar)


#: of one viewer and algorithm; memberships and algorithms move the epoch
_held: Lookups[Related] = Lookups(limit=1_000)


def related_to(*, caller: Caller, algorithm: Algorithm) -> Related:
    """Return what the caller sees that goes with `algorithm`, kept for an epoch."""
    key = (caller.identity, algorithm.pk)
    return _held.get(caller.epoch, key, lambda: _related(caller.viewer, algorithm))


def _related(viewer: Viewer, algorithm: Algorithm) -> Related:
    """Ask for all three lists in one query.

    Found by comparing the type words of inputs and outputs, and tasks: whether one's
    output really fits the other's schema is not checked.
    """
    visible = Algorithm.objects.visible_to(viewer)
    others = visible.exclude(pk=algorithm.pk).filter(
        latest__isnull=False, deprecated_at__isnull=True
    )
    takes, gives, task = algorithm.takes, algorithm.gives, algorithm.task
    wanted = {
        "fed_by": Q(gives=takes) if takes not in VAGUE else None,
        "can_feed": Q(takes=gives) if gives not in VAGUE else None,
        "similar": Q(task=task) if task else None,
    }
    parts = [_best(others.filter(q)) for q in wanted.values() if q is not None]
    if not parts:
        return Related()
    any_of = Q()
    for part in parts:
        any_of |= Q(pk__in=part.values("pk"))
    rows = list(_ordered(visible.filter(any_of).select_related("owner")))
    return Related(
        fed_by=[r for r in rows if wanted["fed_by"] and r.gives == takes][:SHOWN],
        can_feed=[r for r in rows if wanted["can_feed"] and r.takes == gives][:SHOWN],
        similar=[r for r in rows if task and r.task == task][:SHOWN],
    )


def _ordered(rows: AlgorithmQuerySet) -> AlgorithmQuerySet:
    verified = F("verified_at").desc(nulls_last=True)
    return rows.order_by(verified, "-call_count", "pk")


def _best(rows: AlgorithmQuerySet) -> AlgorithmQuerySet:
    return _ordered(rows)[:SHOWN]
