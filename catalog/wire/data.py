"""The data store: /v1/data, /v1/connector/data and /v1/hostedData.

The protocol is that of Algorithmia's data API and its clients (docs/guide/data.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.services import data_directories, data_store
from catalog.services.data_errors import NotEmpty
from catalog.services.data_paths import MY, place_of
from catalog.services.errors import BadRequest
from catalog.wire import answers, data_shapes
from catalog.wire.data_file import file_answer, head_answer
from catalog.wire.entry import endpoint
from catalog.wire.fields import object_in
from catalog.wire.streaming import Body

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from catalog.services.callers import Caller
    from catalog.services.errors import ServiceError

METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE")
OURS = "data"


def refused(error: ServiceError) -> HttpResponse:
    """Answer what the store refused; of a full directory also that nothing went."""
    response = answers.refused(error)
    if isinstance(error, NotEmpty):
        said = {"error": {"message": error.message, "deleted": 0}}
        told = answers.document(said, status=error.status)
        told["X-Error-Message"] = response["X-Error-Message"]
        return told
    return response


@endpoint(*METHODS, refused=refused)
def data(request: HttpRequest, caller: Caller, path: str = "") -> HttpResponseBase:
    """Answer what is asked of a file, a directory, an owner or all owners."""
    return _VERBS[str(request.method)](request, caller, path)


@endpoint(*METHODS, refused=refused)
def connector(
    request: HttpRequest, caller: Caller, name: str, path: str = ""
) -> HttpResponseBase:
    """Answer as `data` does; of other stores there is none."""
    # Of another connector the path is read as its address, which is refused.
    is_ours = name.lower() == OURS
    return _VERBS[str(request.method)](
        request, caller, path if is_ours else f"{name}://{path}"
    )


@endpoint("GET", refused=refused)
def hosted_data(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """List the caller's directories."""
    return _listing(request, caller, MY)


def _get(request: HttpRequest, caller: Caller, path: str) -> HttpResponseBase:
    if place_of(path).file:
        return file_answer(request, caller, path)
    return _listing(request, caller, path)


def _head(request: HttpRequest, caller: Caller, path: str) -> HttpResponseBase:
    if place_of(path).file:
        file = data_store.find_file(caller=caller, path=path)
        return head_answer(request, file)
    data_directories.check_there(caller=caller, path=path)
    return data_shapes.directory_headers()


def _listing(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    asked = request.GET
    listing = data_directories.list_place(
        caller=caller, path=path, marker=asked.get("marker", "")
    )
    with_acl = asked.get("acl", "").lower() == "true"
    shown = answers.document(data_shapes.listing(listing, with_acl=with_acl))
    shown["X-Data-Type"] = data_shapes.DIRECTORY
    return shown


def _put(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    body = Body(request)
    file = data_store.put_file(
        caller=caller,
        path=path,
        chunks=body,
        length=body.length,
        sha256=body.sha256,
        content_type=request.META.get("CONTENT_TYPE", ""),
    )
    return answers.document({"result": str(file)})


def _post(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    asked = data_shapes.directory_in(request)
    made = data_directories.create_directory(
        caller=caller, parent=path, name=asked.name, read=asked.read
    )
    return answers.document({"result": str(made)})


def _patch(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    read = data_directories.read_of(object_in(request).get("acl"))
    changed = data_directories.change_access(caller=caller, path=path, read=read)
    return answers.document({"result": str(changed)})


def _delete(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    if place_of(path).file:
        gone = data_store.delete_file(caller=caller, path=path)
    else:
        force = _force_in(request)
        gone = data_directories.delete_directory(caller=caller, path=path, force=force)
    return answers.document({"result": {"deleted": gone}})


def _force_in(request: HttpRequest) -> bool:
    force = request.GET.get("force", "").lower()
    if force not in {"", "true", "false"}:
        raise BadRequest("force: write true or false.")
    return force == "true"


_VERBS: dict[str, Callable[..., HttpResponseBase]] = {
    "GET": _get,
    "HEAD": _head,
    "PUT": _put,
    "POST": _post,
    "PATCH": _patch,
    "DELETE": _delete,
}
