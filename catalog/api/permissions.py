"""What a caller may do on /api; a view that names none is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rest_framework.permissions import BasePermission

from catalog.api.scopes import require_scope
from catalog.services.errors import SignInNeeded

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Deny(BasePermission):
    """The default: nobody, until the view says who."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        return False


class Reads(BasePermission):
    """Everybody reads what he sees; a key needs the operation's scope."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        require_scope(request, view)
        return True


class _Known(BasePermission):
    """Somebody who is known; a key needs the operation's scope, whatever the name."""

    said: ClassVar[str]

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            raise SignInNeeded(self.said)
        require_scope(request, view)
        return True


class Runs(_Known):
    """A key with the scope `run`, or a signed-in person."""

    said = "A run needs an API key with the scope 'run'."


class Stars(_Known):
    """A known person; a key reads stars with `read` and sets them with `write`."""

    said = "A star needs an API key, or a person who is signed in."


class Administers(_Known):
    """A known person or team; a key changes with `admin`."""

    said = "Send an API key, or sign in."


class SignedIn(_Known):
    """Any known person or team."""

    said = "Send an API key."
