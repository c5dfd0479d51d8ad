"""Snippets of a version: the call as an edge asks for it, in every shown target."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings

from catalog import snippets as engine
from catalog.content.json_text import JsonProblem, parse_json
from catalog.services.errors import InvalidJson, NotFound

if TYPE_CHECKING:
    from catalog.models import Version
    from catalog.snippets import Snippet, SnippetCall

NO_INPUT = "null"


def call_of(
    *, version: Version, base_url: str, input_text: str | None = None, key: str = ""
) -> SnippetCall:
    """Return the call that a snippet makes; raises InvalidJson.

    `base_url` is where the request came to; VITRINE_BASE_URL goes before it.
    `input_text` is JSON as typed; without it the first example's input is taken.
    """
    if input_text is None:
        first = version.examples.first()
        input_text = first.input_text if first else NO_INPUT
    try:
        parse_json(input_text)
    except JsonProblem as problem:
        raise InvalidJson(f"input: {problem}") from None
    path = quote(f"{version.algorithm.full_name}/{version.number}")
    base = settings.BASE_URL or base_url.rstrip("/")
    return engine.SnippetCall(url=f"{base}/v1/algo/{path}", body=input_text, key=key)


def snippet(*, target: str, call: SnippetCall) -> Snippet:
    """Return the code of one shown target; raises NotFound for any other."""
    shown = [known.key for known in engine.shown_targets()]
    if target not in shown:
        raise NotFound(f"There is no target {target!r}; there is {', '.join(shown)}.")
    return engine.render(target, call)
