"""Languages of a card as BCP 47 tags, and their English names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from babel import Locale

_TAG = re.compile(
    r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?"
    r"((?:[-_][A-Za-z0-9]{4,8})*)"
)
#: values of the hub that are no tags
_WORDS = {"multilingual": "Many languages", "code": "Program code"}


@lru_cache(1)
def _english() -> Locale:
    return Locale.parse("en")


@lru_cache(1)
def _by_name() -> dict[str, str]:
    names = _english().languages
    return {str(name).lower(): tag.replace("_", "-") for tag, name in names.items()}


def language_tag(word: str) -> str:
    """Write a language as its tag: zh-cn is zh-CN, EN and English are en.

    What is neither a tag nor an English name stays as it is.
    """
    word = word.strip()
    if word.lower() in _WORDS:
        return word.lower()
    if named := _by_name().get(word.lower()):
        return named
    found = _TAG.fullmatch(word)
    if found is None:
        return word
    language, script, region, rest = found.groups()
    parts = [language.lower(), (script or "").title(), (region or "").upper()]
    return "-".join(filter(None, parts)) + rest.lower().replace("_", "-")


def tags_by_name() -> dict[str, str]:
    """Return the tags of languages by their English names, in small letters."""
    return _by_name() | {name.lower(): tag for tag, name in _WORDS.items()}


def is_language(tag: str) -> bool:
    """Tell whether a tag names a language that CLDR knows, or a word of the hub."""
    return tag in _WORDS or tag.split("-", maxsplit=1)[0] in _english().languages


def language_name(tag: str) -> str:
    """Give the English name of a tag, the tag itself where nobody knows one.

    zh-CN is Chinese (China), sr-Latn is Serbian (Latin), multilingual Many languages.
    """
    if tag in _WORDS:
        return _WORDS[tag]
    found = _TAG.fullmatch(tag)
    names: Any = _english().languages
    if found is None or found[1] not in names:
        return tag
    language, script, region, _rest = found.groups()
    places = [
        str(table.get(key) or key)
        for table, key in (
            (_english().scripts, script),
            (_english().territories, region),
        )
        if key
    ]
    about = f" ({', '.join(places)})" if places else ""
    return f"{names[language]}{about}"
