"""What all page views share: methods, refusals, redirects and cache headers."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from catalog.services.errors import ServiceError
from catalog.web import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase



class View(Protocol):
    """A view of this edge."""

    def __call__(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase: ...


class Moved(Exception):  # noqa: N818 - it is an answer, not an error
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
                response = view(request, *args, **kwargs)
            except Moved as moved:
                response = HttpResponseRedirect(moved.address)
            except ServiceError as error:
                response = errors.refusal(request, error)
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-cache"
            patch_vary_headers(response, ["Cookie", "HX-Request"])
            return response

        return answer

    return decorate


def check_spelling(request: HttpRequest, owner: str, name: str = "") -> None:
    """Raise Moved where a GET spells `owner` or `name` in another case."""
    match = request.resolver_match
    if request.method not in {"GET", "HEAD"} or match is None:
        return
    canonical = {"owner": owner, "name": name} if name else {"owner": owner}
    if canonical.items() <= match.kwargs.items():
        return
    address = reverse(match.view_name, kwargs={**match.kwargs, **canonical})
    query = request.META.get("QUERY_STRING", "")
    raise Moved(f"{address}?{query}" if query else address)
