"""Use it: one target's code with the input that was typed."""

from __future__ import annotations

from dataclasses import dataclass
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
    from catalog.snippets import Execution, Snippet, SnippetCall, Target

PICKED = 6
#: longer inputs travel by POST alone (characters)
CARRIED_CHARACTERS = 1500
KEY_DAYS = 90


@dataclass(frozen=True, slots=True)
class Choice:
    """One target: `label` in the list of all, `short` in the pick.

    `words` are what else it is found by in the list: its key and language.
    """

    key: str
    label: str
    short: str
    group: str
    words: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One target's snippet as highlighted code, and what executed it.

    `key_variable` is what the code reads the key from; empty where it holds a key.
    """

    choice: Choice
    snippet: Snippet
    code: str
    execution: Execution
    key_variable: str


@dataclass(frozen=True, slots=True)
class Use:
    """The chosen target's panel, and the choices there are.

    `key` is there in the answer that made it, and then all targets have a panel:
    the secret is in no other answer.
    """

    choices: list[Choice]
    panels: list[Panel]
    input_text: str
    is_typed: bool
    problem: str
    may_make_key: bool
    key: NewKey | None = None
    answer: Outcome | None = None

    @property
    def chosen(self) -> Choice:
        return self.panels[0].choice

    @property
    def groups(self) -> dict[str, list[Choice]]:
        groups: dict[str, list[Choice]] = {}
        for choice in self.choices:
            groups.setdefault(choice.group, []).append(choice)
        for choices in groups.values():
            choices.sort(key=lambda choice: choice.label.lower())
        return groups

    @property
    def picked(self) -> list[Choice]:
        """The first few targets; another chosen one stands before them."""
        first = self.choices[:PICKED]
        return first if self.chosen in first else [self.chosen, *first[:-1]]

    @property
    def carried(self) -> str:
        """The typed input where it is short enough to travel in an address."""
        is_short = len(self.input_text) <= CARRIED_CHARACTERS
        return self.input_text if self.is_typed and is_short else ""


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
    choices = _choices(targets)
    chosen = next((each for each in choices if each.key == wanted.target), choices[0])
    text, problem = _input(version, examples, wanted)
    key = _make_key(caller, version, chosen) if wanted.makes_key else None
    call = snippets.call_of(
        version=version,
        base_url=wanted.base_url,
        input_text=text,
        key=key.secret if key else "",
    )
    others = [each for each in choices if each != chosen] if key else []
    is_typed = wanted.typed is not None and not problem
    return Use(
        choices=choices,
        panels=[_panel(choice, call) for choice in (chosen, *others)],
        input_text=text,
        is_typed=is_typed,
        problem=problem,
        may_make_key=caller.user_id is not None,
        key=key,
        answer=None if is_typed else recorded(_example(examples, wanted)),
    )


def _choices(targets: Sequence[Target]) -> list[Choice]:
    """Leave the client out of a label where its language has one target only.

    The pick leaves it out of each language's first target.
    """
    names = [target.label.partition(" (")[0] for target in targets]
    return [
        Choice(
            key=target.key,
            label=target.label if names.count(name) > 1 else name,
            short=target.label if name in names[:place] else name,
            group=target.group,
            words=f"{target.key} {target.language}",
        )
        for place, (target, name) in enumerate(zip(targets, names, strict=True))
    ]


def _panel(choice: Choice, call: SnippetCall) -> Panel:
    snippet = snippets.snippet(target=choice.key, call=call)
    code = engine.highlighted(snippet)
    variable = "" if call.key else call.key_variable
    return Panel(choice, snippet, code, engine.executed()[choice.key], variable)


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


def _make_key(caller: Caller, version: Version, choice: Choice) -> NewKey:
    if not isinstance(caller.viewer, User):
        raise SignInNeeded("Sign in to make a key.")
    full_name = version.algorithm.full_name
    return create_key(
        user=caller.viewer,
        name=f"{full_name}, {choice.label}"[:80],
        scopes=[ApiKey.Scope.RUN],
        # A key in a snippet is copied about: it reaches what the snippet calls.
        rules=[f"algo://{full_name}"],
        days=KEY_DAYS,
    )
