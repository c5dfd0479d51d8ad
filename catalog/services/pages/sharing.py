"""A link that brings an input along: in the address alone, never on the server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from catalog.content.exact_json import one_line, parse_exactly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.models import Example, Version

#: some servers and mail programs cut longer addresses (characters)
LONGEST = 6000


@dataclass(frozen=True, slots=True)
class Link:
    """The address of Try it with an input; empty where that is too long for one."""

    address: str
    problem: str = ""


def link_to(
    version: Version,
    text: str,
    examples: Sequence[Example],
    *,
    base_url: str,
    number: str = "",
) -> Link:
    """Return the link to an input; one that equals an example names the example.

    `number` is the version where the reader asked for one. Raises ValueError where
    the text is no JSON.
    """
    value = json.loads(text)
    page = f"{base_url.rstrip('/')}{version.algorithm.get_absolute_url()}/try"
    pinned = {"version": number} if number else {}
    for position, example in enumerate(examples):
        if json.loads(example.input_text) == value:
            asked = {**pinned, "example": str(position)}
            return Link(f"{page}?{urlencode(asked)}")
    asked = {**pinned, "input": one_line(parse_exactly(text))}
    address = f"{page}?{urlencode(asked)}"
    if len(address) <= LONGEST:
        return Link(address)
    size = f"{len(address) / 1000:,.1f} kB"
    problem = f"This input is too long for a link: {size}, and {LONGEST // 1000} kB fit"
    return Link("", f"{problem}. Send the JSON instead.")
