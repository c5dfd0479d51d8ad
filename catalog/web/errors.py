"""Every error of the pages, in one place: what happened, whose turn, what next."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils.cache import patch_vary_headers

from accounts import throttle
from catalog.web.machine.negotiation import for_machines

if TYPE_CHECKING:
    from django.http import HttpRequest

    from catalog.services.errors import ServiceError


@dataclass(frozen=True, slots=True)
class Failure:
    """One error page; a status needs no more than these two sentences."""

    status: int
    title: str
    text: str

    @property
    def offers_sign_in(self) -> bool:
        return self.status in {401, 403, 404}


NOT_FOUND = Failure(
    404,
    "There is nothing here that you can see",
    "The address may be wrong, or the page may be private to its owner. We answer "
    "the same in both cases.",
)
BAD_REQUEST = Failure(
    400,
    "This request cannot be read",
    "A part of the address or of the form is malformed. Go back and try again.",
)
FORBIDDEN = Failure(
    403,
    "You may not do this",
    "You can see this page, but the action is for others.",
)
STALE_FORM = Failure(
    403,
    "This form was not accepted",
    "It was open for too long, or cookies are off. Go back, reload the page and send "
    "it again. Nothing was changed.",
)
NOT_ACCEPTABLE = Failure(
    406,
    "This page does not come in that form",
    "Pages are HTML, Markdown (text/markdown) and JSON (application/json). Ask for one "
    "of them, or put .md or .json after the address.",
)
TOO_LARGE = Failure(
    413,
    "This is too large",
    "A request to this server has at most 10 MiB. Send a smaller file.",
)
TITLES = {
    400: "This request cannot be answered",
    401: "Sign in first",
    429: "Too many at once",
    503: "This is not possible right now",
}


def failure_page(request: HttpRequest, failure: Failure) -> HttpResponse:
    """Render a failure: a page, or a note where a part of a page was asked for."""
    response = for_machines(request, failure.status, failure.title, failure.text)
    if response is None:
        is_part = request.headers.get("HX-Request") == "true"
        name = "errors/note.html" if is_part else "errors/page.html"
        response = render(request, name, {"failure": failure}, status=failure.status)
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie", "HX-Request"])
    return response


def refusal(request: HttpRequest, error: ServiceError) -> HttpResponse:
    """Answer what a service refused; not found says no more than the 404 page."""
    if error.status == HTTPStatus.NOT_FOUND:
        return failure_page(request, NOT_FOUND)
    title = TITLES.get(error.status, TITLES[400])
    response = failure_page(request, Failure(error.status, title, error.message))
    if error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return failure_page(request, NOT_FOUND)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    is_large = isinstance(exception, RequestDataTooBig)
    return failure_page(request, TOO_LARGE if is_large else BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return failure_page(request, FORBIDDEN)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer who signs in, up or resets too often, with the time to wait."""
    seconds = throttle.wait_at(request)
    text = f"Nothing was changed. Try again in {throttle.spelled(seconds)}."
    failure = Failure(429, "Too many attempts", text)
    response = failure_page(request, failure)
    response["Retry-After"] = str(seconds)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    return failure_page(request, STALE_FORM)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer after a bug: no context, no database, nothing that could fail again."""
    return HttpResponseServerError(
        loader.render_to_string("errors/server_error.html"),
    )
