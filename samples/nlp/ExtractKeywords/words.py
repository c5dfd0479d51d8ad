"""Words of English: the lists, and the form under which spellings count as one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Phrase = tuple[str, ...]
SHORT = 4  # letters; shorter words keep their ending: "gas", "ties"


def read_words(name: str) -> frozenset[str]:
    """Read one list of assets/, without its comments."""
    lines = Path(f"assets/{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(x for x in lines if not x.startswith("#")).split())


def as_key(words: Iterable[str]) -> Phrase:
    """Make the form under which spellings of one phrase are counted together."""
    return tuple(singular(fold(word)) for word in words)


def fold(word: str) -> str:
    """Fold case and apostrophes."""
    return word.lower().replace("\u2019", "'")


def singular(word: str) -> str:
    """Cut a plural ending or genitive, so that "network" and "networks" are one."""
    word = word.removesuffix("'s")
    if len(word) > SHORT and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    is_plural = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural and len(word) >= SHORT else word
