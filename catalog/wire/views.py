"""The call: POST /v1/algo/{owner}/{Name}[/{version}], and for browsers /v1/web/algo."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from accounts.acting import acting
from accounts.addresses import address_of
from catalog.execution import AlgorithmFailed, ExecutionError
from catalog.models import Run
from catalog.services import admission, runs
from catalog.services.callers import caller_by_key
from catalog.services.errors import RUN_STATUS, InvalidInput, ServiceError
from catalog.wire import answers, cross_origin, parsing, repeating

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from catalog.services.callers import Caller
    from catalog.wire.parsing import Options

METHODS = ("POST",)


def call(request: HttpRequest, ref: str, missing: str = "") -> HttpResponse:
    """Run an algorithm for a program that holds a key.

    `missing` is the Content-Type of a request without one.
    """
    if request.method != "POST":
        return answers.method_not_allowed(METHODS)
    try:
        address = address_of(request)
        key = request.META.get("HTTP_AUTHORIZATION", "")
        caller = caller_by_key(key, address=address)
        admission.admit_key(caller)
        with acting(address=address, key_id=caller.key_id):
            options = parsing.options_in(request)
            wanted = _call(request, ref, missing, options)
            again = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
            return _answer(caller, wanted, options, again)
    except ServiceError as refused:
        return answers.refused(refused)


def web_call(request: HttpRequest, ref: str) -> HttpResponse:
    """Run an algorithm for a script in a page; the gateway adds what CORS asks for."""
    if request.method == "OPTIONS":
        return cross_origin.preflight()
    return call(request, ref, missing=answers.JSON)


def _call(request: HttpRequest, ref: str, missing: str, options: Options) -> runs.Call:
    reference = parsing.reference_in(ref)
    kind = parsing.kind_in(request, missing)
    return runs.Call(
        owner=reference.owner,
        name=reference.name,
        version=reference.version,
        body=parsing.body_in(request, kind),
        content_type=kind,
        surface=Run.Surface.WIRE,
        timeout=options.timeout,
        wants_output=options.wants_output,
    )


def _answer(
    caller: Caller, wanted: runs.Call, options: Options, key: str
) -> HttpResponse:
    worded = partial(_worded, options)
    try:
        if options.output == "void":
            return repeating.accept(caller, wanted, options, key)
        if key:
            return repeating.run_once(caller, wanted, options, key, worded)
        return worded(runs.execute(caller=caller, call=wanted))
    except InvalidInput as refused:
        return answers.misfit(refused, is_raw=options.output == "raw")
    except AlgorithmFailed as failed:
        return worded(failed)
    except ExecutionError as error:
        status = RUN_STATUS.get(error.code, 503)
        return answers.refusal(status, error.message, retry_after=1)


def _worded(options: Options, end: runs.Execution | AlgorithmFailed) -> HttpResponse:
    is_raw = options.output == "raw"
    if isinstance(end, AlgorithmFailed):
        shown = end.output if options.wants_output else ""
        return answers.failure(end, is_raw=is_raw, output=shown)
    if is_raw:
        return answers.raw(end.result)
    is_shown = options.wants_output and end.target.shows_output
    return answers.success(
        end.result,
        output=end.result.output if is_shown else None,
        has_timing=options.wants_timing,
    )
