"""Which scope of a key each operation of /api needs: the one table.

The permissions ask it, and the description of the API says it. A test holds that
every operation is here; one that is not could be used by keys that read or administer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS

from catalog.services.callers import Caller

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

#: any key that lives
ANY = ""
READ, RUN, WRITE, DATA, ADMIN = "read", "run", "write", "data", "admin"

#: scope -> operations, as the description of the API names them
_OPERATIONS = {
    ANY: "get_me",
    READ: """
        get_algorithms get_algorithm get_versions get_version get_contract get_snippets
        get_snippet
        get_facets get_suggest get_collections get_collection get_starred get_star
        get_teams get_team get_members get_invitations
        get_grants get_discoverable get_access_requests
    """,
    RUN: "post_run post_batch get_own_runs get_own_run delete_own_run get_run_events",
    WRITE: "put_star delete_star",
    #: the operations of /v1/data, once they are there
    DATA: "",
    ADMIN: """
        get_keys post_keys get_key delete_key
        post_teams patch_team delete_team put_member delete_member
        post_invitations delete_invitation post_accepted_invitation post_transfer
        patch_algorithm patch_version post_grants delete_grant
        post_algorithm_requests delete_access_request post_decision
        get_audit get_audit_export post_webhook_secret
    """,
}
SCOPES = {
    operation: scope
    for scope, operations in _OPERATIONS.items()
    for operation in operations.split()
}


def operation_of(view: APIView, method: str) -> str:
    """Return what an operation is called: `get_snippets` for GET on Snippets."""
    name = type(view).__name__.removesuffix("View")
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return f"{method.lower()}_{words}"


def scope_of(view: APIView, method: str) -> str:
    """Return the scope that a key needs; HEAD is a GET, a forgotten write is ADMIN."""
    method = "GET" if method in SAFE_METHODS else method
    if not hasattr(view, method.lower()):
        return ANY  # it is answered with 405
    fallback = READ if method == "GET" else ADMIN
    return SCOPES.get(operation_of(view, method), fallback)


def require_scope(request: Request, view: APIView) -> None:
    """Raise Forbidden, naming the scope, where the key that calls lacks it."""
    if isinstance(request.auth, Caller):
        scope = scope_of(view, request.method or "GET")
        if scope:
            request.auth.require(scope)
