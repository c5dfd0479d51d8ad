"""Sessions whose row is of no use to who reads the database (docs/decisions/0012).

The cookie holds the key; the row is found by its digest, and what it holds is sealed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as Middleware
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.addresses import address_of
from accounts.models import Notice, Session
from accounts.sealing import Unsealable, seal, unseal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User

logger = logging.getLogger("django.security.sessions")

PURPOSE = "session"
#: bytes of SHA-256 that are kept: 240 bits, as the column has 40 characters
DIGEST_BYTES = 30
LONGEST_AGENT = 200
#: how old `seen_at` grows before a request writes it anew
STEP = timedelta(minutes=5)


def digest_of(session_key: str) -> str:
    """Return the primary key of the row that belongs to a cookie's value."""
    digest = hashlib.sha256(session_key.encode()).digest()[:DIGEST_BYTES]
    return base64.urlsafe_b64encode(digest).decode()


class SessionStore(DatabaseStore):
    """Django's database sessions, found by digest and sealed."""

    address = agent = ""
    #: how many notices the person has not seen; None where that was not asked
    unseen: int | None = None
    _row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @property
    def digest(self) -> str:
        return digest_of(self.session_key) if self.session_key else ""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return seal(json.dumps(session_dict), purpose=PURPOSE)

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        try:
            held = json.loads(unseal(str(session_data), purpose=PURPOSE))
        except Unsealable:
            logger.warning("a session cannot be read: SECRET_KEY has changed")
            return {}
        return dict(held)

    def load(self) -> dict[str, Any]:
        rows = Session.objects.filter(pk=self.digest, expire_date__gt=timezone.now())
        # Every page shows the number: asked for with the row, it costs no round trip.
        row = rows.annotate(unseen=_unseen()).first()
        self._row = row
        if row is None:
            self._session_key = None
            return {}
        self.unseen = row.unseen
        return self.decode(row.session_data)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=digest_of(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(pk=digest_of(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        user_id = data.get(SESSION_KEY)
        own = self._row is not None and self._row.pk == self.digest
        started = self._row.started_at if own and self._row else timezone.now()
        self._row = Session(
            session_key=digest_of(self._get_or_create_session_key()),  # type: ignore[attr-defined] # of Django's base
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=int(user_id) if user_id else None,
            address=self.address,
            agent=self.agent,
            started_at=started,
        )
        return self._row

    def touch(self) -> None:
        """Note that the session was used, where that was noted long enough ago."""
        row = self._row
        if row is None or row.user_id is None or timezone.now() - row.seen_at < STEP:
            return
        Session.objects.filter(pk=row.pk).update(
            seen_at=timezone.now(), address=self.address, agent=self.agent
        )


def _unseen() -> Coalesce:
    own = Notice.objects.filter(user=OuterRef("user"), seen_at=None).order_by()
    return Coalesce(Subquery(own.values("user").annotate(n=Count("pk")).values("n")), 0)


class SessionMiddleware(Middleware):
    """Django's, telling each session from where and with what it is used."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        store = request.session
        if isinstance(store, SessionStore):
            store.address = address_of(request)
            store.agent = request.headers.get("User-Agent", "")[:LONGEST_AGENT]

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        store = getattr(request, "session", None)
        if isinstance(store, SessionStore) and not store.modified:
            store.touch()
        return super().process_response(request, response)


def sessions_of(*, user: User) -> list[Session]:
    """Return a person's living sessions, the latest used first."""
    rows = Session.objects.filter(user=user, expire_date__gt=timezone.now())
    return list(rows.order_by("-seen_at"))


def end_sessions(*, user: User, but: str = "") -> int:
    """End a person's sessions, all `but` the one of this digest; return how many."""
    return Session.objects.filter(user=user).exclude(pk=but).delete()[0]


def end_session(*, user: User, digest: str) -> bool:
    """End one of a person's sessions; tell whether there was one."""
    return bool(Session.objects.filter(user=user, pk=digest).delete()[0])
