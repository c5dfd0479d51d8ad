"""How /api knows its caller: an API key, or the session of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import QueryDict
from rest_framework.authentication import BaseAuthentication, SessionAuthentication

from accounts.addresses import address_of
from catalog.services.callers import Caller, caller_by_key, caller_on_page

if TYPE_CHECKING:
    from rest_framework.request import Request

    from accounts.models import User


#: where the middleware leaves the caller of a key; no header can have this name
ADMITTED = "vitrine.caller"


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer vtr_...` (also raw, and `Simple`)."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        # The edge's middleware has read and counted it already.
        caller = request.META.get(ADMITTED) or caller_by_key(
            header,
            address=address_of(request._request),  # noqa: SLF001 - DRF's name for what it wraps
        )
        return caller.viewer, caller  # type: ignore[return-value] # a key has a user

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        return "Bearer"


class PageSession(SessionAuthentication):
    """The session cookie, with CSRF checked on every write, by the header alone."""

    def enforce_csrf(self, request: Request) -> None:
        """Leave the body unread: it is a call's input, never a form with a token."""
        request._request.POST = QueryDict()  # noqa: SLF001 - DRF's name for what it wraps
        super().enforce_csrf(request._request)  # type: ignore[arg-type] # noqa: SLF001 - as above


def caller_of(request: Request) -> Caller:
    """Return the caller that was authenticated, or the anonymous reader."""
    if isinstance(request.auth, Caller):
        return request.auth
    return caller_on_page(request.user, address_of(request._request))  # noqa: SLF001 - as above
