"""Cut a text into sentences, and a sentence into the stems of its content words."""

from __future__ import annotations

import re
from pathlib import Path

PARAGRAPH = re.compile(r"\n\s*\n")
# A sentence ends at . ! ? or an ellipsis, with quotes and brackets closed, where white
# space and no small letter follow.
END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[^\sa-z])")
ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|vs|etc|e\.g|i\.e|cf|al|Fig|Inc|Ltd|Jr|Sr|approx"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)|\b[A-Z])\.$"
)
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
SHORTEST = 3  # letters of a content word, unless it is a number
ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es")
ENDINGS_LAST = ("s", "e", "y")


def read_words(file: Path) -> frozenset[str]:
    """Read a list of words; lines that begin with # are remarks."""
    lines = file.read_text("utf-8").splitlines()
    return frozenset(w for line in lines if line[:1] != "#" for w in line.split())


def split(text: str) -> list[str]:
    """Return the sentences of a text; a paragraph's end ends a sentence."""
    found = []
    for paragraph in PARAGRAPH.split(text):
        start = 0
        for match in END.finditer(paragraph):
            if not ABBREVIATION.search(paragraph[start : match.end()][-12:]):
                found.append(paragraph[start : match.end()])
                start = match.end()
        found.append(paragraph[start:])
    joined = (" ".join(sentence.split()) for sentence in found)
    return [sentence for sentence in joined if WORD.search(sentence)]


def stems(sentence: str, stop_words: frozenset[str]) -> frozenset[str]:
    """Return the stems of a sentence's content words."""
    words = (word.lower().replace("’", "'") for word in WORD.findall(sentence))
    return frozenset(
        stem(word.removesuffix("'s"))
        for word in words
        if word not in stop_words and (len(word) >= SHORTEST or word.isdigit())
    )


def stem(word: str) -> str:
    """Cut off an English ending: "engines" and "engine" become the same."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            word = word.removesuffix(ending)
            break
    for ending in ENDINGS_LAST:
        if len(word) > SHORTEST:
            word = word.removesuffix(ending)
    return word
