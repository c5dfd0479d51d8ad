"""JSON objects that /v1 takes, and the paging of its lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http.request import UnreadablePostError

from accounts.names import OWNER_NAME
from catalog.content.json_text import JsonProblem, parse_json
from catalog.services import call_format
from catalog.services.errors import (
    BadLimit,
    BadMarker,
    BadRequest,
    InvalidJson,
    PayloadTooLarge,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest

Row = TypeVar("Row")
MAX_DEPTH, MOST = 32, 100


def body_of(request: HttpRequest) -> bytes:
    """Return a small body; raises PayloadTooLarge, and BadRequest for half of one."""
    try:
        return request.body
    except RequestDataTooBig:
        raise PayloadTooLarge("The body is over the limit.") from None
    except UnreadablePostError:
        raise BadRequest("The request body ended too early.") from None


def object_in(request: HttpRequest) -> dict[str, Any]:
    """Read the body as one JSON object; an empty body is an empty object.

    Its media type is not asked for: the clients send several.
    """
    body = body_of(request)
    length = request.META.get("CONTENT_LENGTH") or "0"
    call_format.check_whole(body, length, is_chunked=False)
    if not body.strip():
        return {}
    try:
        value = parse_json(body, max_depth=MAX_DEPTH)
    except JsonProblem as problem:
        raise InvalidJson(str(problem)) from None
    if not isinstance(value, dict):
        raise BadRequest("The body is one JSON object.")
    return value


def text_in(fields: dict[str, Any], name: str, *, needed: bool = False) -> str:
    """Return a field's text, "" where it is null or missing; raises BadRequest."""
    value = fields.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise BadRequest(f"{name}: write a text.")
    if needed and not value.strip():
        raise BadRequest(f"{name}: is needed.")
    return value


@dataclass(frozen=True, slots=True)
class Paging:
    """How many rows are asked for, and after which name."""

    limit: int
    marker: str


def paging_in(request: HttpRequest, *, usual: int) -> Paging:
    """Read `?limit=&marker=`; raises BadRequest."""
    limit = request.GET.get("limit", "") or str(usual)
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= MOST):
        raise BadLimit(f"limit={limit[:20]!r}: write a number from 1 to {MOST}.")
    marker = request.GET.get("marker", "")
    if marker and not OWNER_NAME.fullmatch(marker):
        raise BadMarker("marker: send the one of the page before, or none.")
    return Paging(int(limit), marker)


def page_of(
    request: HttpRequest,
    rows: Sequence[Row],
    paging: Paging,
    *,
    name: Callable[[Row], str],
    shape: Callable[[Row], dict[str, Any]],
) -> dict[str, Any]:
    """Return a page of `rows`, which are one more than the limit where more follow."""
    shown = rows[: paging.limit]
    marker = name(shown[-1]) if len(rows) > paging.limit else None
    link = None
    if marker is not None:
        asked = urlencode({"limit": paging.limit, "marker": marker})
        link = absolute(request, f"{request.path}?{asked}")
    return {
        "marker": marker,
        "next_link": link,
        "results": [shape(row) for row in shown],
    }


def after(
    rows: Sequence[Row], paging: Paging, *, name: Callable[[Row], str]
) -> list[Row]:
    """Return the rows of a whole list, in the order of names, after the marker."""
    kept = [row for row in rows if name(row).lower() > paging.marker.lower()]
    return kept[: paging.limit + 1]


def absolute(request: HttpRequest, path: str) -> str:
    """Return `path` with the site before it: VITRINE_BASE_URL, or what was asked."""
    if settings.BASE_URL:
        return f"{settings.BASE_URL}{path}"
    return request.build_absolute_uri(path)
