"""Files of the data store behind links that end: no session, no key, one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from catalog.content import ranges
from catalog.services import data_links
from catalog.services.errors import ServiceError
from catalog.web.errors import refusal

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from catalog.services.data_links import Linked

#: what a file says of itself runs nowhere, and no page of another origin frames it
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Whoever has the link may show the picture on a page of their own.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "private, no-store",
    "Accept-Ranges": "bytes",
    "X-Robots-Tag": "noindex",
}
BYTES = "application/octet-stream"


@require_safe
def data_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve the file of a link: a picture in place, everything else to be saved."""
    asked = ranges.Conditions(range=request.headers.get("Range", ""))
    try:
        linked = data_links.open_linked(
            token=token, pick=lambda file: ranges.picked(asked, file)
        )
    except ranges.Unsatisfiable:
        return HttpResponse(status=416, headers=HEADERS)
    except ServiceError as refused:
        return refusal(request, refused)
    return _answer(linked)


def _answer(linked: Linked) -> HttpResponseBase:
    opened, file = linked.opened, linked.opened.file
    is_part = opened.length < file.size
    response = StreamingHttpResponse(
        opened.parts,
        status=206 if is_part else 200,
        content_type=linked.picture or BYTES,
        headers={**HEADERS, "Content-Length": str(opened.length)},
    )
    if is_part:
        response["Content-Range"] = ranges.content_range(
            opened.start, opened.length, file.size
        )
    response["Content-Disposition"] = _shown(linked)
    return response


def _shown(linked: Linked) -> str:
    is_saved, name = linked.picture is None, linked.opened.file.name
    said = content_disposition_header(as_attachment=is_saved, filename=name)
    return said or "attachment"
