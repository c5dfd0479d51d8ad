"""A file of the data store as an answer: whole, a part of it, or its headers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header, http_date

from catalog.content import ranges
from catalog.services import data_store
from catalog.wire.data_shapes import FILE

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from catalog.models import DataFile
    from catalog.services.callers import Caller
    from catalog.services.data_store import Opened

BYTES = "application/octet-stream"
#: a client that asks for exactly one of these fails on any other type
AS_ASKED = {"text/plain", "application/json"}
PARTIAL, NOT_MODIFIED, UNSATISFIABLE = 206, 304, 416


def file_headers(request: HttpRequest, file: DataFile) -> dict[str, str]:
    """Return what is said of a file; the type as Accept says, and never its own.

    What somebody stored is shown by no browser as a page: it is to be saved, is not
    sniffed, and would run in a sandbox with nothing.
    """
    accept = request.META.get("HTTP_ACCEPT", "").strip().lower()
    saved = content_disposition_header(as_attachment=True, filename=file.name)
    return {
        **settings.WIRE_HEADERS,
        "Content-Type": accept if accept in AS_ASKED else BYTES,
        "Content-Length": str(file.size),
        "Content-Disposition": saved or "attachment",
        "X-Data-Type": FILE,
        "ETag": ranges.etag_of(file.digest),
        "Last-Modified": http_date(file.modified_at.timestamp()),
        "Date": http_date(),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Authorization",
    }


def head_answer(request: HttpRequest, file: DataFile) -> HttpResponse:
    """Answer with what is said of a file alone."""
    return HttpResponse(headers=file_headers(request, file))


def file_answer(request: HttpRequest, caller: Caller, path: str) -> HttpResponseBase:
    """Answer with a file, or with the part of it that Range asks for."""
    sent = request.META
    asked = ranges.Conditions(
        range=sent.get("HTTP_RANGE", ""),
        if_range=sent.get("HTTP_IF_RANGE", ""),
        if_none_match=sent.get("HTTP_IF_NONE_MATCH", ""),
    )
    try:
        opened = data_store.open_file(
            caller=caller, path=path, pick=lambda file: ranges.picked(asked, file)
        )
    except ranges.Known as known:
        return _bodyless(request, known.file, NOT_MODIFIED)
    except ranges.Unsatisfiable as error:
        response = _bodyless(request, error.file, UNSATISFIABLE)
        response["Content-Range"] = f"bytes */{error.file.size}"
        return response
    return _streamed(request, opened)


def _streamed(request: HttpRequest, opened: Opened) -> StreamingHttpResponse:
    file = opened.file
    response = StreamingHttpResponse(opened.parts, headers=file_headers(request, file))
    if opened.length < file.size:
        response.status_code = PARTIAL
        response["Content-Length"] = str(opened.length)
        response["Content-Range"] = ranges.content_range(
            opened.start, opened.length, file.size
        )
    return response


def _bodyless(request: HttpRequest, file: DataFile, status: int) -> HttpResponse:
    headers = file_headers(request, file)
    headers.pop("Content-Length")
    if status != NOT_MODIFIED:
        headers["Content-Length"] = "0"
    return HttpResponse(status=status, headers=headers)
