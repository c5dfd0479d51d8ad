"""Sharing one listing with a team or a person, to read it or to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing
from django.db import transaction

from accounts.models import Owner
from accounts.names import OWNER_NAME
from accounts.namespaces import former_owner
from catalog.models import AuditEntry, Grant
from catalog.services import audit, telling
from catalog.services.errors import BadRequest, NotFound
from catalog.services.sharing import of_publisher
from catalog.visibility import owners_known_to

if TYPE_CHECKING:
    from uuid import UUID

    from catalog.models import Algorithm
    from catalog.visibility import Viewer

#: the same for who is not there, not known to who asks, or not active any more
NOBODY = (
    "You know no person or team of that name here. Ask them for their sharing code "
    "(it is on their page “Shared with you”) and enter that instead."
)
MAY = {Grant.Right.READ: "to read", Grant.Right.RUN: "to run"}
_signer = signing.Signer(salt="catalog.sharing-code")


def sharing_code(owner: Owner) -> str:
    """Return what lets whoever has it share with `owner`; it opens nothing."""
    return _signer.sign(owner.slug)


@transaction.atomic
def grant(*, viewer: Viewer, owner: str, name: str, to: str, right: str) -> Grant:
    """Share a listing, its private versions with it; who has it gets the new right.

    `to` is the name of an owner that the viewer knows, or the sharing code of any.
    Raises NotFound, Forbidden, and BadRequest, which does not tell whether there is an
    owner of that name.
    """
    algorithm = of_publisher(viewer=viewer, owner=owner, name=name)
    checked_right(right)
    receiver = _receiver(viewer, to)
    if receiver.pk == algorithm.owner_id:
        raise BadRequest(f"{receiver.slug} owns {algorithm} and needs no share.")
    row, before = give(viewer=viewer, algorithm=algorithm, to=receiver, right=right)
    if before != right:
        changes = {receiver.slug: (before, right)}
        _note(viewer, "change share" if before else "share", algorithm, changes)
        _tell(viewer, row, f"shared {algorithm} with {{}}, {MAY[Grant.Right(right)]}")
    return row


def give(
    *, viewer: Viewer, algorithm: Algorithm, to: Owner, right: str
) -> tuple[Grant, str]:
    """Write the grant; return it with the right held before, "" where none was.

    Call it in the transaction of a verb that checked everything and notes it.
    """
    holder = {"team_id": to.team_id, "user_id": to.user_id}
    row, is_new = Grant.objects.get_or_create(
        algorithm=algorithm,
        **holder,
        defaults={"right": right, "granted_by": telling.person_of(viewer)},
    )
    before = "" if is_new else row.right
    if before not in {"", right}:
        row.right, row.granted_by = right, telling.person_of(viewer)
        row.save(update_fields=["right", "granted_by"])
    return row, before


@transaction.atomic
def change_right(
    *, viewer: Viewer, owner: str, name: str, pk: UUID, right: str
) -> Grant:
    """Give another right to who has one; raises as revoke_grant, and BadRequest."""
    algorithm = of_publisher(viewer=viewer, owner=owner, name=name)
    checked_right(right)
    row = _of(algorithm, pk)
    before = row.right
    if before != right:
        row.right, row.granted_by = right, telling.person_of(viewer)
        row.save(update_fields=["right", "granted_by"])
        _note(viewer, "change share", algorithm, {holder_of(row): (before, right)})
        _tell(viewer, row, f"shared {algorithm} with {{}}, {MAY[Grant.Right(right)]}")
    return row


@transaction.atomic
def revoke_grant(*, viewer: Viewer, owner: str, name: str, pk: UUID) -> None:
    """End a share with the next request.

    Raises NotFound for a listing that the viewer does not see, or a share that is none
    of it, Forbidden where the viewer does not decide.
    """
    algorithm = of_publisher(viewer=viewer, owner=owner, name=name)
    row = _of(algorithm, pk)
    _note(viewer, "end share", algorithm, {holder_of(row): (row.right, "")})
    # What they are told is what they have seen until this moment.
    _tell(viewer, row, f"no longer shares {algorithm} with {{}}", leads_on=False)
    row.delete()


def grants_of(*, viewer: Viewer, owner: str, name: str) -> list[Grant]:
    """Return the shares of a listing, the oldest first; raises as revoke_grant."""
    return rows_of(of_publisher(viewer=viewer, owner=owner, name=name))


def rows_of(algorithm: Algorithm) -> list[Grant]:
    """Return the shares of a listing to one who decides it, the oldest first."""
    rows = algorithm.grants.select_related("team__owner", "user", "granted_by")
    return list(rows.order_by("created_at", "pk"))


def holder_of(row: Grant) -> str:
    """Return the name of who holds a grant."""
    if row.team is not None:
        return row.team.owner.slug
    return row.user.username if row.user else ""


def checked_right(right: str) -> str:
    """Return a right that is one; raises BadRequest."""
    if right not in Grant.Right.values:
        raise BadRequest("right: write read or run.")
    return right


def _receiver(viewer: Viewer, text: str) -> Owner:
    """Return whom the text names; raises the same BadRequest for all others.

    What is known is asked first and in one way, so that a name that is there and one
    that is not take the same time.
    """
    wanted = text.strip()
    rows = Owner.objects.select_related("team__owner", "user")
    if ":" in wanted:
        found = _by_code(wanted)
    else:
        # A database may refuse the characters of what cannot be a name.
        slug = wanted if OWNER_NAME.fullmatch(wanted) else ""
        found = rows.filter(owners_known_to(viewer), slug__iexact=slug).first()
    if found is None or (found.user is not None and not found.user.is_active):
        raise BadRequest(NOBODY)
    return found


def _by_code(code: str) -> Owner | None:
    try:
        slug = _signer.unsign(code)
    except signing.BadSignature:
        return None
    rows = Owner.objects.select_related("team", "user")
    return rows.filter(slug__iexact=slug).first() or former_owner(slug)


def _of(algorithm: Algorithm, pk: UUID) -> Grant:
    rows = algorithm.grants.select_related("team__owner", "user")
    found: Grant | None = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound("no such share")
    found.algorithm = algorithm
    return found


def _note(
    viewer: Viewer,
    action: str,
    algorithm: Algorithm,
    changes: dict[str, tuple[str, str]],
) -> None:
    audit.note(
        actor=telling.person_of(viewer),
        action=action,
        target=algorithm,
        category=AuditEntry.Category.VISIBILITY,
        team=algorithm.owner.team,
        changes={f"right of {holder}": pair for holder, pair in changes.items()},
    )


def _tell(viewer: Viewer, row: Grant, said: str, *, leads_on: bool = True) -> None:
    whom = row.team.name if row.team is not None else "you"
    telling.tell(
        telling.holders_of(row),
        f"{telling.name_of(viewer)} {said.format(whom)}.",
        address=row.algorithm.get_absolute_url() if leads_on else "",
        actor=viewer,
    )
