"""The headers that every answer of Django's has, whoever gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


class ResponseHeadersMiddleware:
    """Puts RESPONSE_HEADERS on every answer that lacks them, and guards all cookies.

    It is the outermost one, so that static files, redirects to https and refused hosts,
    which the middleware below answers, are no exception.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in settings.RESPONSE_HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.HSTS and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", settings.HSTS)
        for cookie in response.cookies.values():
            cookie["secure"] = cookie["secure"] or settings.SESSION_COOKIE_SECURE
            cookie["samesite"] = cookie["samesite"] or "Lax"
        return response
