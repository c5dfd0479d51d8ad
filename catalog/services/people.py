"""People as others look them up, and as staff make and close their accounts.

Whom the viewer may not look up is not found, like somebody who is not there.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower

from accounts import people as verbs
from accounts.models import User
from accounts.names import OWNER_NAME
from catalog.services.errors import BadRequest, Forbidden, NameTaken, NoSuchPerson
from catalog.services.leaked_keys import refuses_keys
from catalog.services.teams import person
from catalog.visibility import people_known_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catalog.visibility import Viewer

MISSING = "User not found"


@contextmanager
def name_refusals() -> Iterator[None]:
    """Turn what accounts refuses into what the edges know, a taken name apart."""
    try:
        yield
    except ValidationError as refused:
        said = " ".join(refused.messages)
        if getattr(refused, "code", "") == "taken":
            raise NameTaken(said) from None
        raise BadRequest(said) from None


def people_seen(*, viewer: Viewer, after: str = "", limit: int) -> list[User]:
    """Return people by name, those `after` a name; raises Forbidden for no person."""
    rows = User.objects.filter(people_known_to(person(viewer)))
    rows = rows.annotate(folded=Lower("username")).order_by("folded")
    if after:
        rows = rows.filter(folded__gt=after.lower())
    return list(rows[:limit])


def find_person(*, viewer: Viewer, username: str) -> User:
    """Return somebody whom the viewer may look up; raises NoSuchPerson."""
    seen = User.objects.filter(people_known_to(person(viewer)))
    found = None
    if OWNER_NAME.fullmatch(username):
        found = seen.filter(username__iexact=username).first()
    if found is None:
        raise NoSuchPerson(MISSING)
    return found


def is_told_all(*, viewer: Viewer, user: User) -> bool:
    """Tell whether the viewer is this person or staff: others see the name alone."""
    return viewer == user or (isinstance(viewer, User) and viewer.is_staff)


@refuses_keys("username", "fullname")
def create_person(
    *, viewer: Viewer, username: str, email: str, fullname: str = ""
) -> User:
    """Make an account for somebody, for staff; raises NameTaken, BadRequest."""
    actor = _staff(viewer)
    with name_refusals():
        return verbs.create(
            actor=actor, username=username, email=email, fullname=fullname
        )


@refuses_keys("fullname")
def name_person(*, viewer: Viewer, username: str, email: str, fullname: str) -> User:
    """Change what a person is called in full: one's own name, or any for staff.

    An address is shown to be one's own on the page; here it can only stay.
    """
    actor = person(viewer)
    user = find_person(viewer=viewer, username=username)
    if not is_told_all(viewer=viewer, user=user):
        raise Forbidden("Only staff, and the person, change this.")
    if email and email.strip().lower() != user.email.lower():
        raise BadRequest(
            "email: an address changes on the page of its person, by a mail to it. "
            "Send the present one, or none."
        )
    with name_refusals():
        return verbs.rename(actor=actor, user=user, fullname=fullname)


def close_person(*, viewer: Viewer, username: str) -> None:
    """Close an account, for staff; what it owns stays, and it can be opened again."""
    actor = _staff(viewer)
    user = find_person(viewer=viewer, username=username)
    if user == actor:
        raise BadRequest("Another member of staff closes your account.")
    if (user.is_staff or user.is_superuser) and not actor.is_superuser:
        raise Forbidden("Only the operator's own account closes one of staff.")
    with name_refusals():
        verbs.close(actor=actor, user=user)


def _staff(viewer: Viewer) -> User:
    actor = person(viewer)
    if not actor.is_staff:
        raise Forbidden("Only staff make and close accounts.")
    return actor
