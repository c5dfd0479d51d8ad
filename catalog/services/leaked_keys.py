"""No key is stored in a text: the text is refused, and a key of ours is revoked.

Look before the transaction that stores: it is rolled back, and the key must stay
revoked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from accounts import key_text, leaks
from catalog.content.foreign_secrets import foreign_secrets, is_text, line_of
from catalog.services.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")

LIVE = (
    "This is a live API key ({prefix}…). It is revoked now and its owner is told. Take "
    "it out of here, and let the code read the new one from VITRINE_API_KEY."
)
LIKE_A_KEY = (
    "This has the form of an API key ({prefix}…). Take it out, revoke it where it "
    "comes from, and let the code read the new one from VITRINE_API_KEY."
)
FOREIGN = (
    "This has the form of {kind}. Take it out and revoke it. If it is none, write "
    "“vitrine: allow-secret” on the same line."
)
#: what only looks random: its parts cannot be read, so they are not searched
_PACKED = (
    *(b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"),
    b"7z\xbc\xaf\x27\x1c",
)


class SecretFound(BadRequest):
    """A text holds a key; the message says which, and how to mend it."""

    code = "secret_in_text"


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret in a file: the line from 1, what it is, and how to mend it."""

    line: int
    message: str


def leaks_in(data: bytes, *, ends: bool = True) -> Iterator[Leak]:
    """Yield the secrets in a file: our keys in any, foreign ones in texts.

    Live keys of ours are revoked on the way, and their owners told, unless this is a
    rehearsal (`ends` is false).
    """
    if data.startswith(_PACKED):
        return
    for place, secret in key_text.keys_in(data):
        is_live = ends and leaks.end_leaked(secret)
        prefix = secret[: len(key_text.PREFIX) + key_text.LOOKUP]
        said = (LIVE if is_live else LIKE_A_KEY).format(prefix=prefix)
        yield Leak(line_of(data, place), said)
    if is_text(data):
        for found in foreign_secrets(data):
            yield Leak(found.line, FOREIGN.format(kind=found.kind))


def check_text(text: str, *, what: str) -> None:
    """Raise SecretFound where a short text holds a key of the form of ours."""
    if key_text.PREFIX not in text:
        return
    data = text.encode("utf-8", "replace")
    messages = []
    for _place, secret in key_text.keys_in(data):
        is_live = leaks.end_leaked(secret)
        prefix = secret[: len(key_text.PREFIX) + key_text.LOOKUP]
        messages.append((LIVE if is_live else LIKE_A_KEY).format(prefix=prefix))
    if messages:
        raise SecretFound(f"{what}: {messages[0]}")


def refuses_keys(*names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a verb refuse keys in its texts, before its own transaction begins."""

    def decorate(verb: Callable[P, R]) -> Callable[P, R]:
        @wraps(verb)
        def checked(*args: P.args, **given: P.kwargs) -> R:
            texts: dict[str, Any] = given
            for name in names:
                if isinstance(texts.get(name), str):
                    check_text(texts[name], what=name)
            return verb(*args, **given)

        return checked

    return decorate
