"""Algorithm management: /v1/algorithms (docs/guide/publishing-over-http.md)."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from catalog.content.layouts import archive_of
from catalog.services import builds, drafts, managing, releases
from catalog.services.draft_settings import said_in, table_in
from catalog.services.errors import BadRequest, NoSuchPart, NotBuilt
from catalog.wire import algorithm_objects, answers, management_bodies
from catalog.wire.entry import endpoint
from catalog.wire.management_bodies import document_in, source_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from catalog.models import Algorithm
    from catalog.services.callers import Caller
    from catalog.services.managing import Managed

#: the contract's names; what is published elsewhere may have more
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,98}", re.ASCII)
managed_endpoint = partial(endpoint, refused=management_bodies.refused)


@managed_endpoint("POST")
def create(request: HttpRequest, caller: Caller, owner: str) -> HttpResponse:
    """Make an algorithm that says hello, or is the source that comes along."""
    caller.require("write")
    document = document_in(request)
    name = document.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise BadRequest("name: a letter, then letters, digits and _.")
    if not table_in(document, "details").get("label"):
        raise BadRequest("details.label: say what it is called.")
    draft = drafts.create(
        viewer=caller.viewer,
        owner=owner,
        name=name,
        said=said_in(document),
        source=source_in(document, name),
    )
    builds.compile_quietly(caller=caller, algorithm=draft.algorithm)
    return _present(request, caller, draft.algorithm)


@managed_endpoint("GET", "HEAD", "PUT", "DELETE")
def algorithm(request: HttpRequest, caller: Caller, **named: str) -> HttpResponse:
    """Read, change or delete one algorithm."""
    if request.method == "PUT":
        return _update(request, caller, named)
    if request.method == "DELETE":
        caller.require("write")
        found = managing.of_publisher(viewer=caller.viewer, **named)
        drafts.delete(viewer=caller.viewer, algorithm=found)
        return answers.nothing()
    caller.require("read")
    return _present(request, caller, managing.find(viewer=caller.viewer, **named))


def _update(
    request: HttpRequest, caller: Caller, named: dict[str, str]
) -> HttpResponse:
    caller.require("write")
    found = managing.of_publisher(viewer=caller.viewer, **named)
    if not management_bodies.is_form(request):
        document = document_in(request)
        drafts.update(
            viewer=caller.viewer,
            algorithm=found,
            said=said_in(document),
            source=source_in(document, found.name),
        )
        found.refresh_from_db()
    return _present(request, caller, found)


@managed_endpoint("GET", "PUT")
def source(request: HttpRequest, caller: Caller, **named: str) -> HttpResponse:
    """Take a draft's source, or give it back as tar.gz."""
    if request.method == "GET":
        caller.require("read")
        found = managing.of_member(viewer=caller.viewer, **named)
        files = drafts.files_of(drafts.draft_of(found))
        if not files:
            raise NoSuchPart("not found")
        return answers.attachment(archive_of(files), name=f"{found.name}.tar.gz")
    caller.require("write")
    found = managing.of_publisher(viewer=caller.viewer, **named)
    uploaded = drafts.read_source(management_bodies.bytes_in(request), name=found.name)
    said = said_in({})
    drafts.update(viewer=caller.viewer, algorithm=found, said=said, source=uploaded)
    return _present(request, caller, found)


@managed_endpoint("POST")
def compile_source(request: HttpRequest, caller: Caller, **named: str) -> HttpResponse:
    """Build the draft; a build that failed is an answer too, with its log."""
    caller.require("write")
    document_in(request)
    found = managing.of_publisher(viewer=caller.viewer, **named)
    build = builds.compile_draft(caller=caller, algorithm=found)
    managed = managing.built(viewer=caller.viewer, algorithm=found, build=build)
    return answers.document(algorithm_objects.algorithm(managed, _link(request)))


@managed_endpoint("GET", "HEAD", "POST")
def versions(request: HttpRequest, caller: Caller, **named: str) -> HttpResponse:
    """List versions, or publish the next one."""
    if request.method == "POST":
        return _publish(request, caller, named)
    caller.require("read")
    found = managing.find(viewer=caller.viewer, **named)
    asked = managing.asked_in(request.GET)
    page = managing.versions(viewer=caller.viewer, algorithm=found, asked=asked)
    link = _link(request)
    rows = [algorithm_objects.algorithm(row, link) for row in page.rows]
    following = _following(request, asked)
    return answers.document(algorithm_objects.page(page, rows, following))


def _publish(
    request: HttpRequest, caller: Caller, named: dict[str, str]
) -> HttpResponse:
    caller.require("write")
    document = document_in(request)
    found = managing.of_publisher(viewer=caller.viewer, **named)
    wanted = releases.wanted_in(document, said_in(document))
    uploaded = source_in(document, found.name)
    if uploaded is not None:
        said = said_in({})
        drafts.update(viewer=caller.viewer, algorithm=found, said=said, source=uploaded)
    done = releases.publish(caller=caller, algorithm=found, wanted=wanted)
    managed = managing.released(
        viewer=caller.viewer, version=done.version, is_waiting=done.is_waiting
    )
    return answers.document(algorithm_objects.algorithm(managed, _link(request)))


@managed_endpoint("GET", "HEAD")
def version(
    request: HttpRequest, caller: Caller, commit: str, **named: str
) -> HttpResponse:
    """Return the algorithm as it was at a commit."""
    caller.require("read")
    found = managing.find(viewer=caller.viewer, **named)
    managed = managing.at_commit(viewer=caller.viewer, algorithm=found, commit=commit)
    return answers.document(algorithm_objects.algorithm(managed, _link(request)))


@managed_endpoint("GET", "HEAD")
def builds_page(request: HttpRequest, caller: Caller, **named: str) -> HttpResponse:
    """List the builds of an algorithm."""
    caller.require("read")
    found = managing.of_member(viewer=caller.viewer, **named)
    asked = managing.asked_in(request.GET)
    page = managing.builds(algorithm=found, asked=asked)
    rows = [algorithm_objects.build(row) for row in page.rows]
    following = _following(request, asked)
    return answers.document(algorithm_objects.page(page, rows, following))


@managed_endpoint("GET", "HEAD")
def build(
    _request: HttpRequest, caller: Caller, build_id: str, **named: str
) -> HttpResponse:
    """Return one build."""
    caller.require("read")
    found = managing.of_member(viewer=caller.viewer, **named)
    row = managing.build(algorithm=found, pk=build_id)
    return answers.document(algorithm_objects.build(row))


@managed_endpoint("GET", "HEAD")
def build_logs(
    _request: HttpRequest, caller: Caller, build_id: str, **named: str
) -> HttpResponse:
    """Return what a finished build said."""
    caller.require("read")
    found = managing.of_member(viewer=caller.viewer, **named)
    logs = managing.log(algorithm=found, pk=build_id)
    return answers.document({"logs": logs})


@managed_endpoint("GET", "HEAD")
def scm_status(_request: HttpRequest, caller: Caller, **named: str) -> HttpResponse:
    """Say that the source is at hand: it is kept here."""
    caller.require("read")
    managing.of_member(viewer=caller.viewer, **named)
    return answers.document({"scm_connection_status": "active"})


@managed_endpoint("GET", "HEAD")
def errors(_request: HttpRequest, caller: Caller, **named: str) -> HttpResponse:
    """List the runs that failed in the last days."""
    caller.require("read")
    found = managing.of_member(viewer=caller.viewer, **named)
    rows = managing.failures(algorithm=found)
    return answers.document([algorithm_objects.failure(row) for row in rows])


@managed_endpoint("GET", "HEAD", "POST")
def secrets(request: HttpRequest, caller: Caller, **named: str) -> HttpResponse:
    """List no secrets: this server keeps none for algorithms."""
    if request.method == "POST":
        caller.require("write")
        managing.of_publisher(viewer=caller.viewer, **named)
        raise NotBuilt("This server keeps no secrets for algorithms.")
    caller.require("read")
    managing.of_member(viewer=caller.viewer, **named)
    return answers.document({"secrets": []})


@managed_endpoint("POST")
def collection(
    _request: HttpRequest, caller: Caller, collection_id: str, **named: str
) -> HttpResponse:
    """Refuse a default dataset, which an algorithm has not here."""
    caller.require("write")
    managing.of_publisher(viewer=caller.viewer, **named)
    raise NotBuilt(f"No default dataset {collection_id} can be set on this server.")


def _present(request: HttpRequest, caller: Caller, found: Algorithm) -> HttpResponse:
    managed: Managed = managing.managed(viewer=caller.viewer, algorithm=found)
    return answers.document(algorithm_objects.algorithm(managed, _link(request)))


def _link(request: HttpRequest) -> algorithm_objects.Link:
    return lambda path: request.build_absolute_uri(f"/v1/{path}")


def _following(request: HttpRequest, asked: managing.Asked) -> algorithm_objects.Link:
    """Make the address of a next page out of the marker."""

    def link(marker: str) -> str:
        query = urlencode({"limit": asked.limit, "marker": marker, **asked.marks})
        return request.build_absolute_uri(f"{request.path}?{query}")

    return link
