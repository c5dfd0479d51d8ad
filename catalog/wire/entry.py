"""What every view of /v1 begins with: a key, its limits, refusals in their words."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from accounts.acting import acting
from accounts.addresses import address_of
from catalog.services import admission
from catalog.services.callers import caller_by_key
from catalog.services.errors import ServiceError
from catalog.wire import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    View = Callable[..., HttpResponseBase]
    Refused = Callable[[ServiceError], HttpResponseBase]


def endpoint(
    *methods: str, refused: Refused = answers.refused_with_code
) -> Callable[[View], View]:
    """Make a view of `view(request, caller, **named)` that answers these methods.

    `refused` words what services refuse, and a missing key as well.
    """

    def made(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **named: str) -> HttpResponseBase:
            if request.method not in methods:
                return answers.method_not_allowed(methods)
            address = address_of(request)
            try:
                key = request.META.get("HTTP_AUTHORIZATION", "")
                caller = caller_by_key(key, address=address)
                admission.admit_key(caller)
                with acting(address=address, key_id=caller.key_id):
                    return view(request, caller, **named)
            except ServiceError as error:
                return refused(error)

        return answer

    return made
