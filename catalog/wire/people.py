"""People of the call API: /v1/users (docs/guide/organizations.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from catalog.services import failed_runs, people
from catalog.wire import answers
from catalog.wire.entry import endpoint
from catalog.wire.fields import absolute, object_in, page_of, paging_in, text_in
from catalog.wire.numbers import refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User
    from catalog.models import Run
    from catalog.services.callers import Caller

#: ids of the contract are UUIDs; ours are made of it and a row's number
PERSON_IDS = UUID("5f0a1c52-7d1e-5c33-9a53-1f2f5a4a6c01")
ADMIN, PAGE = "admin", 50


@endpoint("GET", "POST", refused=refused)
def users(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the people whom the key's person may look up, or make an account."""
    caller.require(ADMIN)
    if request.method == "POST":
        return _created(request, caller)
    paging = paging_in(request, usual=PAGE)
    rows = people.people_seen(
        viewer=caller.viewer, after=paging.marker, limit=paging.limit + 1
    )
    return answers.document(
        page_of(
            request,
            rows,
            paging,
            name=lambda user: user.username,
            shape=lambda user: person_shape(request, caller, user),
        )
    )


def _created(request: HttpRequest, caller: Caller) -> HttpResponse:
    said = object_in(request)
    made = people.create_person(
        viewer=caller.viewer,
        username=text_in(said, "username", needed=True).strip(),
        email=text_in(said, "email", needed=True),
        fullname=text_in(said, "fullname"),
    )
    return answers.document(person_shape(request, caller, made))


@endpoint("GET", "PUT", "DELETE", refused=refused)
def user(request: HttpRequest, caller: Caller, username: str) -> HttpResponse:
    """Show a person, change the full name, or close the account."""
    caller.require(ADMIN)
    if request.method == "DELETE":
        people.close_person(viewer=caller.viewer, username=username)
        return empty()
    if request.method == "PUT":
        said = object_in(request)
        found = people.name_person(
            viewer=caller.viewer,
            username=username,
            email=text_in(said, "email"),
            fullname=text_in(said, "fullname", needed=True),
        )
    else:
        found = people.find_person(viewer=caller.viewer, username=username)
    return answers.document(person_shape(request, caller, found))


@endpoint("GET", refused=refused)
def user_errors(_request: HttpRequest, caller: Caller, username: str) -> HttpResponse:
    """List what failed of the person's algorithms in a week."""
    caller.require(ADMIN)
    rows = failed_runs.failed_of_person(viewer=caller.viewer, username=username)
    return answers.document([failure_shape(run) for run in rows])


def empty(status: int = 204) -> HttpResponse:
    """Answer with nothing but the status."""
    response = answers.document(None, status=status)
    response.content = b""
    response["Content-Length"] = "0"
    del response["Content-Type"]
    return response


def person_shape(request: HttpRequest, caller: Caller, user: User) -> dict[str, Any]:
    """Return the contract's user; who is neither the person nor staff sees no address.

    company_name and company_role are not kept here, so they are absent.
    """
    shown: dict[str, Any] = {
        "id": str(uuid5(PERSON_IDS, str(user.pk))),
        "username": user.username,
    }
    if people.is_told_all(viewer=caller.viewer, user=user):
        shown |= {"email": user.email, "fullname": user.get_full_name()}
    return {
        **shown,
        "resource_type": "user",
        "self_link": absolute(request, f"/v1/users/{user.username}"),
    }


def failure_shape(run: Run) -> dict[str, Any]:
    """Return a failed run without its payload, which is not kept, nor its caller."""
    return {
        "request_id": str(run.pk),
        "algorithm": run.version.algorithm.full_name,
        "version": run.version.number,
        "error_code": run.error_code,
        "duration": run.duration_ms / 1000,
        "created_at": f"{run.created_at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
    }
