"""Use it: one target's code with the input that was typed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from accounts.keys import NewKey, create_key
from accounts.models import ApiKey, User
from catalog import snippets as engine
from catalog.services import snippets
from catalog.services.errors import InvalidInput, InvalidJson, NotFound, SignInNeeded
from catalog.services.pages import typed as inputs
from catalog.services.pages.outcomes import recorded
from catalog.services.pages.shown import laid_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.models import Example, Version
    from catalog.services.callers import Caller
    from catalog.services.pages.algorithm import Wanted
    from catalog.services.pages.outcomes import Outcome
    from catalog.snippets import Execution, Snippet, Target

PICKED = 6
KEY_DAYS = 90


@dataclass(frozen=True, slots=True)
class Group:
    """Targets of one kind, as the list of all of them shows."""

    name: str
    targets: list[Target]


@dataclass(frozen=True, slots=True)
class Use:
    """One snippet among all targets. `key` is there in the answer that made it."""

    targets: list[Target]
    target: Target
    snippet: Snippet
    code: str
    execution: Execution
    input_text: str
    is_typed: bool
    problem: str
    may_make_key: bool
    key: NewKey | None = None
    answer: Outcome | None = None

    @property
    def groups(self) -> list[Group]:
        by_group = sorted(self.targets, key=lambda target: target.group)
        made = groupby(by_group, key=lambda target: target.group)
        groups = [Group(name, list(some)) for name, some in made]
        order = {target.group: -n for n, target in enumerate(reversed(self.targets))}
        return sorted(groups, key=lambda group: order[group.name])

    @property
    def picked(self) -> list[Target]:
        """The first few targets, the chosen one among them."""
        first = self.targets[:PICKED]
        return first if self.target in first else [*first[:-1], self.target]


def use(
    caller: Caller, version: Version, examples: Sequence[Example], wanted: Wanted
) -> Use | None:
    """Return the snippet of a target; None where no target has been executed.

    An unknown target gives the first one. Input that cannot be read leaves the
    example's, and `problem` says so.
    """
    targets = engine.shown_targets()
    if not targets:
        return None
    target = next((each for each in targets if each.key == wanted.target), targets[0])
    text, problem = _input(version, examples, wanted)
    key = _make_key(caller, version, target) if wanted.makes_key else None
    call = snippets.call_of(
        version=version,
        base_url=wanted.base_url,
        input_text=text,
        key=key.secret if key else "",
    )
    snippet = snippets.snippet(target=target.key, call=call)
    is_typed = wanted.typed is not None and not problem
    return Use(
        targets=targets,
        target=target,
        snippet=snippet,
        code=engine.highlighted(snippet),
        execution=engine.executed()[target.key],
        input_text=text,
        is_typed=is_typed,
        problem=problem,
        may_make_key=caller.user_id is not None,
        key=key,
        answer=None if is_typed else recorded(_example(examples, wanted)),
    )


def check_target(target: str) -> None:
    """Raise NotFound where no shown target has this key."""
    if target not in {each.key for each in engine.shown_targets()}:
        raise NotFound(f"no target {target}")


def _example(examples: Sequence[Example], wanted: Wanted) -> Example | None:
    if not examples:
        return None
    return examples[wanted.example if 0 <= wanted.example < len(examples) else 0]


def _input(
    version: Version, examples: Sequence[Example], wanted: Wanted
) -> tuple[str, str]:
    example = _example(examples, wanted)
    recorded_text = laid_out(example.input_text) if example else snippets.NO_INPUT
    if wanted.typed is None:
        return recorded_text, ""
    try:
        text = inputs.input_of(version, wanted.typed, examples)
        snippets.call_of(version=version, base_url=wanted.base_url, input_text=text)
    except (InvalidInput, InvalidJson) as error:
        return recorded_text, error.message
    return text, ""


def _make_key(caller: Caller, version: Version, target: Target) -> NewKey:
    if not isinstance(caller.viewer, User):
        raise SignInNeeded("Sign in to make a key.")
    name = f"{version.algorithm.full_name}, {target.label}"[:80]
    return create_key(
        user=caller.viewer, name=name, scopes=[ApiKey.Scope.RUN], days=KEY_DAYS
    )
