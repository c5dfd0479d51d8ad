"""What a management request says, and what it is answered where it is refused."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from uuid_utils.compat import uuid7

from catalog.content.json_text import JsonProblem, parse_json
from catalog.services import drafts
from catalog.services.errors import (
    BadRequest,
    Forbidden,
    InvalidJson,
    NoSuchPart,
    NotFound,
    OwnerUnknown,
)
from catalog.wire import answers, parsing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from catalog.services.errors import ServiceError

UNAUTHORIZED = "Caller is not authorized to perform the operation"
NO_ALGORITHM = "No such algorithm"
#: the contract's numbers by the code of the failure table
NUMBERS = {
    "owner_unknown": 3000,
    "name_taken": 1002,
    "already_published": 1007,
    "unknown_language": 4001,
    "bad_marker": 5002,
    "bad_limit": 5003,
    "not_implemented": 5005,
    "build_failed": 2015,
    "still_public": 2015,
    "secret_in_text": 2015,
}
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


def refused(error: ServiceError) -> HttpResponse:
    """Word a refusal as the contract does; what is no algorithm is one short text."""
    if isinstance(error, Forbidden):
        said: object = {"id": str(uuid7()), "code": 2001, "message": UNAUTHORIZED}
    elif isinstance(error, NoSuchPart):
        said = {"message": error.message}
    elif isinstance(error, NotFound) and not isinstance(error, OwnerUnknown):
        said = NO_ALGORITHM
    else:
        return answers.refused_with_code(error, number=NUMBERS.get(error.code, 0))
    response = answers.refused(error)
    response.content = answers.document({"error": said}).content
    response["Content-Length"] = str(len(response.content))
    if said == NO_ALGORITHM:
        # The address is not repeated: missing and private answer the same bytes.
        response["X-Error-Message"] = NO_ALGORITHM
    return response


def is_form(request: HttpRequest) -> bool:
    """Tell whether the body is a form: the Python client's update sends keys alone."""
    header = request.META.get("CONTENT_TYPE", "")
    return header.partition(";")[0].strip().lower() in FORMS


def document_in(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object of a body; none, `[]` and `null` are empty ones.

    Raises InvalidJson and BadRequest.
    """
    body = parsing.body_in(request, "json")
    if not body.strip():
        return {}
    try:
        value = parse_json(body)
    except JsonProblem as problem:
        raise InvalidJson(str(problem)) from None
    if value is None or value == []:
        return {}
    if not isinstance(value, dict):
        raise BadRequest("Send a JSON object.")
    return value


def bytes_in(request: HttpRequest) -> bytes:
    """Return a body that is no JSON; raises BadRequest for none."""
    body = parsing.body_in(request, "binary")
    if not body:
        raise BadRequest("Send a zip, a tar, a tar.gz or the text of one source file.")
    return body


def source_in(document: dict[str, Any], name: str) -> drafts.Source | None:
    """Return the source that came with a request; None where it holds none of ours.

    `{"files": {path: text}}` or `{"bundle": base64 of a zip or tar}`; the keys of the
    original service (`scm`, `repository_...`) are ignored.
    """
    source = document.get("source")
    if not isinstance(source, dict):
        return None
    files, bundle = source.get("files"), source.get("bundle")
    if bundle is not None:
        return drafts.read_source(_decoded(bundle), name=name)
    if files is None:
        return None
    is_named = isinstance(files, dict) and all(
        isinstance(text, str) for text in files.values()
    )
    if not is_named:
        raise BadRequest("source.files: send an object of texts by path.")
    named = {path: text.encode() for path, text in files.items()}
    return drafts.source_of(named, name=name)


def _decoded(bundle: object) -> bytes:
    try:
        if isinstance(bundle, str) and bundle:
            return base64.b64decode(bundle, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise BadRequest("source.bundle: send the base64 of a zip, tar or tar.gz.")
