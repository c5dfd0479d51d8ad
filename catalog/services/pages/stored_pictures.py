"""Pictures of the data store that a result names, for who looks at it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from catalog.content.images import strings_in
from catalog.content.json_text import JsonProblem, parse_json
from catalog.content.pointers import to_pointer
from catalog.services import data_links
from catalog.services.data_paths import Inside
from catalog.services.errors import ServiceError
from catalog.services.pages.images import Image, size_of

if TYPE_CHECKING:
    from catalog.execution import RunResult
    from catalog.services.callers import Caller
    from catalog.services.resolving import Target

#: how many of a result are shown, and for how long (s)
MOST = 4
SHOWN_SECONDS = 900
LOOKED_AT = 64 * 1024
LONGEST = 2_000
#: bytes in which a picture states its size
HEAD = 64 * 1024


def stored_pictures(
    *, caller: Caller, target: Target, result: RunResult
) -> list[Image]:
    """Return the pictures that a run's result names by data:// or by a link of ours.

    They are what the caller sees, himself or in this algorithm, and nothing else.
    """
    if result.content_type != "json" or len(result.body) > LOOKED_AT:
        return []
    try:
        value = parse_json(result.body.decode(), allow_nul=True)
    except JsonProblem:
        return []
    found: list[Image] = []
    for path, text in strings_in(value):
        url = _link_to(text, caller, target) if len(text) <= LONGEST else ""
        image = _image(to_pointer(path), url) if url else None
        if image is not None:
            found.append(image)
            if len(found) == MOST:
                break
    return found


def _link_to(text: str, caller: Caller, target: Target) -> str:
    if text.startswith(data_links.base()):
        return text
    if not text.startswith("data://"):
        return ""
    owner, _, name = target.full_name.partition("/")
    inside = Inside(target.author_id, owner, name) if target.data else None
    with contextlib.suppress(ServiceError):
        return data_links.signed_url(
            caller=caller, path=text, expires_in=SHOWN_SECONDS, inside=inside
        )
    return ""


def _image(pointer: str, url: str) -> Image | None:
    token = url.removeprefix(data_links.base())
    try:
        linked = data_links.open_linked(
            token=token, pick=lambda file: (0, min(file.size, HEAD))
        )
    except ServiceError:
        return None
    with contextlib.closing(linked.opened.parts) as parts:
        if linked.picture is None:
            return None
        width, height = size_of(b"".join(parts))
    # Of the page's own origin, whatever name the page was asked by.
    address = f"{data_links.PATH}{token}"
    return Image(pointer, linked.picture, address, width, height, is_stored=True)
