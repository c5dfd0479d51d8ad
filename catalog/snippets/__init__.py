"""Engine: code that calls a version, for every target (language with a client)."""

from __future__ import annotations

from catalog.snippets.call import InvalidCall, Snippet, SnippetCall
from catalog.snippets.executed import Execution, load_executed
from catalog.snippets.rendering import highlighted, render_target
from catalog.snippets.target import Target, UnknownTarget, load_targets

__all__ = [
    "Execution",
    "InvalidCall",
    "Snippet",
    "SnippetCall",
    "Target",
    "UnknownTarget",
    "executed",
    "highlighted",
    "render",
    "render_all",
    "shown_targets",
    "targets",
]


def targets() -> list[Target]:
    """Return all targets in their order, shown or not."""
    return list(load_targets().values())


def executed() -> dict[str, Execution]:
    """Return, by target key, what last executed it and when (executed.json)."""
    return dict(load_executed())


def shown_targets() -> list[Target]:
    """Return the targets that pages show: those that the tests executed."""
    return [target for target in targets() if target.key in load_executed()]


def render(target_key: str, call: SnippetCall) -> Snippet:
    """Return the snippet of one target, shown or not. Raises UnknownTarget."""
    known = load_targets()
    if target_key not in known:
        raise UnknownTarget(f"no target {target_key!r}; there are: {', '.join(known)}")
    return render_target(known[target_key], call)


def render_all(call: SnippetCall) -> list[Snippet]:
    """Return the snippets of the shown targets in their order."""
    return [render_target(target, call) for target in shown_targets()]
