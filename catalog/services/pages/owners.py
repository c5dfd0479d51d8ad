"""Owner pages: a namespace, as far as the viewer sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from accounts.models import Membership, Owner
from accounts.namespaces import former_owner
from catalog.models import Algorithm, Version, Visibility
from catalog.services import rollups
from catalog.services.discoverable import stubs_of
from catalog.services.errors import BadRequest, NotFound
from catalog.services.pages import listing
from catalog.services.pages.tasks import Task, task_of
from catalog.services.queries import Query
from catalog.visibility import belongs

if TYPE_CHECKING:
    from catalog.models.algorithm import AlgorithmQuerySet
    from catalog.services.discoverable import Stub
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
    on_request: list[Stub] = field(default_factory=list)

    @property
    def name(self) -> str:
        """A team's name; a person is called by the slug alone.

        So is a team of which there is nothing but what may be asked for.
        """
        is_seen = self.is_own or bool(self.count)
        team = self.owner.team if is_seen else None
        return team.name if team else self.owner.slug


def owner_page(
    *,
    viewer: Viewer,
    slug: str,
    sort: str = "",
    cursor: str = "",
    with_stubs: bool = False,
) -> OwnerPage:
    """Return an owner with its visible algorithms, by its name or one that it had.

    Raises NotFound for a namespace that shows the viewer nothing, whether it is
    missing or private, unless the viewer belongs to it. Raises BadRequest for a sort
    or a cursor that is none. `with_stubs` adds what the viewer may ask to see, which
    under the present name is enough for a page.
    """
    owner = _named(slug)
    is_own = belongs(viewer, owner)
    rows = Algorithm.objects.visible_to(viewer).filter(owner=owner)
    counted = _counted(rows)
    is_present = owner.slug.lower() == slug.lower()
    stubs = stubs_of(viewer=viewer, owner=owner) if with_stubs and is_present else []
    if not is_own and not counted["count"] and not stubs:
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
        stars=counted["stars"],
        calls=_calls(viewer, owner),
        tasks=_tasks(rows),
        newest=_newest(viewer, owner),
        members=_members(owner) if is_own else [],
        on_request=stubs,
    )


def _named(slug: str) -> Owner:
    """Return who is called so, or was: who sees nothing of it is not led on either."""
    named = Owner.objects.select_related("team").filter(slug__iexact=slug)
    owner = named.first() or former_owner(slug)
    if owner is None:
        raise NotFound(f"owner {slug} not found")
    return owner


def _counted(rows: AlgorithmQuerySet) -> dict[str, int]:
    private = Q(visibility=Visibility.PRIVATE) | Q(hidden_at__isnull=False)
    counted = rows.aggregate(
        count=Count("pk"), private=Count("pk", filter=private), stars=Sum("star_count")
    )
    return {name: number or 0 for name, number in counted.items()}


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
