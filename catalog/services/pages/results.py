"""A result in the views that suit it: picture, sound, table, tree and JSON."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from catalog.content.boxes import boxes_in
from catalog.content.exact_json import parse_exactly, plain
from catalog.content.images import result_media, sniff
from catalog.content.result_tables import is_table, tables_of, tree_of
from catalog.content.sounds import ResultSound, result_sounds, sniff_sound
from catalog.services.pages.images import Image, images_in, measured, size_of
from catalog.services.pages.overlays import Overlay, overlay_of
from catalog.services.pages.shown import Shown, json_shown, text_shown
from catalog.services.pages.sounds import SOUND_CHARACTERS, sounds_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.content.result_tables import Branch, Table

MEDIA_TYPES = {
    "json": "application/json",
    "text": "text/plain",
    "binary": "application/octet-stream",
}
LABELS = {
    "picture": "Picture",
    "sound": "Sound",
    "table": "Table",
    "tree": "Tree",
    "json": "JSON",
}
HEX_BYTES = 256
#: longer results are shown as text alone (characters)
VIEWED_CHARACTERS = 512 * 1024
#: a download is a copy inside the page: of a result, of a recorded one (characters)
DOWNLOADED, RECORDED = 512 * 1024, 16 * 1024


@dataclass(frozen=True, slots=True)
class View:
    """One way to show the result."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came back, ready for a page; `view` is the one that is shown first.

    `download` is a data URI of the whole, empty where it is too long for one.
    """

    media_type: str
    size: int
    shown: Shown | None = None
    images: list[Image] = field(default_factory=list)
    sounds: list[ResultSound] = field(default_factory=list)
    overlay: Overlay | None = None
    tables: list[Table] = field(default_factory=list)
    tree: Branch | None = None
    views: list[View] = field(default_factory=list)
    view: str = "json"
    download: str = ""
    suffix: str = "json"


def result_of_json(  # noqa: PLR0913 - one result, its parts
    text: str,
    *,
    schema: Any = True,
    input_text: str = "",
    view: str = "",
    is_recorded: bool = False,
    stored: Sequence[Image] = (),
) -> Result:
    """Lay a JSON result out in each view that suits it.

    `view` asks for one; else it is the picture or sound where there is one, the
    table where that shows all there is, and JSON. `stored` are pictures that it names.
    """
    images = [*(measured(image) for image in images_in(text)), *stored]
    sounds = sounds_in(text)
    value = _value(text)
    overlay = overlay_of(boxes_in(schema, plain(value)), plain(value), input_text)
    tables = tables_of(value)
    tree = tree_of(value) if isinstance(value, dict | list) and value else None
    keys = [
        *(["picture"] if images or overlay else []),
        *(["sound"] if sounds else []),
        *(["table"] if tables else []),
        *(["tree"] if tree else []),
        "json",
    ]
    usual = keys[0] if keys[0] in {"picture", "sound"} or is_table(value) else "json"
    return Result(
        media_type=MEDIA_TYPES["json"],
        size=len(text.encode()),
        shown=json_shown(text),
        images=images,
        sounds=sounds,
        overlay=overlay,
        tables=tables,
        tree=tree,
        views=[View(key, LABELS[key]) for key in keys],
        # Nobody chose before the run what only its result names.
        view=view if view in keys and not stored else usual,
        download=_download(text, RECORDED if is_recorded else DOWNLOADED),
    )


def _value(text: str) -> Any:
    """Parse a result for its views; None where JSON alone has to do."""
    if len(text) > VIEWED_CHARACTERS:
        return None
    try:
        return parse_exactly(text)
    except (ValueError, RecursionError):
        return None


def _download(text: str, most: int, media_type: str = "application/json") -> str:
    if len(text) > most:
        return ""
    data = base64.b64encode(text.encode()).decode()
    return f"data:{media_type};base64,{data}"


def result_of_text(text: str) -> Result:
    """Show text as it is; one that is a data URI also as its picture or sound."""
    is_media = text.startswith("data:") and len(text) <= SOUND_CHARACTERS
    images = [measured(image) for image in result_media(text)] if is_media else []
    sounds = result_sounds(text) if is_media else []
    keys = [*(["picture"] if images else []), *(["sound"] if sounds else []), "json"]
    labels = {**LABELS, "json": "Text"}
    return Result(
        media_type=MEDIA_TYPES["text"],
        size=len(text.encode()),
        shown=text_shown(text),
        images=images,
        sounds=sounds,
        views=[View(key, labels[key]) for key in keys],
        view=keys[0],
        download=_download(text, DOWNLOADED, "text/plain"),
        suffix="txt",
    )


def result_of_bytes(body: bytes) -> Result:
    """Show bytes as the picture or sound that they are, else their first ones."""
    media_type = sniff(body)
    if media_type is not None:
        image = Image("", media_type, _uri(media_type, body), *size_of(body))
        return _first(Result(media_type, len(body), images=[image]), "picture")
    media_type = sniff_sound(body)
    if media_type is not None and len(body) <= SOUND_CHARACTERS:
        sound = ResultSound("", media_type, _uri(media_type, body))
        return _first(Result(media_type, len(body), sounds=[sound]), "sound")
    shown = Shown(body[:HEX_BYTES].hex(" "), len(body) > HEX_BYTES)
    return Result(MEDIA_TYPES["binary"], len(body), shown=shown)


def _first(result: Result, key: str) -> Result:
    return replace(result, views=[View(key, LABELS[key])], view=key)


def _uri(media_type: str, body: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(body).decode()}"
