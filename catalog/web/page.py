"""What all page views share: methods, refusals, redirects and cache headers."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from catalog.services.errors import ServiceError
from catalog.web import errors
from catalog.web.machine.negotiation import NotAcceptable, form_of, is_negotiated

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


#: only its process_response is used: Django masks tokens and pads against BREACH
_gzip = GZipMiddleware(HttpResponse)


class View(Protocol):
    """A view of this edge."""

    def __call__(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase: ...


class Moved(Exception):
    """The page stands under another spelling of its address."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def page(*methods: str) -> Callable[[View], View]:
    """Make a view answer `methods`, map refusals, and say who may keep the answer."""
    allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)

    def decorate(view: View) -> View:
        @require_http_methods(allowed)
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                form_of(request)
                response = view(request, *args, **kwargs)
            except NotAcceptable:
                response = errors.failure_page(request, errors.NOT_ACCEPTABLE)
            except Moved as moved:
                response = HttpResponseRedirect(moved.address)
            except ServiceError as error:
                response = errors.refusal(request, error)
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-cache"
            patch_vary_headers(response, ["Cookie", "HX-Request"])
            if is_negotiated(request):
                patch_vary_headers(response, ["Accept"])
            return _compressed(request, response)

        return answer

    return decorate


def _compressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Compress what was found; a refusal goes out as it is, alike to the byte."""
    if response.status_code != HTTPStatus.OK:
        return response
    return _gzip.process_response(request, response)


def afterwards(response: HttpResponse, act: Callable[[str], None], text: str) -> None:
    """Act on a text when the answer has been sent: no reader waits for it."""
    close = response.close

    def close_and_act() -> None:
        close()
        act(text)

    if text:
        response.close = close_and_act  # type: ignore[method-assign] # its only hook


def wants_part(request: HttpRequest) -> bool:
    """Tell whether htmx swaps a part, and neither follows a link nor goes back."""
    headers = request.headers
    whole = ("HX-Boosted", "HX-History-Restore-Request")
    is_whole = any(headers.get(name) == "true" for name in whole)
    return headers.get("HX-Request") == "true" and not is_whole


def secret(view: View) -> View:
    """Keep the page's address, which is a secret, out of caches and of other logs.

    Stands above `page`, so that a refusal is treated alike. No request that the page
    leads to names more of it than the host; with no-referrer a browser would send its
    forms with `Origin: null`, which the check against forged requests refuses.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        response["Cache-Control"] = "private, no-store"
        return response

    return answer


def check_spelling(request: HttpRequest, owner: str, name: str = "") -> None:
    """Raise Moved where a GET names another spelling, or a former name."""
    _check(request, {"owner": owner, "name": name} if name else {"owner": owner})


def check_slug(request: HttpRequest, slug: str) -> None:
    """Raise Moved where a GET of a team's page names it otherwise, or as before."""
    _check(request, {"slug": slug})


def _check(request: HttpRequest, canonical: dict[str, str]) -> None:
    match = request.resolver_match
    if request.method not in {"GET", "HEAD"} or match is None:
        return
    if canonical.items() <= match.kwargs.items():
        return
    address = reverse(match.view_name, kwargs={**match.kwargs, **canonical})
    query = request.META.get("QUERY_STRING", "")
    raise Moved(f"{address}?{query}" if query else address)
