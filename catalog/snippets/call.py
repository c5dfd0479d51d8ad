"""What a snippet is made from, and what comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalog.snippets.json_text import InvalidJson, JsonText, parse

# RFC 3986 without the characters that curl would expand ({} and [] outside a host).
_URL = re.compile(
    r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?"
    r"/[A-Za-z0-9._~:/?@!$&'()*+,;=%-]*",
    re.ASCII,
)
# Without the backslash, for which HTTPie's header words have no escape.
_KEY = re.compile(r"[!-\[\]-~]*", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class InvalidCall(ValueError):
    """The URL, key, name of the key's variable or body is refused; says which."""


@dataclass(frozen=True)
class SnippetCall:
    """One call that snippets show: POST `body` to `url`.

    `url` is the absolute endpoint. `body` is JSON text (RFC 8259), sent with the same
    types, digits, key order and repeated keys. With `key` the snippet carries it as a
    literal; without, it reads the environment variable `key_variable`. Raises
    InvalidCall.
    """

    url: str
    body: str
    key: str = ""
    key_variable: str = "VITRINE_API_KEY"
    document: JsonText = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not _URL.fullmatch(self.url):
            raise InvalidCall(f"no absolute http(s) URL: {self.url!r}")
        if not _KEY.fullmatch(self.key):
            raise InvalidCall("a key is visible ASCII without spaces and backslashes")
        if not _VARIABLE.fullmatch(self.key_variable):
            raise InvalidCall(f"no variable name: {self.key_variable!r}")
        try:
            document = parse(self.body)
        except InvalidJson as error:
            raise InvalidCall(f"body: {error}") from error
        object.__setattr__(self, "document", document)  # all targets share it


@dataclass(frozen=True)
class Snippet:
    """A whole program, ready to paste.

    `code` ends in one newline. `install` is a command line or empty, `note` a
    sentence about what it prints or needs. `body_file` is the name of a file that must
    lie beside it and hold the call's body, or empty: the body is in the code.
    """

    target: str
    label: str
    language: str
    lexer: str
    install: str
    code: str
    note: str = ""
    body_file: str = ""
