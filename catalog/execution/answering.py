"""The gateway's end of the way back: checks what a worker asks, has a host answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NoReturn

from catalog.execution.base import Ask, AskRefused, Host
from catalog.execution.runtime.asks import refusal
from catalog.execution.runtime.frames import encode_header

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

PATH_CHARACTERS = 2_000
MARKER_CHARACTERS = 2_000
ACL_ENTRIES = 8
LARGEST = 2**53


def answer(
    host: Host | None, header: dict[str, Any], body: bytes, seconds: float
) -> tuple[bytes, bytes]:
    """Return header and body of the answer to an ask of an untrusted worker.

    `seconds` are left of the call. Never raises: what goes wrong is told the worker.
    """
    try:
        fields, data = (host or _NoHost()).answer(_ask_of(header, body, seconds))
        return encode_header({"answer": fields}).encode(), data
    except AskRefused as refused:
        return refusal(str(refused), refused.error_type), b""
    except Exception:
        logger.exception("a worker's ask %.60r was not answered", header.get("ask"))
        return refusal("The platform failed to answer.", "AlgorithmError"), b""


class _NoHost:
    def answer(self, _ask: Ask, /) -> NoReturn:
        message = "The platform answers nothing that this call asks."
        raise AskRefused(message, "UnsupportedError")


def _ask_of(header: dict[str, Any], body: bytes, seconds: float) -> Ask:
    kind = header.pop("ask")
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise AskRefused(f"{kind!r:.60} is nothing to ask for.", "UnsupportedError")
    if header.keys() != shape.keys():
        raise _malformed(kind, "it takes " + ", ".join(shape))
    for name, fits in shape.items():
        if not fits(header[name]):
            raise _malformed(kind, f"its {name} cannot be used")
    if body and kind not in _WITH_BODY:
        raise _malformed(kind, "it takes no content")
    if seconds <= 0:
        raise AskRefused("The time of this call is over.", "AlgorithmError")
    return Ask(kind, header, body, seconds)


def _malformed(kind: str, reason: str) -> AskRefused:
    return AskRefused(f"{kind} cannot be answered: {reason}.", "InputError")


def _text(longest: int) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        if not isinstance(value, str) or len(value) > longest or "\x00" in value:
            return False
        return not any("\ud800" <= character <= "\udfff" for character in value)

    return fits


def _whole(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST


def _whole_or_none(value: Any) -> bool:
    return value is None or _whole(value)


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _read_list(value: Any) -> bool:
    if value is None:
        return True
    fits = _text(300)
    return (
        isinstance(value, list) and len(value) <= ACL_ENTRIES and all(map(fits, value))
    )


_PATH = _text(PATH_CHARACTERS)
#: what may be asked, with which fields; docs/dev/execution.md has the meanings
_SHAPES: dict[str, dict[str, Callable[[Any], bool]]] = {
    "file.stat": {"path": _PATH},
    "file.read": {"path": _PATH, "offset": _whole},
    "file.write": {"path": _PATH, "offset": _whole, "last": _truth},
    "file.delete": {"path": _PATH},
    "file.link": {"path": _PATH, "seconds": _whole_or_none},
    "dir.list": {"path": _PATH, "marker": _text(MARKER_CHARACTERS), "acl": _truth},
    "dir.create": {"path": _PATH, "read": _read_list},
    "dir.update": {"path": _PATH, "read": _read_list},
    "dir.delete": {"path": _PATH, "force": _truth},
}
_WITH_BODY = {"file.write"}
