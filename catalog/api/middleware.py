"""Counts every request to /api, says what is left, and refuses what is no address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.cache import patch_vary_headers

from accounts.acting import acting
from accounts.addresses import address_of
from catalog.api.authentication import ADMITTED
from catalog.api.errors import problem_response
from catalog.services import admission
from catalog.services.callers import caller_by_key
from catalog.services.errors import BadRequest, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    Answer = Callable[[HttpRequest], HttpResponseBase]

EDGE = "/api/"


class ApiLimitsMiddleware:
    """Admits by key, by person of a session, or by address; stands behind the session.

    Here and not in DRF's throttles: also an address that is none and a bad key are
    counted and get the headers.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(EDGE):
            return self.get_response(request)
        with admission.noting() as standings:
            response = self._answer(request)
            for name, value in admission.headers_of(standings):
                response[name] = value
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        address = address_of(request)
        try:
            key_id = _admit(request, address)
            _check_address(request)
        except ServiceError as refused:
            response = problem_response(refused, {})
            patch_vary_headers(response, ["Cookie", "Authorization"])
            return response
        with acting(address=address, key_id=key_id):
            return self.get_response(request)


def _check_address(request: HttpRequest) -> None:
    """Raise BadRequest for NUL in the address, which PostgreSQL takes in no text."""
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        raise BadRequest("The address holds a NUL character. Leave it out.")


def _admit(request: HttpRequest, address: str) -> UUID | None:
    """Count the request; return its key, and leave the key's caller in the request."""
    if header := request.META.get("HTTP_AUTHORIZATION", ""):
        caller = caller_by_key(header, address=address)
        admission.admit_key(caller)
        request.META[ADMITTED] = caller
        return caller.key_id
    user_id = request.user.pk if request.user.is_authenticated else None
    if user_id is None:
        admission.admit_address(address)
    else:
        admission.admit_person(user_id)
    return None
