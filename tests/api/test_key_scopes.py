"""Each operation of the API asks a key for its scope: the matrix of both.

The rows are written by hand and the operations come from the API's own description,
so that a new operation without a row fails here.
"""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest
from drf_spectacular.generators import SchemaGenerator

from accounts import keys
from accounts.models import ApiKey

pytestmark = pytest.mark.django_db

READ, RUN, WRITE, ADMIN, ANY = "read", "run", "write", "admin", ""
EXPECTED = {
    "get_me": ANY,
    "get_algorithms": READ,
    "get_algorithm": READ,
    "get_versions": READ,
    "get_contract": READ,
    "get_contract_of_version": READ,
    "get_version": READ,
    "get_snippets": READ,
    "get_snippets_of_version": READ,
    "get_snippet": READ,
    "get_snippet_of_version": READ,
    "get_facets": READ,
    "get_suggest": READ,
    "get_collections": READ,
    "get_collection": READ,
    "get_starred": READ,
    "get_star": READ,
    "get_teams": READ,
    "get_team": READ,
    "get_members": READ,
    "get_invitations": READ,
    "get_grants": READ,
    "get_discoverable": READ,
    "get_access_requests": READ,
    "post_run": RUN,
    "post_run_of_version": RUN,
    "get_own_runs": RUN,
    "get_own_run": RUN,
    "delete_own_run": RUN,
    "get_run_events": RUN,
    "post_batch": RUN,
    "post_batch_of_version": RUN,
    "put_star": WRITE,
    "delete_star": WRITE,
    "get_keys": ADMIN,
    "post_keys": ADMIN,
    "get_key": ADMIN,
    "delete_key": ADMIN,
    "post_teams": ADMIN,
    "patch_team": ADMIN,
    "delete_team": ADMIN,
    "put_member": ADMIN,
    "delete_member": ADMIN,
    "post_invitations": ADMIN,
    "delete_invitation": ADMIN,
    "post_accepted_invitation": ADMIN,
    "post_transfer": ADMIN,
    "patch_algorithm": ADMIN,
    "patch_version": ADMIN,
    "post_grants": ADMIN,
    "delete_grant": ADMIN,
    "post_algorithm_requests": ADMIN,
    "delete_access_request": ADMIN,
    "post_decision": ADMIN,
    "get_audit": ADMIN,
    "get_audit_export": ADMIN,
    "post_webhook_secret": ADMIN,
}
METHODS = {"get", "post", "put", "patch", "delete"}


def operations() -> dict[str, tuple[str, str, dict]]:
    """Operation id -> method, path, description; of all that a key can ask."""
    described = SchemaGenerator().get_schema(public=True)["paths"]
    return {
        told["operationId"]: (method.upper(), path, told)
        for path, methods in described.items()
        for method, told in methods.items()
        if method in METHODS
    }


OPERATIONS = operations()


def test_every_operation_has_a_row_and_every_row_an_operation():
    assert OPERATIONS.keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_description_names_the_scope(name):
    _method, _path, told = OPERATIONS[name]
    scope = EXPECTED[name]
    assert told["x-required-scope"] == scope
    assert {"apiKey": [scope] if scope else []} in told["security"]


def ask(client, name, secret):
    method, path, told = OPERATIONS[name]
    for part in re.findall(r"{(\w+)}", path):
        value = str(UUID(int=7)) if part in {"id", "pk"} else f"no-{part}"
        path = path.replace(f"{{{part}}}", value)
    body = "{}" if "requestBody" in told else ""
    return client.generic(
        method,
        path,
        body,
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {secret}",
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_key_needs_that_scope_and_no_other(client, ada, name):
    """The things asked for are not there: the right scope leads past the scope."""
    scope = EXPECTED[name]
    others = [other for other in ApiKey.Scope.values if other != scope]
    if scope:
        without = keys.create_key(user=ada, name="all but one", scopes=others)
        refused = ask(client, name, without.secret)
        assert refused.status_code == 403
        told = json.loads(refused.content)
        assert told["code"] == "forbidden"
        assert repr(scope) in told["detail"]
    held = keys.create_key(user=ada, name="one", scopes=[scope or "data"])
    answered = ask(client, name, held.secret)
    if answered.status_code == 403:
        assert "scope" not in json.loads(answered.content)["detail"]
    else:
        assert answered.status_code in {200, 201, 400, 404, 204}


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_takes_a_key_from_the_address(client, ada, name):
    """An address is logged and passed on, so a key in it is none."""
    made = keys.create_key(user=ada, name="k", scopes=ApiKey.Scope.values)
    method, path, _told = OPERATIONS[name]
    for part in re.findall(r"{(\w+)}", path):
        value = str(UUID(int=7)) if part in {"id", "pk"} else f"no-{part}"
        path = path.replace(f"{{{part}}}", value)
    for parameter in ("key", "api_key", "token", "access_token", "authorization"):
        asked = client.generic(method, f"{path}?{parameter}={made.secret}")
        assert asked.status_code in {200, 400, 401, 403, 404}
    made.row.refresh_from_db()
    assert made.row.last_used_at is None
