"""Asking to see a listing that is on request, and the answers of those who decide."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.signals import post_save
from django.utils import timezone

from accounts.models import User
from catalog.models import AccessRequest, Algorithm, AuditEntry, Grant, Visibility
from catalog.services import audit, discoverable, grants, telling
from catalog.services.errors import BadRequest, NotFound, SignInNeeded
from catalog.services.leaked_keys import refuses_keys
from catalog.services.resolving import find_algorithm
from catalog.visibility import may_publish, visible_to

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from catalog.visibility import Viewer

LONGEST = 500
State = AccessRequest.State


def connect() -> None:
    """End what waits when a listing is no longer on request, whoever changes that."""
    post_save.connect(_on_algorithm, sender=Algorithm, dispatch_uid="access:algorithm")


@refuses_keys("reason")
def ask(*, viewer: Viewer, owner: str, name: str, reason: str) -> AccessRequest:
    """Ask to see a listing that is on request, and say why.

    Raises NotFound for any that is not, alike for one that is missing; BadRequest
    where the reason is none, one's request waits already, was declined a short while
    ago, or one sees the listing as it is.
    """
    found = _to_ask_for(viewer, owner, name)
    user = _person(viewer)
    said = checked_text(reason, "reason")
    again = may_ask_again_at(user=user, algorithm_id=found.pk)
    if again is not None:
        raise BadRequest(
            f"Your last request was declined. You can ask again from {_day(again)}."
        )
    try:
        with transaction.atomic():
            row = AccessRequest.objects.create(
                algorithm_id=found.pk, user=user, reason=said
            )
            _note(viewer, "request access", row, reason=said)
            _tell_deciders(row)
    except IntegrityError:
        raise BadRequest("Your request is waiting already.") from None
    return row


def may_ask_again_at(*, user: User, algorithm_id: UUID) -> datetime | None:
    """Return when one who was declined may ask again; None where that is now."""
    last = _last(user, algorithm_id)
    if last is None or last.state != State.DECLINED or last.decided_at is None:
        return None
    again = last.decided_at + timedelta(days=settings.VITRINE_ACCESS_COOL_DOWN_DAYS)
    return again if again > timezone.now() else None


def own_request(*, viewer: Viewer, algorithm_id: UUID) -> AccessRequest | None:
    """Return one's last request for a listing."""
    return _last(viewer, algorithm_id) if isinstance(viewer, User) else None


@transaction.atomic
def withdraw(*, viewer: Viewer, pk: UUID) -> None:
    """Take one's own waiting request back; raises NotFound for any other."""
    user = _person(viewer)
    row = _rows().filter(pk=pk, user=user, state=State.WAITING).first()
    if row is None or not _end(row, State.WITHDRAWN, by=user):
        raise NotFound("no such request")
    _note(viewer, "withdraw access request", row)


@refuses_keys("answer")
@transaction.atomic
def decide(
    *, viewer: Viewer, pk: UUID, is_granted: bool, right: str = "", answer: str = ""
) -> AccessRequest:
    """Grant a request with a right, or decline it with an answer.

    The asker is told. Raises NotFound for a request that is not the viewer's to
    decide, BadRequest where it does not wait any more, the right is none, an answer is
    missing or too long, or the asker's account is closed.
    """
    row = _rows().select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or not _decides(viewer, row.algorithm):
        raise NotFound("no such request")
    if row.state != State.WAITING:
        raise BadRequest("This request does not wait any more.")
    said = checked_text(answer, "answer", is_needed=not is_granted)
    if is_granted:
        grants.checked_right(right)
        if not row.user.is_active:
            raise BadRequest(f"The account of {row.user} is closed: decline instead.")
    state = State.GRANTED if is_granted else State.DECLINED
    _end(row, state, by=telling.person_of(viewer), answer=said)
    if is_granted:
        _grant(viewer, row, right, said)
    else:
        _note(viewer, "decline access", row, reason=said)
        _tell_declined(row)
    return row


def _grant(viewer: Viewer, row: AccessRequest, right: str, said: str) -> None:
    algorithm = row.algorithm
    owner = row.user.owner
    _row, before = grants.give(
        viewer=viewer, algorithm=algorithm, to=owner, right=right
    )
    changes = {f"right of {row.user}": (before, right)}
    _note(viewer, "grant access", row, reason=said, changes=changes)
    text = f"{algorithm} is shared with you now, {grants.MAY[Grant.Right(right)]}."
    telling.tell(
        [row.user],
        f"{text} “{said}”" if said else text,
        address=algorithm.get_absolute_url(),
    )


def _decides(viewer: Viewer, algorithm: Algorithm) -> bool:
    """Tell whether the viewer decides, within the rules of a key."""
    seen = Algorithm.objects.filter(visible_to(viewer), pk=algorithm.pk)
    return may_publish(viewer, algorithm) and seen.exists()


def _to_ask_for(viewer: Viewer, owner: str, name: str) -> discoverable.Stub:
    try:
        return discoverable.stub(viewer=viewer, owner=owner, name=name)
    except NotFound:
        # Raises the same where it is not seen either.
        found = find_algorithm(viewer=viewer, owner=owner, name=name)
        raise BadRequest(f"You see {found} already.") from None


def checked_text(text: str, what: str, *, is_needed: bool = True) -> str:
    """Return a text, trimmed; raises BadRequest for a long one, or a missing one."""
    said = " ".join(text.replace("\0", " ").split())
    if is_needed and not said:
        raise BadRequest(f"{what}: write 1 to {LONGEST} characters.")
    if len(said) > LONGEST:
        raise BadRequest(f"{what}: it has {len(said)} characters, and {LONGEST} fit.")
    return said


def _person(viewer: Viewer) -> User:
    if not isinstance(viewer, User):
        raise SignInNeeded("Sign in as a person to ask for access.")
    return viewer


def _rows() -> QuerySet[AccessRequest]:
    return AccessRequest.objects.select_related("algorithm__owner__team", "user__owner")


def _last(user: User, algorithm_id: UUID) -> AccessRequest | None:
    rows = AccessRequest.objects.filter(user=user, algorithm=algorithm_id)
    return rows.order_by("-created_at", "-pk").first()


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _end(
    row: AccessRequest, state: str, *, by: User | None = None, answer: str = ""
) -> bool:
    """End a waiting request; tell whether it waited until now."""
    row.state, row.answer = state, answer
    row.decided_by, row.decided_at = by, timezone.now()
    waiting = AccessRequest.objects.filter(pk=row.pk, state=State.WAITING)
    values = {"decided_by": by, "decided_at": row.decided_at, "answer": answer}
    return bool(waiting.update(state=state, **values))


def _on_algorithm(*, instance: Algorithm, **_kwargs: Any) -> None:
    # As the row is: the instance may have been read before another change.
    waiting = _rows().filter(algorithm=instance, state=State.WAITING)
    for row in waiting.exclude(
        algorithm__visibility=Visibility.PRIVATE,
        algorithm__is_discoverable=True,
        algorithm__hidden_at__isnull=True,
    ):
        _end(row, State.WITHDRAWN)
        _note(None, "end access request", row)
        _tell_ended(row)


def _tell_deciders(row: AccessRequest) -> None:
    owner = row.algorithm.owner
    telling.tell(
        telling.deciders_of(owner),
        f"{row.user} asks to see {row.algorithm}: “{row.reason}”",
        address=queue_address(owner.slug if owner.is_team else ""),
    )


def queue_address(team: str = "") -> str:
    """Return where a team's requests wait, or one's own."""
    return f"/teams/{team}/requests" if team else "/settings/requests"


def _tell_declined(row: AccessRequest) -> None:
    again = may_ask_again_at(user=row.user, algorithm_id=row.algorithm_id)
    later = f" You can ask again from {_day(again)}." if again else ""
    telling.tell(
        [row.user],
        f"Your request to see {row.algorithm} was declined: “{row.answer}”{later}",
        address=row.algorithm.get_absolute_url(),
    )


def _tell_ended(row: AccessRequest) -> None:
    algorithm = row.algorithm
    if algorithm.is_public:
        text = f"{algorithm} is public now: your request to see it has ended."
        address = algorithm.get_absolute_url()
    else:
        # It is not even shown by name any more, so no name is said.
        text = "A listing that you asked to see is no longer on request."
        address = ""
    telling.tell([row.user], text, address=address)


def _note(
    viewer: Viewer | None,
    action: str,
    row: AccessRequest,
    *,
    reason: str = "",
    changes: dict[str, tuple[Any, Any]] | None = None,
) -> None:
    said = {"state": (State.WAITING.value, row.state), "asked by": ("", str(row.user))}
    audit.note(
        actor=telling.person_of(viewer) if viewer is not None else None,
        action=action,
        target=row.algorithm,
        category=AuditEntry.Category.VISIBILITY,
        team=row.algorithm.owner.team,
        reason=reason,
        changes=changes or said,
    )
