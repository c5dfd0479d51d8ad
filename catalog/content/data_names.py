"""Which names directories and files of the data store may have."""

from __future__ import annotations

import unicodedata

LONGEST = 255
#: signs that make a name read other than it is, or break a listing's lines
_REFUSED_KINDS = {"Cc", "Cs", "Zl", "Zp"}
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def name_problem(name: str) -> str:
    """Say why `name` may not name a directory or a file; "" if it may.

    Case counts. Whoever downloads a listing may write its names to any disk: no name
    leaves a directory on any of them.
    """
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return "a name is UTF-8 without lone surrogates"
    if not 1 <= length <= LONGEST:
        return f"a name has 1 to {LONGEST} bytes in UTF-8"
    if "/" in name or "\\" in name or name in {".", ".."}:
        return "“.”, “..”, slashes and backslashes are not allowed"
    if any(unicodedata.category(sign) in _REFUSED_KINDS for sign in name):
        return "control characters are not allowed"
    is_turned = not _BIDI.isdisjoint(name)
    return "signs that turn the direction of writing are not allowed" * is_turned


def directory_problem(name: str) -> str:
    """Say why `name` may not name a directory that somebody makes; "" if it may."""
    if name.startswith("."):
        return "names of directories do not begin with a dot"
    return name_problem(name)
