"""Who calls: an anonymous reader, a signed-in person, or a program with a key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts import epoch, key_text, keys
from accounts.models import ApiKey, User
from accounts.viewers import KeyViewer
from catalog.services import admission, key_uses
from catalog.services.errors import Forbidden, SignInNeeded
from catalog.services.lookups import Lookups

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from catalog.visibility import Viewer

AUTHORIZATION_NEEDED = "authorization required"


class Caller(NamedTuple):
    """A viewer with the means that he called by.

    `epoch` is the one that was read for this request; `scopes` are a key's, and
    all for a signed-in person on the page. `calls_per_day` is a key's own quota.
    """

    viewer: Viewer
    epoch: int
    key_id: UUID | None = None
    scopes: frozenset[str] = frozenset()
    address: str = ""
    calls_per_day: int | None = None

    @property
    def user_id(self) -> int | None:
        """The person who calls, or whose key it is; None for a team's key."""
        return self.viewer.pk if self.is_known else None

    @property
    def is_known(self) -> bool:
        return isinstance(self.viewer, User | KeyViewer)

    @property
    def identity(self) -> tuple[str, int | UUID | None]:
        """Who sees the same in one epoch: a person, or one key that stands for less."""
        if isinstance(self.viewer, KeyViewer):
            return "key", self.key_id
        return "user", self.user_id

    @property
    def holder(self) -> dict[str, int]:
        """Whose is what is kept for this caller: `user_id` or `team_id` of its row.

        Raises SignInNeeded for a reader who is not known.
        """
        viewer = self.viewer
        if isinstance(viewer, KeyViewer) and viewer.team_id is not None:
            return {"team_id": viewer.team_id}
        if self.user_id is None:
            raise SignInNeeded(AUTHORIZATION_NEEDED)
        return {"user_id": self.user_id}

    def require(self, scope: str) -> None:
        """Raise Forbidden where the key lacks `scope`."""
        if scope not in self.scopes:
            raise Forbidden(f"This key lacks the scope {scope!r}.")


@dataclass(frozen=True, slots=True)
class _KnownKey:
    viewer: User | KeyViewer
    key_id: UUID
    scopes: frozenset[str]
    expires_at: datetime
    calls_per_day: int | None


#: the checksum of a key that calls often is computed once
_is_well_formed = lru_cache(maxsize=1024)(key_text.is_well_formed)
_known_keys: Lookups[_KnownKey] = Lookups()


def caller_by_key(header: str, *, address: str = "") -> Caller:
    """Return the caller behind an Authorization header.

    Raises SignInNeeded, and TooManyRequests where `address` has sent too many keys
    that are none.
    """
    secret = key_text.secret_in(header)
    if not _is_well_formed(secret):
        raise _refused(address)
    now = epoch.current()
    known = _known_keys.get(now, secret, lambda: _load(secret, address))
    if timezone.now() >= known.expires_at:
        raise _refused(address)
    key_uses.note_use(key_id=known.key_id, address=address)
    return Caller(
        known.viewer,
        now,
        key_id=known.key_id,
        scopes=known.scopes,
        address=address,
        calls_per_day=known.calls_per_day,
    )


def again(caller: Caller, *, authorization: str) -> Caller:
    """Return who calls as of now, for work that goes on for long.

    `authorization` is the header that the caller came with, "" for a person on a page.
    Raises SignInNeeded where the key, or the account, has ended meanwhile.
    """
    if authorization:
        return caller_by_key(authorization, address=caller.address)
    known = caller.user_id
    people = User.objects.filter(is_active=True)
    person = people.filter(pk=known).first() if known is not None else None
    if person is None:
        raise SignInNeeded(AUTHORIZATION_NEEDED)
    return caller_on_page(person, caller.address)


def _refused(address: str) -> SignInNeeded:
    admission.note_guess(address)
    return SignInNeeded(AUTHORIZATION_NEEDED)


def _load(secret: str, address: str) -> _KnownKey:
    admission.check_guesses(address)
    row = keys.find_key(secret)
    if row is None:
        raise _refused(address)
    return _KnownKey(
        viewer=keys.viewer_of(row),
        key_id=row.pk,
        scopes=frozenset(row.scopes),
        expires_at=row.expires_at,
        calls_per_day=row.calls_per_day,
    )


def caller_on_page(viewer: Viewer, address: str) -> Caller:
    """Return the caller behind a page: all scopes for a person, none otherwise."""
    scopes = frozenset(ApiKey.Scope.values) if viewer.is_authenticated else frozenset()
    if not viewer.is_authenticated:
        viewer = AnonymousUser()
    return Caller(viewer, epoch.current(), scopes=scopes, address=address)
