"""Find the phrases that say what an English text is about.

Candidates are runs of content words, as in RAKE (Rose et al. 2010). What differs: words
that their neighbors give away as verbs and general adjectives in front are left out, a
run is cut where part of it is a phrase that occurs elsewhere too, and the score counts
how often and how early a phrase occurs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from math import log2
from typing import Any

from words import Phrase, as_key, fold, read_words

MAX_CHARACTERS = 20_000
MAX_KEYWORDS = 50
LONGEST_PHRASE = 4  # words
LONGEST_RUN = 12  # words; a longer one is no sentence

# A word may hold inner hyphens, apostrophes and dots, and end like C++ or C#.
WORD = re.compile(r"[^\W_]+(?:[-'’.&/][^\W_]+)*[+#]*")
# What may stand between two words of one phrase: blanks, at most one line break.
GAP = re.compile(r"[ \t\u00a0]*\n?[ \t\u00a0]*")
PARTICIPLE = re.compile(r"\w{3}[^e]ed")

NOUNS_IN_LY = {"anomaly", "assembly", "butterfly", "melancholy", "monopoly"}

# The word after one of these is a verb ("networks can learn"),
SUBJECTS_AND_MODALS = frozenset(
    "can cannot could did do does he i may might must shall she should they we "
    "which who will would".split()
)
# and so is the word before one of these ("the update clears the cache").
OBJECTS = frozenset(
    "a an each every four her him his its it me my our that's the their them these "
    "this those three two us you your".split()
)

boundaries: frozenset[str]
light_words: frozenset[str]


class InputError(ValueError):
    """The caller sent something that holds no keywords."""

    error_type = "InputError"


def load() -> None:
    """Read the word lists once per worker."""
    global boundaries, light_words
    boundaries = read_words("stop_words") | read_words("glue_words")
    light_words = read_words("light_words")


def apply(input: Any) -> dict[str, Any]:
    """Return the `n` best phrases of `text`, best first, scores from 0 to 1."""
    text, n = checked(input)
    runs = list(content_runs(text))
    scores = rank(runs)
    spelling = spellings(runs)
    best = max(scores.values(), default=1.0)
    ranked = sorted(scores, key=lambda phrase: -scores[phrase])  # ties: as in the text
    return {
        "keywords": [
            {"phrase": spelling[phrase], "score": round(scores[phrase] / best, 3)}
            for phrase in ranked[:n]
        ]
    }


def content_runs(text: str) -> Iterator[list[str]]:
    """Yield runs of neighboring words that may form phrases, without their verbs."""
    run: list[str] = []
    end, before = 0, ""
    for match in WORD.finditer(text):
        word, folded = match.group(), fold(match.group())
        adjacent = GAP.fullmatch(text, end, match.start()) is not None
        boundary = is_boundary(folded)
        if boundary or not adjacent or len(run) == LONGEST_RUN:
            if adjacent and folded in OBJECTS:
                run = run[:-1]
            yield from trimmed(run)
            run = []
        is_verb = not run and adjacent and before in SUBJECTS_AND_MODALS
        if not boundary and not is_verb:
            run.append(word if adjacent or folded not in light_words else folded)
        end, before = match.end(), folded
    yield from trimmed(run)


def is_boundary(word: str) -> bool:
    """Tell whether a word names nothing: listed, an adverb, a figure or a letter."""
    is_adverb = word.endswith("ly") and len(word) > 6 and word not in NOUNS_IN_LY
    is_figure = not any(map(str.isalpha, word))
    return word in boundaries or is_adverb or is_figure or len(word) == 1


def trimmed(run: list[str]) -> Iterator[list[str]]:
    """Yield the run, if any, without the participles it ends in ("records kept")."""
    while len(run) > 1 and PARTICIPLE.search(run[-1]):
        run = run[:-1]
    if run:
        yield run


def rank(runs: list[list[str]]) -> dict[Phrase, float]:
    """Score phrases by frequency, length, the company of their words and place.

    frequency x log2(1 + words) x (1 + log2(company) / 2) x (1.5 for the first phrase
    of the text, falling to 1 for the last); company is the mean number of words in
    the phrases that share a word with this one.
    """
    known = recurring([as_key(run) for run in runs])
    phrases = [phrase for run in runs for phrase in segments(run, known)]
    lengths: defaultdict[str, list[int]] = defaultdict(list)
    for phrase in phrases:
        for word in phrase:
            lengths[word].append(len(phrase))
    company = {word: sum(seen) / len(seen) for word, seen in lengths.items()}
    scores = {}
    for place, (phrase, count) in enumerate(Counter(phrases).items()):
        friends = sum(company[word] for word in phrase) / len(phrase)
        early = 1.5 - 0.5 * place / len(phrases)
        size = log2(1 + len(phrase))
        scores[phrase] = count * size * (1 + log2(friends) / 2) * early
    return scores


def recurring(keys: list[Phrase]) -> dict[Phrase, int]:
    """Count the phrases of two words or more that occur in two runs or more."""
    counts = Counter(gram for key in keys for gram in set(grams(key)))
    return {gram: n for gram, n in counts.items() if n > 1 and len(gram) > 1}


def segments(run: list[str], known: dict[Phrase, int]) -> Iterator[Phrase]:
    """Yield the known phrases that a run holds; without any the run is a phrase."""
    key = as_key(run)
    inner = [gram for gram in grams(key) if gram in known]
    if not inner:
        heavy = [i for i, word in enumerate(run) if word not in light_words]
        if heavy:
            yield key[heavy[0] : heavy[-1] + 1][-LONGEST_PHRASE:]
    while inner:
        best = max(inner, key=lambda gram: known[gram] * log2(1 + len(gram)))
        yield best
        start = next(i for i in range(len(key)) if key[i : i + len(best)] == best)
        key = max(key[:start], key[start + len(best) :], key=len)
        inner = [gram for gram in grams(key) if gram in known]


def grams(key: Phrase) -> Iterator[Phrase]:
    """Yield every part of a run with at most LONGEST_PHRASE words."""
    for start in range(len(key)):
        for end in range(start + 1, min(len(key), start + LONGEST_PHRASE) + 1):
            yield key[start:end]


def spellings(runs: list[list[str]]) -> dict[Phrase, str]:
    """Map each phrase to the way it is most often written."""
    lower = {word for run in runs for word in run if word.islower()}
    written: defaultdict[Phrase, Counter[str]] = defaultdict(Counter)
    for run in runs:
        words = [word.lower() if word.lower() in lower else word for word in run]
        for gram in grams(tuple(words)):
            written[as_key(gram)][" ".join(gram)] += 1
    return {phrase: forms.most_common(1)[0][0] for phrase, forms in written.items()}


def checked(input: Any) -> tuple[str, int]:
    """Return text and number of phrases; raise InputError."""
    if not isinstance(input, dict) or not isinstance(input.get("text"), str):
        raise InputError('The input must be an object with a text: {"text": "..."}.')
    text, n = input["text"], input.get("n", 10)
    if not 1 <= len(text) <= MAX_CHARACTERS:
        raise InputError(
            f"`text` has {len(text):,} characters; it must have 1 to "
            f"{MAX_CHARACTERS:,}. Send a longer text in parts."
        )
    if type(n) is not int or not 1 <= n <= MAX_KEYWORDS:
        raise InputError(
            f"`n` must be a whole number from 1 to {MAX_KEYWORDS}; got {n!r:.40}."
        )
    return text, n
