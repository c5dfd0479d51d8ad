"""Which form of a page a request asks for, and the answer in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from catalog.web.machine.registry import INDEX, PAGES, SUFFIXES

if TYPE_CHECKING:
    from django.http import HttpRequest

HTML, MARKDOWN, JSON = "html", "md", "json"
MEDIA = {
    "text/html": HTML,
    "text/markdown": MARKDOWN,
    "application/json": JSON,
}
SAFE = {"GET", "HEAD"}
JSON_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z


class NotAcceptable(Exception):
    """The request accepts none of the forms that pages have."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another form of the page that is shown."""

    media: str
    address: str


def is_negotiated(request: HttpRequest) -> bool:
    """Tell whether `Accept` decides the form: at a page's own address."""
    match = request.resolver_match
    return match is not None and match.url_name in PAGES and request.method in SAFE


def form_of(request: HttpRequest) -> str:
    """Return html, md or json: by the address's ending, else by `Accept`.

    Raises NotAcceptable. Parts that htmx swaps are HTML.
    """
    match = request.resolver_match
    suffix = (match.url_name or "").rpartition(".")[2] if match else ""
    if suffix in SUFFIXES:
        return suffix
    if not is_negotiated(request) or request.headers.get("HX-Request") == "true":
        return HTML
    preferred = request.get_preferred_type(list(MEDIA))
    if preferred is None:
        raise NotAcceptable
    return MEDIA[preferred]


def show_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Answer with a page in the form that is asked for.

    Markdown and JSON carry a strong ETag and answer 304 to whoever has them.
    """
    form = form_of(request)
    if form == HTML:
        whole = {**context, "alternates": alternates_of(request)}
        return render(request, template, whole, status=status)
    match = request.resolver_match
    page = PAGES[(match.url_name or "").partition(".")[0]] if match else PAGES["home"]
    if form == MARKDOWN:
        body = page.markdown(request, context).encode()
        media = "text/markdown; charset=utf-8"
    else:
        body = orjson.dumps(page.data(request, context), option=JSON_OPTIONS)
        media = "application/json"
    response = HttpResponse(body, content_type=media, status=status)
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response["ETag"] = etag
    unchanged = get_conditional_response(request, etag=etag, response=response)
    return unchanged if isinstance(unchanged, HttpResponse) else response


def for_machines(
    request: HttpRequest, status: int, title: str, text: str
) -> HttpResponse | None:
    """Return a failure in the form that is asked for; None where that is HTML."""
    try:
        form = form_of(request)
    except NotAcceptable:
        return None
    if form == MARKDOWN:
        body = f"# {title}\n\n{text}\n"
        media = "text/markdown; charset=utf-8"
        return HttpResponse(body, content_type=media, status=status)
    if form == JSON:
        problem = {"type": "about:blank", "title": title, "status": status}
        whole = orjson.dumps({**problem, "detail": text})
        media = "application/problem+json"
        return HttpResponse(whole, content_type=media, status=status)
    return None


def alternates_of(request: HttpRequest) -> list[Alternate]:
    """Return the page's other forms, each at an address of its own."""
    if not is_negotiated(request):
        return []
    path = request.path.rstrip("/") or f"/{INDEX}"
    query = request.META.get("QUERY_STRING", "")
    ending = f"?{query}" if query else ""
    return [
        Alternate(media, f"{path}.{form}{ending}")
        for media, form in MEDIA.items()
        if form != HTML
    ]
