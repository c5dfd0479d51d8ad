"""What a sanitized card becomes: ids, headings, links, tables, code and pictures."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from markdown.extensions.toc import slugify_unicode

from catalog.content.highlighting import spans

from .sanitize import is_outside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Token = dict[str, Any]

#: every id of a card, so that none can be taken for one of the page
PREFIX = "card-"

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LOWEST = 6
_MAX_TOC = 200


class CardFilter:
    """Rewrites the tokens that bleach lets through; collects headings."""

    def __init__(self, source: Iterable[Token]) -> None:
        self._source = source
        self.toc: list[tuple[int, str, str]] = []
        self._ids: set[str] = set()
        self._links = 0

    def __iter__(self) -> Iterator[Token]:
        tokens = list(self._source)
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token["type"] == "StartTag" and token["name"] == "pre":
                end = _end_of(tokens, position)
                yield from _code_block(tokens[position + 1 : end])
                position = end
            elif token["type"] == "StartTag" and token["name"] in _HEADINGS:
                self._heading(tokens, position)
                yield token
            else:
                yield from self._rewritten(token)
            position += 1

    def _rewritten(self, token: Token) -> Iterator[Token]:
        kind, name = token["type"], token.get("name")
        if kind not in {"StartTag", "EndTag", "EmptyTag"}:
            yield token
        elif kind == "EmptyTag" and name == "img":
            yield from self._picture(token)
        elif kind == "EndTag":
            yield from self._ended(token)
        else:
            self._own_id(token)
            yield from self._started(token)

    def _started(self, token: Token) -> Iterator[Token]:
        if token["name"] == "table":
            yield _start("div", ("class", "table__scroll"), ("tabindex", "0"))
            token["data"][None, "class"] = "table"
        elif token["name"] == "a":
            self._links += 1
            _address_link(token["data"])
        elif token["name"] == "code":
            token["data"].pop((None, "class"), None)
        yield token

    def _ended(self, token: Token) -> Iterator[Token]:
        if token["name"] in _HEADINGS:
            token["name"] = _shifted(token["name"])
        elif token["name"] == "a":
            self._links -= 1
        yield token
        if token["name"] == "table":
            yield _end("div")

    def _picture(self, token: Token) -> Iterator[Token]:
        """Nothing is loaded from elsewhere: a link to the picture, or its text."""
        words = html.unescape(token["data"].get((None, "alt"), "")).strip()
        source = token["data"].get((None, "src"), "")
        if is_outside(source) and not self._links:
            link = _start("a", ("href", source))
            _address_link(link["data"])
            yield link
            yield _characters(words or "picture")
            yield _end("a")
        elif words:
            yield _characters(words)

    def _heading(self, tokens: list[Token], position: int) -> None:
        token = tokens[position]
        end = _end_of(tokens, position)
        title = " ".join("".join(map(_text, tokens[position:end])).split())
        token["name"] = _shifted(token["name"])
        if (None, "id") not in token["data"]:
            token["data"][None, "id"] = slugify_unicode(title, "-") or "section"
        self._own_id(token)
        name = token["data"].get((None, "id"))
        if name and title and len(self.toc) < _MAX_TOC:
            self.toc.append((int(token["name"][1]), name, title))

    def _own_id(self, token: Token) -> None:
        name = token["data"].pop((None, "id"), None)
        if name is None:
            return
        name = PREFIX + name.removeprefix(PREFIX)
        if name not in self._ids:
            self._ids.add(name)
            token["data"][None, "id"] = name


def _address_link(attributes: dict[tuple[str | None, str], str]) -> None:
    target = attributes.get((None, "href"), "")
    if target.startswith("#") and len(target) > 1:
        attributes[None, "href"] = f"#{PREFIX}{target[1:].removeprefix(PREFIX)}"
    elif is_outside(target):
        attributes[None, "rel"] = "nofollow noopener"


def _code_block(inside: list[Token]) -> Iterator[Token]:
    """Write a block of code, colored if a fence named its language."""
    code = next((token for token in inside if token.get("name") == "code"), None)
    marks = code["data"].get((None, "class"), "") if code else ""
    text = "".join(map(_text, inside))
    yield _start("pre", ("class", "code"), ("tabindex", "0"))
    yield _start("code")
    for name, piece in spans(text, marks.removeprefix("language-")):
        if name:
            yield _start("span", ("class", name))
        yield _characters(piece)
        if name:
            yield _end("span")
    yield _end("code")
    yield _end("pre")


def _end_of(tokens: list[Token], start: int) -> int:
    """Find the end tag that closes the start tag at a position."""
    name, depth = tokens[start]["name"], 0
    for position in range(start, len(tokens)):
        token = tokens[position]
        if token.get("name") == name:
            depth += {"StartTag": 1, "EndTag": -1}.get(token["type"], 0)
        if not depth:
            return position
    return len(tokens) - 1


def _text(token: Token) -> str:
    if token["type"] in {"Characters", "SpaceCharacters"}:
        return str(token["data"])
    if token["type"] == "Entity":
        return html.unescape(f"&{token['name']};")
    return ""


def _shifted(name: str) -> str:
    """Take a level down: the title of the page is its h1, so a card's `#` is h2."""
    return f"h{min(int(name[1]) + 1, _LOWEST)}"


def _start(name: str, *attributes: tuple[str, str]) -> Token:
    data = {(None, key): value for key, value in attributes}
    return {"type": "StartTag", "name": name, "namespace": None, "data": data}


def _end(name: str) -> Token:
    return {"type": "EndTag", "name": name, "namespace": None, "data": {}}


def _characters(text: str) -> Token:
    return {"type": "Characters", "data": text}
