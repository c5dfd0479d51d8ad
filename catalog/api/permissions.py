"""What a caller may do on /api; a view that names none is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission

from catalog.api.authentication import caller_of
from catalog.services.callers import Caller
from catalog.services.errors import SignInNeeded

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Deny(BasePermission):
    """The default: nobody, until the view says who."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        return False


class Reads(BasePermission):
    """Everybody reads what he sees; a key needs the scope `read`."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        if isinstance(request.auth, Caller):
            request.auth.require("read")
        return True


class Runs(BasePermission):
    """A key with the scope `run`, or a signed-in person; for every name alike."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        if not request.user.is_authenticated:
            raise SignInNeeded("A run needs an API key with the scope 'run'.")
        caller_of(request).require("run")
        return True


class Stars(BasePermission):
    """A known person; a key reads stars with `read` and sets them with `write`."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        if not request.user.is_authenticated:
            raise SignInNeeded("A star needs an API key, or a person who is signed in.")
        is_read = request.method in SAFE_METHODS
        caller_of(request).require("read" if is_read else "write")
        return True


class SignedIn(BasePermission):
    """Any known person."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        if not request.user.is_authenticated:
            raise SignInNeeded("Send an API key.")
        return True
