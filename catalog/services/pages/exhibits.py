"""Recorded outputs as small drawings, chosen by the data's shape alone."""

from __future__ import annotations

import json
from typing import Any

from catalog.services.pages import (
    exhibits_numbers,
    exhibits_pictures,
    exhibits_texts,
)
from catalog.services.pages.drawings import Exhibit, Text
from catalog.services.pages.json_parts import cut
from catalog.services.pages.shown import Shown, json_shown, peek

PARSED_CHARACTERS = 2 * 1024 * 1024
SHOWN_CHARACTERS = 64 * 1024
TEXT_LINES = 7
SAID_CHARACTERS = 60


def exhibit_of(
    *, input_text: str, output_text: str, output_schema: Any, input_schema: Any = None
) -> Exhibit:
    """Return the drawing that fits a recorded output.

    Texts are JSON as they were recorded; schemas are JSON Schemas, or None. What has
    no drawing of its own is shown as text; nothing fails.
    """
    said = peek(output_text)
    is_short = len(said) <= SAID_CHARACTERS and said[:1] not in {"{", "["}
    fallback = Text(
        cut(peek(input_text)), _first_lines(output_text), said if is_short else ""
    )
    if len(input_text) + len(output_text) > PARSED_CHARACTERS:
        return fallback
    try:
        given, answer = json.loads(input_text), json.loads(output_text)
    except (ValueError, RecursionError):
        return fallback
    return (
        _pictured(given, answer, input_schema)
        or exhibits_numbers.marks(given, answer)
        or exhibits_numbers.series(given, answer)
        or exhibits_texts.passage(given, answer)
        or exhibits_texts.labelled(given, answer)
        or exhibits_numbers.axis(given, answer, output_schema)
        or exhibits_texts.records(given, answer)
        or exhibits_texts.bars(answer)
        or exhibits_pictures.captioned(given, answer)
        or fallback
    )


def _pictured(given: Any, answer: Any, input_schema: Any) -> Exhibit | None:
    return (
        exhibits_pictures.picture(answer)
        or exhibits_pictures.boxes(given, answer)
        or exhibits_pictures.pair(given, answer)
        or exhibits_pictures.swatches(given, answer)
        or exhibits_pictures.grid(given, answer, input_schema)
    )


def _first_lines(text: str) -> Shown:
    shown = json_shown(text[:SHOWN_CHARACTERS])
    lines = shown.html.split("\n")
    if len(lines) <= TEXT_LINES:
        return shown
    return Shown("\n".join(lines[:TEXT_LINES]) + "\n…", is_cut=True)
