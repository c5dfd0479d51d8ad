"""Try it: what the panel starts with, and what a run on it gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings

from catalog.content.json_text import JsonProblem, parse_json
from catalog.execution import ExecutionError, execution_backends
from catalog.models import Run, Visibility
from catalog.services import admission, runs
from catalog.services.errors import InvalidInput, ServiceError
from catalog.services.pages import outcomes
from catalog.services.pages import typed as inputs
from catalog.services.pages.sharing import Link, link_to
from catalog.services.pages.shown import laid_out
from catalog.services.pages.stored_pictures import stored_pictures
from catalog.services.resolving import deployment_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.models import Example, Version
    from catalog.services.callers import Caller
    from catalog.services.pages.algorithm import Wanted
    from catalog.services.pages.outcomes import Outcome
    from catalog.services.pages.typed import TypedForm

NOTHING = "null"
#: the command of the button that asks for a link
LINK = "link"


@dataclass(frozen=True, slots=True)
class Trial:
    """The panel.

    `blocked` says why Run is off: sign_in, unverified, sandbox, read_only or "".
    `is_shared` marks an input that a link has brought, `link` is one to send on.
    """

    form: TypedForm
    example: int
    is_warm: bool
    runs_left: int
    runs_per_hour: int
    blocked: str
    is_shared: bool = False
    link: Link | None = None


def start(
    caller: Caller, version: Version, examples: Sequence[Example], wanted: Wanted
) -> tuple[Trial, Outcome | None]:
    """Return the panel with an example, or with what was typed in another mode."""
    number = _example_number(wanted, examples)
    example = examples[number] if number is not None else None
    if wanted.typed is not None:
        form, link = _changed(version, wanted.typed, examples, wanted)
        trial = _trial(caller, version, form, number)
        return replace(trial, link=link, is_shared=wanted.is_shared), None
    if example is None:
        form = inputs.new_form(version)
        if wanted.mode == inputs.JSON:
            form = replace(form, mode=inputs.JSON, json_text=NOTHING, root=None)
        return _trial(caller, version, form, None), None
    text = laid_out(example.input_text)
    form = inputs.form_from_json(version, text, mode=wanted.mode, example=number)
    outcome = outcomes.recorded(example, version, wanted.view)
    return _trial(caller, version, form, number), outcome


def run(
    caller: Caller, version: Version, examples: Sequence[Example], wanted: Wanted
) -> tuple[Trial, Outcome]:
    """Run what was typed; a refusal or failure is an outcome like any other."""
    typed = wanted.typed or inputs.Typed(inputs.JSON)
    form = inputs.form_as_typed(version, typed)
    number = _example_number(wanted, examples)
    try:
        text = inputs.input_of(version, typed, examples)
        done = runs.execute(caller=caller, call=_call(version, text, wanted))
        stored = stored_pictures(caller=caller, target=done.target, result=done.result)
        outcome = outcomes.succeeded(done.result, version, text, wanted.view, stored)
    except InvalidInput as error:
        form = inputs.with_problems(form, error, version.input_schema)
        outcome = outcomes.failed(error)
    except (ServiceError, ExecutionError) as error:
        if error.code == "invalid_json":
            form = inputs.with_problems(form, InvalidInput(str(error), []))
        instead = examples[number or 0] if examples else None
        outcome = outcomes.failed(error, instead, version)
    return _trial(caller, version, form, number), outcome


def as_allowed(trial: Trial, *, may_run: bool) -> Trial:
    """Return the panel with Run off for who was given the algorithm to read alone."""
    if may_run or trial.blocked:
        return trial
    return replace(trial, blocked="read_only")


def _call(version: Version, text: str, wanted: Wanted) -> runs.Call:
    return runs.Call(
        owner=version.algorithm.owner.slug,
        name=version.algorithm.name,
        version=wanted.number,
        body=text.encode(errors="replace"),
        content_type="json",
        surface=Run.Surface.PAGE,
    )


def _example_number(wanted: Wanted, examples: Sequence[Example]) -> int | None:
    if not examples:
        return None
    return wanted.example if 0 <= wanted.example < len(examples) else 0


def _changed(
    version: Version,
    typed: inputs.Typed,
    examples: Sequence[Example],
    wanted: Wanted,
) -> tuple[TypedForm, Link | None]:
    """Show what was typed, in the wanted mode, with its rows edited, or with a link."""
    if wanted.edit == LINK:
        return _with_link(version, typed, examples, wanted)
    if typed.mode == wanted.mode:
        return inputs.form_as_typed(version, typed, wanted.edit), None
    return _switched(version, typed, examples, wanted.mode), None


def _with_link(
    version: Version,
    typed: inputs.Typed,
    examples: Sequence[Example],
    wanted: Wanted,
) -> tuple[TypedForm, Link | None]:
    form = inputs.form_as_typed(version, typed)
    try:
        text = inputs.input_of(version, typed, examples)
        parse_json(text)
    except InvalidInput as error:
        return inputs.with_problems(form, error), None
    except JsonProblem as problem:
        return inputs.with_problems(form, InvalidInput(str(problem), [])), None
    base, number = wanted.base_url, wanted.number
    return form, link_to(version, text, examples, base_url=base, number=number)


def _switched(
    version: Version, typed: inputs.Typed, examples: Sequence[Example], mode: str
) -> TypedForm:
    """Show the same values in the other mode; what cannot be read stays where it is."""
    try:
        text = inputs.input_of(version, typed, examples)
    except InvalidInput as error:
        form = inputs.form_as_typed(version, typed)
        return inputs.with_problems(form, error)
    if mode == inputs.JSON:
        text = laid_out(text)
    return inputs.form_from_json(version, text, mode=mode)


def _trial(
    caller: Caller, version: Version, form: TypedForm, number: int | None
) -> Trial:
    return Trial(
        form=form,
        example=number or 0,
        is_warm=_is_warm(version),
        runs_left=admission.runs_left(caller),
        runs_per_hour=settings.VITRINE_RUNS_PER_HOUR,
        blocked=_blocked(caller, version),
    )


def _is_warm(version: Version) -> bool:
    if not version.bundle:
        return False
    try:
        backend = execution_backends[version.backend]
        return backend.describe(deployment_of(version)) == "warm"
    except ExecutionError:
        return False


def _blocked(caller: Caller, version: Version) -> str:
    if not version.is_trusted:
        return "sandbox"
    if caller.user_id is not None:
        return ""
    algorithm = version.algorithm
    is_open = (
        algorithm.is_public
        and version.visibility == Visibility.PUBLIC
        and algorithm.verified_at is not None
    )
    if not settings.VITRINE_ANONYMOUS_RUNS:
        return "sign_in"
    return "" if is_open else "unverified"
