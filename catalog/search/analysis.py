"""The one text analysis: every engine gets finished tokens, pages get marked text."""

from __future__ import annotations

import re
import threading
import unicodedata
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

import snowballstemmer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from re import Pattern

LONGEST_TOKEN = 64
"""Characters; both sides cut there, so an absurdly long word still finds itself."""

MOST_PARTS = 4
"""A compound of more parts (a file path) is kept by its parts alone."""

_STOP_WORDS = """
    a an and any are as at be been but by can could did do does for from had has
    have how i if in into is it its me my no not of on or our s so such t than that
    the their them then there these they this those through to us use used using was
    we were what when where which while who will with would you your"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Scripts written without spaces between words (and Hangul, whose words carry their
# particles): Han, kana, bopomofo, Hangul, Thai, Lao, Myanmar, Khmer.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf"
    r"\u3005-\u3007\u3021-\u3029\u3040-\u312f\u3131-\u318e\u3400-\u4dbf"
    r"\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
# Vowel signs and accents belong to their word, but `\w` leaves them out.
_MARKS = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a"
    r"\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff\u0f18-\u0fbc"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_LETTERS = rf"(?:(?![{_UNSPACED}])(?:[^\W_]|[{_MARKS}]))+"
_SEPARATORS = r"[-_/.]+"

WORD = re.compile(rf"[{_UNSPACED}]+|{_LETTERS}(?:{_SEPARATORS}{_LETTERS})*")
"""One word as typed: a run of an unspaced script, or letters with `-_/.` within."""

PART = re.compile(_LETTERS)
CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^A-Z]+|[A-Z]+")
NUMBER = re.compile(r"[^\W\d]{4,}?(?=[vV]\d)|[^\W\d]{3,}(?=\d)|.+")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")

Group = tuple[tuple[str, ...], ...]
"""One typed word: its readings, each a tuple of tokens that together stand for it."""

Fragment = tuple[str, bool]
"""A piece of text, and whether it matches."""

Span = tuple[int, int]

_STEPS: tuple[tuple[Pattern[str], ...], ...] = (
    (PART,),
    (PART, NUMBER),
    (PART, CAMEL),
    (PART, CAMEL, NUMBER),
)
"""Ways to cut a word into parts, as readings does."""

_stemmer = snowballstemmer.stemmer("english")
_stemmer_lock = threading.Lock()


def normalize(text: str) -> str:
    """Return text in NFKC, without invisible characters and lone surrogates."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", sound))


@lru_cache(maxsize=1 << 16)
def stem(token: str) -> str:
    """Return the English Snowball stem; words of other scripts stay as they are."""
    if not token.isascii():
        return token
    with _stemmer_lock:  # the stemmer keeps the word it works on in itself
        return str(_stemmer.stemWord(token))


def token_of(part: str) -> str:
    """Return a part of a word as an unstemmed token."""
    return unicodedata.normalize("NFKC", part).casefold()[:LONGEST_TOKEN]


def is_unspaced(word: str) -> bool:
    return _UNSPACED_RUN.match(word) is not None


@lru_cache(maxsize=1 << 16)
def readings(word: str) -> Group:
    """Read one match of WORD in all ways, coarse to fine, as unstemmed tokens.

    `nlp/GetSentiment` reads as (nlpgetsentiment), (nlp, getsentiment) and
    (nlp, get, sentiment), `ResNet50` as (resnet50), (resnet, 50) and (res, net, 50);
    a plain word has a single reading. A run of an unspaced script reads as its
    overlapping pairs of characters.
    """
    if is_unspaced(word):
        pairs = tuple(word[i : i + 2] for i in range(len(word) - 1))
        return (tuple(dict.fromkeys(pairs)) or (word,),)
    parts = PART.findall(word)
    camel = [piece for part in parts for piece in CAMEL.findall(part)]
    steps = [parts, _numbered(parts), _numbered(camel)]
    if len(parts) <= MOST_PARTS:
        steps.insert(0, ["".join(parts)])
    return tuple(dict.fromkeys(tuple(map(token_of, step)) for step in steps))


def words(text: str) -> Iterator[str]:
    """Yield the unstemmed tokens of all readings, with repetition."""
    for word in WORD.findall(normalize(text)):
        if is_unspaced(word) and len(word) > 1:
            yield from word
        yield from _distinct(readings(word))


def tokens(text: str, *, keep_stop_words: bool = False) -> Iterator[str]:
    """Yield the stemmed tokens that a text is found by, with repetition."""
    for token in words(text):
        if keep_stop_words or token not in STOP_WORDS:
            yield stem(token)


def query_words(text: str) -> list[tuple[str, Group]]:
    """Read each word of a query as (as typed, its readings as unstemmed tokens).

    Stop words count if there is nothing else.
    """
    typed = [(word, readings(word)) for word in WORD.findall(normalize(text))]
    kept = [(word, _without_stop_words(group)) for word, group in typed]
    return [entry for entry in kept if entry[1]] or typed


def prefix_words(text: str) -> list[tuple[str, Group]]:
    """Read each word of a prefix as query_words does; stop words count."""
    return [(word, readings(word)) for word in WORD.findall(normalize(text))]


def _numbered(parts: list[str]) -> list[str]:
    return [piece for part in parts for piece in NUMBER.findall(part)]


def _without_stop_words(group: Group) -> Group:
    kept = (tuple(form for form in r if form not in STOP_WORDS) for r in group)
    return tuple(dict.fromkeys(reading for reading in kept if reading))


@lru_cache(maxsize=1 << 16)
def _distinct(group: Group) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token for reading in group for token in reading))


def highlight(text: str, terms: Iterable[str]) -> list[Fragment]:
    """Cut `text` into (fragment, is_match) pairs; joined, the fragments are `text`.

    `terms` are stems as in SearchPage.terms. A word matches as a whole, or by its
    parts: of `face_detection` the term `face` marks four characters.
    """
    fragments: list[Fragment] = []
    end = 0
    for start, stop in _merged(_matches(text, frozenset(terms))):
        if start > end:
            fragments.append((text[end:start], False))
        fragments.append((text[start:stop], True))
        end = stop
    if end < len(text):
        fragments.append((text[end:], False))
    return fragments


def excerpt(text: str, terms: Iterable[str], length: int = 200) -> str:
    """Return the `length` characters of `text` (about) that hold most matches.

    White space is folded; an ellipsis marks each end that was cut, at a blank
    where there is one.
    """
    folded = " ".join(text.split())
    if len(folded) <= length:
        return folded
    starts = [start for start, _ in _merged(_matches(folded, frozenset(terms)))]
    begin = _densest(starts, length) if starts else 0
    begin = max(0, min(begin - length // 6, len(folded) - length))
    end = begin + length
    if begin > 0:
        begin = _after_blank(folded, begin)
    if end < len(folded):
        end = _before_blank(folded, begin, end)
    lead = "…" if begin > 0 else ""
    trail = "…" if end < len(folded) else ""
    return f"{lead}{folded[begin:end].strip()}{trail}"


def _matches(text: str, terms: frozenset[str]) -> Iterator[Span]:
    if not terms:
        return
    for found in WORD.finditer(text):
        if is_unspaced(found.group()):
            yield from _pairs(found.group(), found.start(), terms)
            continue
        whole = "".join(PART.findall(found.group()))
        if stem(token_of(whole)) in terms:
            yield found.span()
            continue
        for step in _STEPS:
            for start, stop in _pieces(text, found.span(), step):
                if stem(token_of(text[start:stop])) in terms:
                    yield start, stop


def _pieces(text: str, span: Span, step: tuple[Pattern[str], ...]) -> Iterator[Span]:
    spans: Iterable[Span] = [span]
    for pattern in step:
        spans = [
            found.span()
            for start, stop in spans
            for found in pattern.finditer(text, start, stop)
        ]
    yield from spans


def _pairs(run: str, offset: int, terms: frozenset[str]) -> Iterator[Span]:
    for size in (1, 2):
        for i in range(len(run) - size + 1):
            if token_of(run[i : i + size]) in terms:
                yield offset + i, offset + i + size


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _densest(starts: list[int], length: int) -> int:
    """Return the first match that has most others within `length` after it."""
    return max(
        starts,
        key=lambda start: (
            bisect_right(starts, start + length) - bisect_left(starts, start),
            -start,
        ),
    )


def _after_blank(text: str, begin: int) -> int:
    blank = text.find(" ", begin, begin + 30)
    return begin if blank < 0 else blank + 1


def _before_blank(text: str, begin: int, end: int) -> int:
    blank = text.rfind(" ", max(begin, end - 30), end)
    return end if blank <= begin else blank
