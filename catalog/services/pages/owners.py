"""Owner pages: a namespace, as far as the viewer sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from accounts.models import Membership, Owner
from accounts.namespaces import former_owner
from catalog.models import Algorithm, Version, Visibility
from catalog.services import rollups
from catalog.services.errors import BadRequest, NotFound
from catalog.services.pages import listing
from catalog.services.pages.tasks import Task, task_of
from catalog.services.queries import Query
from catalog.visibility import belongs

if TYPE_CHECKING:
    from catalog.models.algorithm import AlgorithmQuerySet
    from catalog.services.pages.listing import Found
    from catalog.visibility import Viewer

NEW = 5
TASKS = 12
SORTS = {"name": "Name", "popular": "Most called", "updated": "Last changed"}


@dataclass(frozen=True, slots=True)
class OwnerPage:
    """An owner's namespace: what the viewer sees of it, and figures of that alone.

    `members` are there for members only; `calls` are of 30 days.
    """

    owner: Owner
    found: Found
    sort: str
    is_own: bool
    count: int
    private: int
    stars: int
    calls: int
    tasks: list[tuple[Task, int]]
    newest: list[Version]
    members: list[Membership] = field(default_factory=list)

    @property
    def name(self) -> str:
        """A team's name; a person is called by the slug alone."""
        return self.owner.team.name if self.owner.team else self.owner.slug


def owner_page(
    *, viewer: Viewer, slug: str, sort: str = "", cursor: str = ""
) -> OwnerPage:
    """Return an owner with its visible algorithms, by its name or one that it had.

    Raises NotFound for a namespace that shows the viewer nothing, whether it is
    missing or private, unless the viewer belongs to it. Raises BadRequest for a sort
    or a cursor that is none.
    """
    rows = Owner.objects.select_related("team").filter(slug__iexact=slug)
    # Who sees nothing of an owner is not led on from the name that it had either.
    owner = rows.first() or former_owner(slug)
    if owner is None:
        raise NotFound(f"owner {slug} not found")
    is_own = belongs(viewer, owner)
    rows = Algorithm.objects.visible_to(viewer).filter(owner=owner)
    private = Q(visibility=Visibility.PRIVATE) | Q(hidden_at__isnull=False)
    counted = rows.aggregate(
        count=Count("pk"), private=Count("pk", filter=private), stars=Sum("star_count")
    )
    if not is_own and not counted["count"]:
        raise NotFound(f"owner {slug} not found")
    order = sort or "name"
    if order not in SORTS:
        raise BadRequest(f"sort: write one of {', '.join(SORTS)}.")
    chosen = {"owner": (owner.slug,)}
    query = Query(chosen=chosen, sort=order, cursor=cursor, facets=())
    return OwnerPage(
        owner=owner,
        found=listing.find(viewer=viewer, query=query),
        sort=order,
        is_own=is_own,
        count=counted["count"],
        private=counted["private"],
        stars=counted["stars"] or 0,
        calls=_calls(viewer, owner),
        tasks=_tasks(rows),
        newest=_newest(viewer, owner),
        members=_members(owner) if is_own else [],
    )


def _calls(viewer: Viewer, owner: Owner) -> int:
    since = rollups.begin_of(rollups.days_shown()[0])
    hours = rollups.kept_hours(viewer, since).filter(version__algorithm__owner=owner)
    return hours.aggregate(n=Sum("calls"))["n"] or 0


def _tasks(rows: AlgorithmQuerySet) -> list[tuple[Task, int]]:
    counted = (
        rows.exclude(task="").order_by().values("task").annotate(count=Count("pk"))
    )
    ordered = counted.order_by("-count", "task")[:TASKS]
    return [(task_of(row["task"]), row["count"]) for row in ordered]


def _newest(viewer: Viewer, owner: Owner) -> list[Version]:
    return list(
        Version.objects.visible_to(viewer)
        .filter(algorithm__owner=owner)
        .select_related("algorithm__owner")
        .defer("input_schema", "output_schema", "manifest")
        .order_by("-published_at", "pk")[:NEW]
    )


def _members(owner: Owner) -> list[Membership]:
    if owner.team is None:
        return []
    members = owner.team.memberships.select_related("user")
    return list(members.order_by("user__username"))
