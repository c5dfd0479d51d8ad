"""Who calls: an anonymous reader, a signed-in person, or a program with a key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils import timezone

from accounts import epoch, keys
from accounts.models import ApiKey, User
from accounts.viewers import KeyViewer
from catalog.services.errors import Forbidden, SignInNeeded
from catalog.services.lookups import Lookups

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from catalog.visibility import Viewer

AUTHORIZATION_NEEDED = "authorization required"


@dataclass(frozen=True, slots=True)
class Caller:
    """A viewer with the means that he called by.

    `epoch` is the one that was read for this request; `scopes` are a key's, and
    all for a signed-in person on the page.
    """

    viewer: Viewer
    epoch: int
    key_id: UUID | None = None
    scopes: frozenset[str] = frozenset()
    address: str = ""

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


#: the checksum of a key that calls often is computed once
_is_well_formed = lru_cache(maxsize=1024)(keys.is_well_formed)
_known_keys: Lookups[_KnownKey] = Lookups()


def caller_by_key(header: str) -> Caller:
    """Return the caller behind an Authorization header; raises SignInNeeded."""
    secret = keys.secret_in(header)
    if not _is_well_formed(secret):
        raise SignInNeeded(AUTHORIZATION_NEEDED)
    now = epoch.current()
    known = _known_keys.get(now, secret, lambda: _load(secret))
    if timezone.now() >= known.expires_at:
        raise SignInNeeded(AUTHORIZATION_NEEDED)
    return Caller(known.viewer, now, key_id=known.key_id, scopes=known.scopes)


def _load(secret: str) -> _KnownKey:
    row = keys.find_key(secret)
    if row is None:
        raise SignInNeeded(AUTHORIZATION_NEEDED)
    _note_use(row)
    return _KnownKey(keys.viewer_of(row), row.pk, frozenset(row.scopes), row.expires_at)


def _note_use(row: ApiKey) -> None:
    if cache.add(f"key-used:{row.pk}", 1, ApiKey.LAST_USED_STEP):
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=timezone.now())


def caller_on_page(viewer: Viewer, address: str) -> Caller:
    """Return the caller behind a page: all scopes for a person, none otherwise."""
    scopes = frozenset(ApiKey.Scope.values) if viewer.is_authenticated else frozenset()
    if not viewer.is_authenticated:
        viewer = AnonymousUser()
    return Caller(viewer, epoch.current(), scopes=scopes, address=address)
