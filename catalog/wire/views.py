"""The call: POST /v1/algo/{owner}/{Name}[/{version}]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.acting import acting
from accounts.addresses import address_of
from catalog.execution import AlgorithmFailed, ExecutionError
from catalog.models import Run
from catalog.services import admission, call_format, runs
from catalog.services.callers import caller_by_key
from catalog.services.errors import RUN_STATUS, InvalidInput, ServiceError
from catalog.wire import answers, parsing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from catalog.services.callers import Caller


def call(request: HttpRequest, ref: str) -> HttpResponse:
    """Run an algorithm for a program that holds a key."""
    if request.method != "POST":
        response = answers.refusal(405, "call an algorithm with POST")
        response["Allow"] = "POST"
        return response
    try:
        return _call(request, ref)
    except InvalidInput as refused:
        failed = AlgorithmFailed(
            refused.message, code=refused.code, error_type="InputError"
        )
        status = 400 if request.GET.get("output") == "raw" else 200
        return answers.failure(failed, status=status)
    except ServiceError as refused:
        return answers.refused(refused)
    except AlgorithmFailed as failed:
        status = 400 if request.GET.get("output") == "raw" else 200
        return answers.failure(failed, status=status)
    except ExecutionError as error:
        status = RUN_STATUS.get(error.code, 503)
        return answers.refusal(status, error.message, retry_after=1)


def _call(request: HttpRequest, ref: str) -> HttpResponse:
    address = address_of(request)
    caller = caller_by_key(request.META.get("HTTP_AUTHORIZATION", ""), address=address)
    admission.admit_key(caller)
    with acting(address=address, key_id=caller.key_id):
        return _answer(request, ref, caller)


def _answer(request: HttpRequest, ref: str, caller: Caller) -> HttpResponse:
    reference = parsing.reference_in(ref)
    output = parsing.output_in(request)
    kind = call_format.content_type_in(request.META.get("CONTENT_TYPE", ""))
    done = runs.execute(
        caller=caller,
        call=runs.Call(
            owner=reference.owner,
            name=reference.name,
            version=reference.version,
            body=parsing.body_in(request, kind),
            content_type=kind,
            surface=Run.Surface.WIRE,
            timeout=parsing.timeout_in(request),
        ),
    )
    return answers.raw(done.result) if output == "raw" else answers.success(done.result)
