"""Organizations of the call API: teams (docs/guide/organizations.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from accounts.models import Membership
from accounts.organization import Organization
from catalog.services import failed_runs, organizations
from catalog.services.errors import BadRequest
from catalog.wire import answers
from catalog.wire.entry import endpoint
from catalog.wire.fields import (
    absolute,
    after,
    object_in,
    page_of,
    paging_in,
    text_in,
)
from catalog.wire.numbers import refused, refused_of_organization
from catalog.wire.people import ADMIN, empty, failure_shape

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from catalog.services.callers import Caller
    from catalog.services.organizations import Organized

ORGANIZATION_IDS = UUID("0b6d7c1e-3f0e-5f2b-8a3c-6a1f4f0c9d02")
TYPE_IDS = UUID("c3f1d0aa-51f4-5b0e-9a3d-2f7e6f1b8c03")
PAGE = 10
#: the contract's name of a field -> ours
FIELDS = {
    "org_contact_name": "contact_name",
    "org_email": "email",
    "org_url": "url",
    "external_id": "external_id",
}


def type_id(kind: str) -> str:
    return str(uuid5(TYPE_IDS, kind))


KINDS = {type_id(kind): kind for kind in Organization.Kind.values}


@endpoint("GET", refused=refused)
def types(_request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the types; which one a team has changes nothing here."""
    caller.require(ADMIN)
    return answers.document([{"id": pk, "name": kind} for pk, kind in KINDS.items()])


@endpoint("GET", "POST", refused=refused_of_organization)
def organizations_page(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the teams that the caller belongs to, or make one."""
    caller.require(ADMIN)
    if request.method == "POST":
        return _created(request, caller)
    paging = paging_in(request, usual=PAGE)
    found = organizations.organizations_of(viewer=caller.viewer)
    return answers.document(
        page_of(
            request,
            after(found, paging, name=lambda row: row.name),
            paging,
            name=lambda row: row.name,
            shape=lambda row: organization_shape(request, row),
        )
    )


def _created(request: HttpRequest, caller: Caller) -> HttpResponse:
    fields = object_in(request)
    made = organizations.create_organization(
        viewer=caller.viewer,
        name=text_in(fields, "org_name", needed=True).strip(),
        label=text_in(fields, "org_label"),
        said=_said(fields),
    )
    return answers.document(organization_shape(request, made))


@endpoint("GET", "PUT", "DELETE", refused=refused_of_organization)
def organization(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """Show a team, change what is said of it (204), or end it (204)."""
    caller.require(ADMIN)
    if request.method == "GET":
        found = organizations.find_organization(viewer=caller.viewer, name=name)
        return answers.document(organization_shape(request, found))
    if request.method == "DELETE":
        organizations.delete_organization(viewer=caller.viewer, name=name)
        return empty()
    _edit(object_in(request), caller, name)
    return empty()


def _edit(fields: dict[str, Any], caller: Caller, name: str) -> None:
    named = text_in(fields, "org_name")
    if named and named.lower() != name.lower():
        raise BadRequest("org_name: a team gets another address on its page.")
    organizations.edit_organization(
        viewer=caller.viewer,
        name=name,
        label=text_in(fields, "org_label"),
        said=_said(fields),
    )


@endpoint("GET", refused=refused)
def by_external_id(request: HttpRequest, caller: Caller, external: str) -> HttpResponse:
    """Show the caller's team that another system calls so."""
    caller.require(ADMIN)
    found = organizations.find_by_external_id(
        viewer=caller.viewer, external_id=external
    )
    return answers.document(organization_shape(request, found))


@endpoint("GET", refused=refused)
def members(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """List a team's members, for its members."""
    caller.require(ADMIN)
    paging = paging_in(request, usual=PAGE)
    rows = organizations.members_seen(viewer=caller.viewer, name=name)
    rows.sort(key=lambda row: row.user.username.lower())
    return answers.document(
        page_of(
            request,
            after(rows, paging, name=lambda row: row.user.username),
            paging,
            name=lambda row: row.user.username,
            shape=lambda row: member_shape(request, row),
        )
    )


@endpoint("PUT", "DELETE", refused=refused)
def member(
    request: HttpRequest, caller: Caller, name: str, username: str
) -> HttpResponse:
    """Make a person a member (201, empty), or end the membership (204)."""
    caller.require(ADMIN)
    if request.method == "DELETE":
        organizations.remove_member(viewer=caller.viewer, name=name, username=username)
        return empty()
    organizations.add_member(
        viewer=caller.viewer,
        name=name,
        username=username,
        role=text_in(object_in(request), "role"),
    )
    return empty(201)


@endpoint("GET", refused=refused)
def organization_errors(
    _request: HttpRequest, caller: Caller, name: str
) -> HttpResponse:
    """List what failed of the team's algorithms in a week, for its members."""
    caller.require(ADMIN)
    rows = failed_runs.failed_of_organization(viewer=caller.viewer, name=name)
    return answers.document([failure_shape(run) for run in rows])


def _said(fields: dict[str, Any]) -> dict[str, str]:
    """Return the fields that are named, by our names; a type by its id or name."""
    said = {
        ours: text_in(fields, theirs)
        for theirs, ours in FIELDS.items()
        if fields.get(theirs) is not None
    }
    if fields.get("type_id") is not None:
        kind = text_in(fields, "type_id")
        said["kind"] = KINDS.get(kind, kind)
    return said


def organization_shape(request: HttpRequest, row: Organized) -> dict[str, Any]:
    """Return the contract's organization; what is not said is absent."""
    team, details = row.standing.team, row.details
    said = {
        "org_contact_name": details.contact_name,
        "org_email": details.email,
        "org_url": details.url,
        "external_id": details.external_id,
    }
    return {
        "id": str(uuid5(ORGANIZATION_IDS, str(team.pk))),
        "org_name": row.name,
        "org_label": team.name,
        **{name: text for name, text in said.items() if text},
        "org_created_at": f"{team.created_at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        "type_id": type_id(details.kind),
        "resource_type": "organization",
        "self_link": absolute(request, f"/v1/organizations/{row.name}"),
    }


def member_shape(request: HttpRequest, row: Membership) -> dict[str, Any]:
    """Return the contract's member; it knows owners and members alone."""
    is_owner = row.role == Membership.Role.OWNER
    return {
        "username": row.user.username,
        "role": "owner" if is_owner else "member",
        "user_link": absolute(request, f"/v1/users/{row.user.username}"),
        "resource_type": "organization_member",
    }
