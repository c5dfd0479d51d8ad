"""Code as spans with Pygments' short class names, only those that the page colors."""

from __future__ import annotations

import html
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pygments.token import _TokenType

#: the classes that `.code` in the style sheet gives a color
_STYLED = """
k kn kd kc kr kt ow nt s s1 sd s2 sa sb se si dl mi mf m nb bp c c1 cm ch p o
"""
STYLED = frozenset(_STYLED.split())

#: longer code stays plain (characters); lexers are not all linear
MAX_HIGHLIGHTED = 64 * 1024


def spans(code: str, language: str) -> Iterator[tuple[str, str]]:
    """Give (class, text) pieces that together are the code; the class may be ''.

    An unknown language, or very long code, gives one piece without a class.
    """
    lexer = _lexer(language.lower())
    if lexer is None or len(code) > MAX_HIGHLIGHTED:
        yield "", code
        return
    last, held = "", ""
    for kind, text in lexer.get_tokens(code):
        name = _class_of(kind)
        if name != last and held:
            yield last, held
            held = ""
        last = name
        held += text
    if held:
        yield last, held


def highlight_html(code: str, language: str) -> str:
    """Give code as HTML for inside `<pre class="code"><code>`."""
    return "".join(
        f'<span class="{name}">{html.escape(text, quote=False)}</span>'
        if name and text.strip()
        else html.escape(text, quote=False)
        for name, text in spans(code, language)
    )


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=256)
def _class_of(kind: _TokenType) -> str:
    for ancestor in reversed(kind.split()):
        name = STANDARD_TYPES.get(ancestor, "")
        if name in STYLED:
            return name
    return ""
