"""JSON bodies of /api, held to what every database can keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.parsers import BaseParser

from catalog.content.json_text import JsonProblem, parse_json
from catalog.services.errors import InvalidJson

if TYPE_CHECKING:
    from typing import IO

#: no body of ours is deeper than a few levels
MAX_DEPTH = 32


class KeepableJSON(BaseParser):
    """Refuses what DRF's parser lets through or fails on.

    That is NUL, lone surrogates, duplicate keys and deep nesting: PostgreSQL cannot
    keep the first two, and a nesting of thousands ends Python's recursion.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002 - DRF's signature
        parser_context: Any = None,  # noqa: ARG002 - DRF's signature
    ) -> Any:
        try:
            return parse_json(stream.read(), max_depth=MAX_DEPTH)
        except JsonProblem as problem:
            raise InvalidJson(str(problem)) from None
