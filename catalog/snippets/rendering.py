"""From a call and a target to code, and from code to highlighted HTML."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.template import Context
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from catalog.snippets.call import Snippet, SnippetCall

if TYPE_CHECKING:
    from pygments.lexer import Lexer

    from catalog.snippets.target import Target

BODY_FILE = "body.json"


def render_target(target: Target, call: SnippetCall) -> Snippet:
    """Return the snippet; a body over the target's limit is read from a file."""
    values = template_values(target, call)
    context = Context(values, autoescape=False, use_l10n=False, use_tz=False)
    return Snippet(
        target=target.key,
        label=target.label,
        language=target.language,
        lexer=target.lexer,
        install=target.install,
        code=target.template.render(context).rstrip("\n") + "\n",
        note=target.note,
        body_file=values["body_file"],
    )


def template_values(target: Target, call: SnippetCall) -> dict[str, Any]:
    """Return what a template may use; docs/dev/adding-a-snippet-target.md says how."""
    body = call.document.pretty_within(target.inline_limit, avoid=target.avoid)
    return {
        "url": call.url,
        "key": call.key,
        "key_variable": call.key_variable,
        "authorization": f"Simple {call.key}",
        "authorization_header": f"Authorization: Simple {call.key}",
        "body": body,
        "value": call.document,
        "body_file": BODY_FILE if body is None else "",
    }


def highlighted(snippet: Snippet) -> str:
    """Return escaped HTML: `span`s with Pygments' short class names, no element around.

    Its text is `snippet.code`, character by character.
    """
    html: str = highlight(snippet.code, _lexer(snippet.lexer), _formatter())
    return html


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


@cache
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter(nowrap=True)
