"""The front matter of a card as its fields mean it; nothing malformed is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .card_languages import is_language, language_tag
from .card_licenses import License, read_license
from .card_results import Metric, read_results
from .card_values import MOST, link_of, number_of, text_of, texts_of

TAG_LENGTH = 60
MAX_TAGS = 50
MAX_SAMPLES = 30
SAMPLE_LENGTH = 2_000

_RELATIONS = {
    "adapter": "Adapter of",
    "finetune": "Fine-tuned from",
    "merge": "Merged from",
    "quantized": "Quantized from",
}
#: every key with a place of its own on the page; docs/guide/cards.md has the table
KNOWN = (
    "license",
    "license_name",
    "license_link",
    "language",
    "pipeline_tag",
    "library_name",
    "tags",
    "base_model",
    "base_model_relation",
    "datasets",
    "metrics",
    "widget",
    "model-index",
    "new_version",
    "co2_eq_emissions",
)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is odd about a key: a sentence without its subject and full stop."""

    key: str
    message: str


@dataclass(frozen=True, slots=True)
class WidgetSample:
    """A sample of the card's `widget`: its title, what goes in, what comes out."""

    title: str
    given: list[tuple[str, str]]
    link: str
    output: str


@dataclass(frozen=True, slots=True)
class CardFields:
    """Front matter, read. `more` has the keys without a place of their own."""

    license: License | None = None
    task: str = ""
    framework: str = ""
    languages: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    base_models: list[str] = field(default_factory=list)
    relation: str = ""
    datasets: list[str] = field(default_factory=list)
    metrics: list[str] = field(default_factory=list)
    samples: list[WidgetSample] = field(default_factory=list)
    results: list[Metric] = field(default_factory=list)
    new_version: str = ""
    emissions: list[tuple[str, str]] = field(default_factory=list)
    more: list[tuple[str, str]] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)


def read_fields(meta: dict[str, Any]) -> CardFields:
    """Read the front matter of a card; never raises.

    What does not fit its field is left out and named in `problems`.
    """
    return _Reader(meta).read()


def task_word(value: Any) -> str:
    """Write a task as the hub does: lower case, hyphens between the words."""
    return re.sub(r"[\s_]+", "-", text_of(value)).strip("-").lower()[:TAG_LENGTH]


def tag_words(value: Any) -> list[str]:
    """Write tags in lower case, each once, up to 60 characters and 50 of them."""
    words = (text.lower()[:TAG_LENGTH].strip() for text in texts_of(value))
    return list(dict.fromkeys(filter(None, words)))[:MAX_TAGS]


def language_tags(value: Any) -> list[str]:
    """Give the BCP 47 tags of a list of languages, or of one."""
    return list(dict.fromkeys(map(language_tag, texts_of(value))))


class _Reader:
    def __init__(self, meta: dict[str, Any]) -> None:
        self.meta = meta
        self.problems: list[FieldProblem] = []

    def read(self) -> CardFields:
        meta = self.meta
        return CardFields(
            license=self._license(),
            task=task_word(meta.get("pipeline_tag")),
            framework=text_of(meta.get("library_name"), TAG_LENGTH),
            languages=self._languages(),
            tags=tag_words(meta.get("tags")),
            base_models=self._words("base_model"),
            relation=self._relation(),
            datasets=self._words("datasets"),
            metrics=self._words("metrics"),
            samples=self._samples(),
            results=read_results(
                meta.get("model-index"), lambda said: self._say("model-index", said)
            ),
            new_version=self._one("new_version"),
            emissions=self._emissions(),
            more=self._more(),
            problems=self.problems,
        )

    def _say(self, key: str, message: str) -> None:
        problem = FieldProblem(key, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def _one(self, key: str) -> str:
        value = self.meta.get(key)
        if isinstance(value, list | dict):
            self._say(key, "has to be one word")
            return ""
        return text_of(value)

    def _words(self, key: str) -> list[str]:
        value = self.meta.get(key)
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, list | dict) for item in items):
            self._say(key, "has to be a word or a list of words")
        if len(items) > MOST:
            self._say(key, f"has more than {MOST} items")
        return texts_of(value)

    def _license(self) -> License | None:
        link = self._one("license_link")
        if link and not link_of(link) and link.upper() != "LICENSE":
            self._say("license_link", "is no http(s) address, so it is not a link")
        word = text_of(self.meta.get("license"))
        found = read_license(word, self._one("license_name"), link_of(link))
        if found is not None and not found.is_known:
            self._say("license", f"{found.id} is no SPDX id and no word of the hub")
        return found

    def _languages(self) -> list[str]:
        tags = language_tags(self.meta.get("language"))
        for tag in tags:
            if not is_language(tag):
                self._say("language", f"{tag} is no known language tag")
        return tags

    def _relation(self) -> str:
        word = self._one("base_model_relation").lower()
        if word and word not in _RELATIONS:
            self._say("base_model_relation", f"is none of {', '.join(_RELATIONS)}")
        return _RELATIONS.get(word, "Made from")

    def _samples(self) -> list[WidgetSample]:
        value = self.meta.get("widget")
        if value is None:
            return []
        items = value if isinstance(value, list) else [value]
        if len(items) > MAX_SAMPLES:
            self._say("widget", f"has more than {MAX_SAMPLES} samples")
        found = [self._sample(item) for item in items[:MAX_SAMPLES]]
        return [sample for sample in found if sample is not None]

    def _sample(self, item: Any) -> WidgetSample | None:
        if isinstance(item, str):
            item = {"text": item}
        if not isinstance(item, dict):
            self._say("widget", "has a sample that is no mapping")
            return None
        given = [
            (_label(key), text_of(value, SAMPLE_LENGTH))
            for key, value in item.items()
            if key not in {"example_title", "output", "group"} and value is not None
        ]
        if not given:
            self._say("widget", "has a sample without an input")
            return None
        return WidgetSample(
            title=text_of(item.get("example_title")),
            given=given,
            link=link_of(item.get("src")),
            output=_output(item.get("output")),
        )

    def _emissions(self) -> list[tuple[str, str]]:
        value = self.meta.get("co2_eq_emissions")
        if value is None:
            return []
        about = value if isinstance(value, dict) else {"emissions": value}
        grams = number_of(about.get("emissions"))
        if grams is None:
            self._say("co2_eq_emissions", "has no number of grams")
        first = [] if grams is None else [("Emissions", f"{grams:,g} g CO2 equivalent")]
        rest = [(_label(k), text_of(v)) for k, v in about.items() if k != "emissions"]
        return first + [(label, text) for label, text in rest if text]

    def _more(self) -> list[tuple[str, str]]:
        unknown = [(k, v) for k, v in self.meta.items() if k not in KNOWN]
        pairs = [(text_of(key, TAG_LENGTH), _plain(value)) for key, value in unknown]
        return [(key, text) for key, text in pairs if key and text][:MOST]


def _label(key: Any) -> str:
    words = text_of(key, TAG_LENGTH).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _plain(value: Any) -> str:
    if isinstance(value, list) and not any(isinstance(v, list | dict) for v in value):
        return text_of(", ".join(texts_of(value)))
    return text_of(value)


def _output(value: Any) -> str:
    """Write a sample's output: its text, its labels with scores, or its JSON."""
    if isinstance(value, dict) and value.keys() == {"text"}:
        value = value["text"]
    if isinstance(value, list) and all(
        isinstance(item, dict) and item.keys() == {"label", "score"} for item in value
    ):
        return ", ".join(f"{text_of(v['label'])} {text_of(v['score'])}" for v in value)
    return text_of(value, SAMPLE_LENGTH)
