"""Try it: what the panel starts with, and what a run on it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from catalog.content.json_text import JsonProblem, parse_json
from catalog.execution import ExecutionError, execution_backends
from catalog.models import Run, Visibility
from catalog.services import admission, runs
from catalog.services.errors import InvalidInput, ServiceError
from catalog.services.pages import outcomes
from catalog.services.pages import typed as inputs
from catalog.services.pages.shown import laid_out
from catalog.services.resolving import deployment_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.models import Example, Version
    from catalog.services.callers import Caller
    from catalog.services.pages.algorithm import Wanted
    from catalog.services.pages.outcomes import Outcome
    from catalog.services.pages.typed import TypedForm

NO_EXAMPLE = "null"


@dataclass(frozen=True, slots=True)
class Trial:
    """The panel. `blocked` says why Run is off: sign_in, sandbox, or nothing."""

    form: TypedForm
    example: int
    is_warm: bool
    runs_left: int
    runs_per_hour: int
    blocked: str


def start(
    caller: Caller, version: Version, examples: Sequence[Example], wanted: Wanted
) -> tuple[Trial, Outcome | None]:
    """Return the panel with an example, or with what was typed in another mode."""
    number = _example_number(wanted, examples)
    example = examples[number] if number is not None else None
    if wanted.typed is not None:
        form = _switched(version, wanted.typed, examples, wanted.mode)
        return _trial(caller, version, form, number), None
    text = laid_out(example.input_text) if example else NO_EXAMPLE
    form = inputs.form_from_json(version, text, mode=wanted.mode, example=number)
    if example is None and form.mode == inputs.JSON and wanted.mode != inputs.JSON:
        form = inputs.form_as_typed(version, inputs.Typed(inputs.FORM))
    return _trial(caller, version, form, number), outcomes.recorded(example)


def run(
    caller: Caller, version: Version, examples: Sequence[Example], wanted: Wanted
) -> tuple[Trial, Outcome]:
    """Run what was typed; a refusal or failure is an outcome like any other."""
    typed = wanted.typed or inputs.Typed(inputs.JSON)
    form = inputs.form_as_typed(version, typed)
    number = _example_number(wanted, examples)
    try:
        done = runs.execute(caller=caller, call=_call(version, typed, examples, wanted))
        outcome = outcomes.succeeded(done.result)
    except InvalidInput as error:
        form = inputs.with_problems(form, error)
        outcome = outcomes.failed(error)
    except (ServiceError, ExecutionError) as error:
        if error.code == "invalid_json":
            form = inputs.with_problems(form, InvalidInput(str(error), []))
        outcome = outcomes.failed(error, examples[number or 0] if examples else None)
    return _trial(caller, version, form, number), outcome


def _call(
    version: Version,
    typed: inputs.Typed,
    examples: Sequence[Example],
    wanted: Wanted,
) -> runs.Call:
    text = inputs.input_of(version, typed, examples)
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


def _switched(
    version: Version, typed: inputs.Typed, examples: Sequence[Example], mode: str
) -> TypedForm:
    """Show the same values in the other mode; what cannot be read stays where it is."""
    if typed.mode == mode:
        return inputs.form_as_typed(version, typed)
    try:
        text = inputs.input_of(version, typed, examples)
    except inputs.FormIncomplete as error:
        form = inputs.form_as_typed(version, typed)
        return inputs.with_problems(form, error)
    if mode == inputs.JSON:
        return inputs.form_from_json(version, laid_out(text), mode=mode)
    try:
        parse_json(text)
    except JsonProblem as problem:
        form = inputs.form_as_typed(version, typed)
        return inputs.with_problems(form, InvalidInput(str(problem), []))
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
    algorithm = version.algorithm
    is_open = (
        algorithm.is_public
        and version.visibility == Visibility.PUBLIC
        and algorithm.verified_at is not None
    )
    if caller.user_id is None and not (settings.VITRINE_ANONYMOUS_RUNS and is_open):
        return "sign_in"
    return ""
