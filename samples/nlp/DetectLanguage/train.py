"""Train the model; run in this folder: python train.py. Takes some seconds.

Naive Bayes over n-grams: for each language the logarithms of how frequent its most
frequent n-grams are, and all of its letters. Every fifth English text with all of its
translations is held out, so no language sees a text whose translation is tested.
"""

from __future__ import annotations

import json
import lzma
from collections import Counter, defaultdict
from math import log
from pathlib import Path

from ngrams import Model, ngrams

HERE = Path(__file__).resolve().parent
HELD_OUT = 5  # one in
KEPT = 1600  # n-grams of a language, beside all of its letters
SMOOTHING = 0.5  # added to each count
STEP = 15  # weights are rounded to it, in 1/100 of a nat

Text = tuple[str, str]  # language, text


def read_texts() -> tuple[list[Text], list[Text]]:
    """Return the texts to learn from and those held out."""
    parts: tuple[list[Text], list[Text]] = ([], [])
    raw = lzma.decompress((HERE / "training/texts.tsv.xz").read_bytes()).decode()
    for line in raw.splitlines():
        number, code, text = line.split("\t")
        parts[int(number) % HELD_OUT == 0].append((code, text))
    return parts


def learned(texts: list[Text]) -> Model:
    """Count the n-grams of each language and turn the counts into weights."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for code, text in dict.fromkeys(texts):
        counts[code].update(ngrams(text))
    languages = {}
    for code in sorted(counts):
        ranked = sorted(counts[code].items(), key=lambda item: (-item[1], item[0]))
        total = counts[code].total()
        kept = ranked[:KEPT] + [item for item in ranked[KEPT:] if len(item[0]) == 1]
        languages[code] = {gram: weight(count, total) for gram, count in kept}
    least = min(counter.total() for counter in counts.values())
    return Model(weight(0, least), languages)


def weight(count: int, total: int) -> int:
    """Return -log(share) in 1/100 of a nat, rounded: whole numbers are exact."""
    exact = -100 * log((count + SMOOTHING) / total)
    return STEP * round(exact / STEP)


def text_of(model: Model) -> str:
    """Write a model as JSON, a line for each language."""
    lines = []
    for code, weights in model.languages.items():
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for gram, value in weights.items():
            groups[str(value)].append(gram)
        joined = {value: "|".join(sorted(grams)) for value, grams in groups.items()}
        written = json.dumps(joined, ensure_ascii=False, separators=(",", ":"))
        lines.append(f'"{code}":{written}')
    body = ",\n".join(lines)
    return f'{{"unknown":{model.unknown},"languages":{{\n{body}\n}}}}\n'


def accuracy(model: Model, texts: list[Text], least: int, most: int) -> tuple[int, int]:
    """Return how many texts of a length are told right, and how many there are."""
    right = total = 0
    for code, text in texts:
        if least <= len(text) <= most:
            surprises = model.surprises(text)[1]
            right += min(surprises, key=surprises.__getitem__) == code
            total += 1
    return right, total


def unseen(texts: list[Text], known: list[Text]) -> list[Text]:
    """Return each text once, without those that were learned from."""
    learned_from = set(known)
    return [item for item in dict.fromkeys(texts) if item not in learned_from]


def main() -> None:
    known, held_out = read_texts()
    model = learned(known)
    (HERE / "assets/weights.json").write_text(text_of(model), "utf-8")
    held_out = unseen(held_out, known)
    for least, most in ((20, 10_000), (8, 19), (20, 39), (40, 79), (80, 10_000)):
        right, total = accuracy(model, held_out, least, most)
        print(f"{least} to {most} characters: {right} of {total}, {right / total:.1%}")


if __name__ == "__main__":
    main()
