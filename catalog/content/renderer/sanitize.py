"""What of a card's HTML may stay: tags, attributes and addresses."""

from __future__ import annotations

import html
import re

#: tags that may stay; the tags of others are dropped, their text stays
_TAGS = """
a abbr b blockquote br caption cite code col colgroup dd del details div dl dt em
figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small
span strong sub summary sup table tbody td tfoot th thead tr u ul var
"""
TAGS = frozenset(_TAGS.split())

SCHEMES = frozenset({"http", "https", "mailto"})

_ANYWHERE = {"dir", "id", "lang", "title"}
_ATTRIBUTES = {
    "a": {"href"},
    "blockquote": {"cite"},
    "code": {"class"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite"},
    "details": {"open"},
    "img": {"alt", "src"},
    "ins": {"cite"},
    "ol": {"start"},
    "q": {"cite"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
_NUMBER = re.compile(r"[0-9]{1,4}")
_FORMS = {
    "align": re.compile(r"left|center|right"),
    "class": re.compile(r"language-[\w+#.-]{1,40}"),
    "colspan": _NUMBER,
    "id": re.compile(r"[^\s\"'<>&]{1,200}"),
    "rowspan": _NUMBER,
    "span": _NUMBER,
    "start": _NUMBER,
}
_ADDRESSES = {"cite", "href", "src"}

_IGNORED = str.maketrans("", "", "\t\r\n")
_ENDS = "".join(map(chr, range(0x21)))


def may_stay(tag: str, name: str, value: str) -> bool:
    """Tell whether an attribute stays; its value has its entities undecoded."""
    if name not in _ANYWHERE and name not in _ATTRIBUTES.get(tag, ()):
        return False
    if name in _ADDRESSES:
        return is_safe_address(value)
    form = _FORMS.get(name)
    return form is None or form.fullmatch(value) is not None


def address(value: str) -> str:
    """Give an attribute's address as a browser reads it (WHATWG URL, section 4.4)."""
    return html.unescape(value).translate(_IGNORED).strip(_ENDS)


def is_safe_address(value: str) -> bool:
    """Tell whether an address is relative or of an allowed scheme.

    bleach's own check takes `scheme:digits` for host and port and so lets
    `javascript:1` pass, and it does not see entities the way a browser does.
    """
    before = re.split(r"[/?#\\]", address(value), maxsplit=1)[0]
    scheme, colon, _rest = before.partition(":")
    return not colon or scheme.lower() in SCHEMES


def is_outside(value: str) -> bool:
    """Tell whether an address leads to another site."""
    plain = address(value).replace("\\", "/")
    return plain.startswith("//") or plain.lower().startswith(("http:", "https:"))
