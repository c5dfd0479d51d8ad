"""THE privacy rule: who may see what. Nothing else in the product decides it.

Two forms of one rule: a Q over rows, and audience words for index documents. A
test holds them equal for every viewer and row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q
from django.db.models.functions import Lower

from accounts import roles
from accounts.models import Membership, Owner, User
from accounts.viewers import KeyViewer
from catalog.search import Access
from catalog.search.base import PUBLIC
from catalog.search.filters import And, Compare, In, Or
from catalog.search.filters.fields import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser

    from accounts.rules import Rule
    from catalog.models import Algorithm
    from catalog.search.filters import Condition

    Viewer = User | KeyViewer | AnonymousUser

RUN = "run"
PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whose private rows a viewer sees: a person's, some teams', within rules."""

    user_id: int | None
    teams: Any
    rules: tuple[Rule, ...] = ()


def _reach_of(viewer: Viewer) -> _Reach | None:
    """Return the viewer's reach; None for everybody and for closed accounts.

    Memberships are asked for anew by each question: who left sees nothing more.
    """
    if isinstance(viewer, KeyViewer):
        if viewer.team_id is not None:
            return _Reach(None, [viewer.team_id], viewer.rules)
        if viewer.user_id is None:
            return None
        teams = Membership.objects.filter(user_id=viewer.user_id)
        return _Reach(viewer.user_id, teams.values("team_id"), viewer.rules)
    if isinstance(viewer, User) and viewer.is_active:
        teams = Membership.objects.filter(user_id=viewer.pk)
        return _Reach(viewer.pk, teams.values("team_id"))
    return None


def _owned(reach: _Reach, prefix: str) -> Q:
    owned = Q(**{f"{prefix}owner__team_id__in": reach.teams})
    if reach.user_id is not None:
        owned |= Q(**{f"{prefix}owner__user_id": reach.user_id})
    return owned


def _held(reach: _Reach) -> Q:
    """Return the condition on grants that the reach holds."""
    held = Q(team_id__in=reach.teams)
    if reach.user_id is not None:
        held |= Q(user_id=reach.user_id)
    return held


def _granted(reach: _Reach, prefix: str, **right: str) -> Q:
    grants = apps.get_model("catalog", "Grant").objects.filter(_held(reach), **right)
    return Q(**{f"{prefix}pk__in": grants.values("algorithm_id")})


def _within(rules: Iterable[Rule], prefix: str) -> Q:
    """Return the condition that rules set; no rules set none."""
    condition = Q()
    for rule in rules:
        one = Q(**{f"{prefix}owner__slug__iexact": rule.owner})
        if rule.name:
            one &= Q(**{f"{prefix}name__iexact": rule.name})
        condition |= one
    return condition


def visible_to(viewer: Viewer, *, prefix: str = "") -> Q:
    """Return the condition on algorithms (reached by `prefix`) that `viewer` sees.

    They are public, the viewer's own or granted, and within the rules of the key.
    What a curator hid is seen as if it were private.
    """
    public = Q(
        **{f"{prefix}visibility": PUBLIC, f"{prefix}hidden_at__isnull": True},
    )
    reach = _reach_of(viewer)
    if reach is None:
        return public
    seen = public | _owned(reach, prefix) | _granted(reach, prefix)
    return seen & _within(reach.rules, prefix)


def discoverable_to(viewer: Viewer) -> Q:
    """Return the condition on private listings that `viewer` may ask to see.

    Of these a person who is signed in is shown name, summary and owner, and nothing
    else; what the person sees whole is not among them. A team's key and a key with
    rules are no person.
    """
    if not (isinstance(viewer, User) and viewer.is_active):
        return Q(pk__in=[])
    offered = Q(visibility=PRIVATE, is_discoverable=True, hidden_at__isnull=True)
    return offered & ~visible_to(viewer)


def owners_known_to(viewer: Viewer) -> Q:
    """Return the condition on owners whose name `viewer` has before him.

    They have a listing that the viewer sees, or are of a team of the viewer's, or the
    team itself. That any other exists is not told.
    """
    seen = apps.get_model("catalog", "Algorithm").objects.filter(visible_to(viewer))
    known = Q(pk__in=seen.order_by().values("owner_id"))
    reach = _reach_of(viewer)
    if reach is None:
        return known
    fellows = Membership.objects.filter(team_id__in=reach.teams).values("user_id")
    known |= Q(team_id__in=reach.teams) | Q(user_id__in=fellows)
    if reach.user_id is not None:
        known |= Q(user_id=reach.user_id)
    return known


def people_known_to(viewer: Viewer) -> Q:
    """Return the condition on people whom `viewer` may look up by name.

    They own what the viewer sees, or are of a team of the viewer's. Staff, who make
    and close accounts, look up everybody. A closed account is nobody's to look up.
    """
    is_open = Q(is_active=True)
    if isinstance(viewer, User) and viewer.is_active and viewer.is_staff:
        return is_open
    known = Owner.objects.filter(owners_known_to(viewer), user__isnull=False)
    return is_open & Q(pk__in=known.order_by().values("user_id"))


def rights_of(viewer: Viewer, algorithms: Iterable[Algorithm]) -> dict[UUID, str]:
    """Return by algorithm what others have given `viewer`: to `read` it, or to `run`.

    Only listings that are not public and not the viewer's own count as given; for
    none of them, nothing is asked.
    """
    reach = _reach_of(viewer)
    asked = [row.pk for row in algorithms if not row.is_public]
    if reach is None or not asked:
        return {}
    grants = apps.get_model("catalog", "Grant").objects.filter(_held(reach))
    given = grants.filter(algorithm__in=asked).exclude(_owned(reach, "algorithm__"))
    found: dict[UUID, str] = {}
    for pk, right in given.order_by().values_list("algorithm_id", "right"):
        found[pk] = RUN if RUN in {right, found.get(pk)} else right
    return found


def visible_versions(viewer: Viewer) -> Q:
    """Return the condition on versions that `viewer` sees.

    They belong to a visible algorithm, and are public, the viewer's own or granted.
    """
    return _versions(viewer)


def runnable_by(viewer: Viewer) -> Q:
    """Return the condition on versions that `viewer` may run, who sees them.

    A grant to read runs no more than everybody may.
    """
    return _versions(viewer, right=RUN)


def _versions(viewer: Viewer, **right: str) -> Q:
    of_visible = visible_to(viewer, prefix="algorithm__")
    public = Q(
        visibility=PUBLIC,
        algorithm__visibility=PUBLIC,
        algorithm__hidden_at__isnull=True,
    )
    reach = _reach_of(viewer)
    if reach is None:
        return of_visible & public
    own = _owned(reach, "algorithm__") | _granted(reach, "algorithm__", **right)
    return of_visible & (public | own)


def audiences_of(algorithm: Algorithm) -> tuple[str, ...]:
    """Return who may find `algorithm`: public alone, or some of user:ID and team:ID."""
    if algorithm.is_public:
        return (PUBLIC,)
    owner = algorithm.owner
    holders = [(owner.user_id, owner.team_id)]
    holders += [(grant.user_id, grant.team_id) for grant in algorithm.grants.all()]
    found = {f"user:{u}" if t is None else f"team:{t}" for u, t in holders}
    return tuple(sorted(found))


def audiences_for(viewer: Viewer) -> frozenset[str]:
    """Return the audiences that `viewer` belongs to, asked anew for each request."""
    reach = _reach_of(viewer)
    if reach is None:
        return frozenset({PUBLIC})
    teams = reach.teams
    if not isinstance(teams, list):
        teams = teams.values_list("team_id", flat=True)
    own = () if reach.user_id is None else (f"user:{reach.user_id}",)
    return frozenset({PUBLIC, *own, *(f"team:{pk}" for pk in teams)})


def access_for(viewer: Viewer, *, without: frozenset[str] = frozenset()) -> Access:
    """Return what of the search index `viewer` may see.

    `without` are ids of documents that are not to be shown as the index has them.
    """
    reach = _reach_of(viewer)
    rules = reach.rules if reach else ()
    return Access(audiences_for(viewer), _condition(rules), without)


def _condition(rules: tuple[Rule, ...]) -> Condition | None:
    whole = tuple(fold(rule.owner) for rule in rules if not rule.name)
    parts: list[Condition] = [In("owner", whole)] if whole else []
    parts += [
        And(
            (
                Compare("owner", "=", fold(rule.owner)),
                Compare("name", "=", fold(rule.name)),
            )
        )
        for rule in rules
        if rule.name
    ]
    return Or(tuple(parts)) if parts else None


def role_in(viewer: Viewer, owner: Owner) -> str:
    """Return what `viewer` is to this owner: owner, maintainer, member or nothing "".

    A person owns the own namespace. A team's key works as a maintainer, never more.
    Rules of a key limit what is seen, not this: ask visible_to first.
    """
    reach = _reach_of(viewer)
    if reach is None:
        return ""
    if owner.team_id is None:
        is_own = reach.user_id is not None and owner.user_id == reach.user_id
        return Membership.Role.OWNER if is_own else ""
    if reach.user_id is None:
        return Membership.Role.MAINTAINER if owner.team_id in reach.teams else ""
    held = Membership.objects.filter(user_id=reach.user_id, team_id=owner.team_id)
    return held.values_list("role", flat=True).first() or ""


def may_publish(viewer: Viewer, algorithm: Algorithm) -> bool:
    """Tell whether `viewer` decides what is published under this algorithm's owner.

    That is the person, or the team's maintainers and owners; who may not even see
    the algorithm is none of them.
    """
    return roles.may(role_in(viewer, algorithm.owner), roles.Action.PUBLISH)


def belongs(viewer: Viewer, owner: Owner) -> bool:
    """Tell whether `viewer` is this owner, or one of the team's members."""
    return bool(role_in(viewer, owner))


def _data_rules(rules: tuple[Rule, ...], prefix: str) -> Q:
    """Return the condition that rules set on owners; one for a name reaches none."""
    whole = [rule.owner.lower() for rule in rules if not rule.name]
    slugs = Owner.objects.annotate(folded=Lower("slug")).filter(folded__in=whole)
    return Q(**{f"{prefix}pk__in": slugs.values("pk")}) if rules else Q()


def data_visible_to(viewer: Viewer, *, author_id: int | None = None) -> Q:
    """Return the condition on data directories that `viewer` reads.

    They are public or the viewer's own, within rules. `author_id` owns the algorithm
    that asks for the viewer: it reads what of its owner's is open to algorithms.
    """
    seen, reach = Q(read=PUBLIC), _reach_of(viewer)
    if reach is not None:
        seen = (seen | _owned(reach, "")) & _data_rules(reach.rules, "owner__")
    if author_id is not None:
        seen |= Q(read="my_algos", owner_id=author_id)
    return seen


def data_owned_by(viewer: Viewer) -> Q:
    """Return the condition on owners whose data is the viewer's own, within rules."""
    reach = _reach_of(viewer)
    if reach is None:
        return Q(pk__in=[])
    own = Q(user_id=reach.user_id) if reach.user_id is not None else Q()
    return (own | Q(team_id__in=reach.teams)) & _data_rules(reach.rules, "")


def may_change_data(viewer: Viewer, owner: Owner) -> bool:
    """Tell whether `viewer`, who sees it, changes this owner's data; members read."""
    return roles.may(role_in(viewer, owner), roles.Action.PUBLISH)
