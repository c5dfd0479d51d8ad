"""Evaluation results of a card (`model-index`): one table with bars a metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .card_values import link_of, number_of, text_of, texts_of

Say = Callable[[str], None]

MAX_SCORES = 200
PERCENT = 100.0

_METRICS = {
    "accuracy": "Accuracy",
    "f1": "F1",
    "bleu": "BLEU",
    "wer": "Word error rate",
    "cer": "Character error rate",
    "map": "Mean average precision",
    "mae": "Mean absolute error",
    "mse": "Mean squared error",
    "rmse": "Root mean squared error",
    "auc": "Area under the curve",
    "iou": "Intersection over union",
}


@dataclass(frozen=True, slots=True)
class Score:
    """One measured value: on what data, for which task, and how wide its bar is.

    `width` is a percentage of the scale, None where no bar can be drawn.
    """

    model: str
    task: str
    data: str
    written: str
    value: float | None
    is_verified: bool
    source: str
    source_link: str
    width: float | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """All values of one metric; `scale` says what the bars' full width stands for."""

    name: str
    scores: list[Score] = field(default_factory=list)
    scale: str = ""

    @property
    def models(self) -> set[str]:
        return {score.model for score in self.scores}

    @property
    def tasks(self) -> set[str]:
        return {score.task for score in self.scores}


def read_results(index: Any, say: Say) -> list[Metric]:
    """Read a `model-index`; what does not fit is left out and said, never raised."""
    if index is None:
        return []
    models = [index] if isinstance(index, dict) else index
    if not isinstance(models, list):
        say("has to be a list of models with results")
        return []
    found: dict[str, list[Score]] = {}
    for model in models:
        if isinstance(model, dict):
            _model(model, found, say)
        else:
            say("has an entry that is no mapping")
    count = sum(map(len, found.values()))
    if count > MAX_SCORES:
        say(f"has {count} values; the first {MAX_SCORES} are shown")
    return _metrics(found)


def _model(model: dict[str, Any], found: dict[str, list[Score]], say: Say) -> None:
    results = model.get("results")
    if not isinstance(results, list):
        say("has a model without a list of results")
        return
    for result in results:
        if not isinstance(result, dict):
            say("has a result that is no mapping")
            continue
        metrics = result.get("metrics")
        metrics = [metrics] if isinstance(metrics, dict) else metrics
        if not isinstance(metrics, list):
            say("has a result without a list of metrics")
            continue
        for metric in metrics:
            _metric(text_of(model.get("name")), result, metric, found, say)


def _metric(
    model: str,
    result: dict[str, Any],
    metric: Any,
    found: dict[str, list[Score]],
    say: Say,
) -> None:
    if not isinstance(metric, dict) or metric.get("value") is None:
        say("has a metric without a value")
        return
    key = text_of(metric.get("type"))
    name = text_of(metric.get("name")) or _METRICS.get(key.lower(), key)
    source = _mapping(result.get("source"))
    value = number_of(metric["value"])
    found.setdefault(name or "Value", []).append(
        Score(
            model=model,
            task=_named(result.get("task")),
            data=_data(result, metric),
            written=_written(metric["value"], value),
            value=value,
            is_verified=metric.get("verified") is True,
            source=text_of(source.get("name")),
            source_link=link_of(source.get("url")),
        )
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _named(value: Any) -> str:
    """Give the name of a task or data set that is a mapping or a word."""
    if not isinstance(value, dict):
        return text_of(value)
    return text_of(value.get("name")) or text_of(value.get("type"))


def _data(result: dict[str, Any], metric: dict[str, Any]) -> str:
    data = result.get("dataset")
    detail = [
        text_of(_mapping(data).get("config")),
        text_of(_mapping(data).get("split")),
        text_of(metric.get("config")),
    ]
    name = _named(data)
    said = ", ".join(dict.fromkeys(filter(None, detail)))
    return f"{name} ({said})" if name and said and said not in name else name or said


def _written(raw: Any, value: float | None) -> str:
    if value is None or isinstance(raw, str):
        return ", ".join(texts_of(raw)) or text_of(raw)
    return f"{value:,.4g}" if abs(value) < 1e6 else f"{value:.4g}"  # noqa: PLR2004


def _metrics(found: dict[str, list[Score]]) -> list[Metric]:
    shown, left = [], MAX_SCORES
    for name, scores in found.items():
        if left:
            shown.append(_with_bars(name, scores[:left]))
            left -= len(shown[-1].scores)
    return shown


def _with_bars(name: str, scores: list[Score]) -> Metric:
    """Draw bars where all values are numbers from 0 up; a share's scale ends at 1."""
    values = [score.value for score in scores if score.value is not None]
    if len(values) < len(scores) or min(values) < 0 or max(values) <= 0:
        return Metric(name, scores)
    top, scale = max(values), ""
    if top <= 1:
        top, scale = 1.0, "0 to 1"
    elif top <= PERCENT and min(values) > 1:
        top, scale = PERCENT, "0 to 100"
    else:
        scale = f"0 to {top:,.4g}"
    return Metric(name, [_with_width(score, top) for score in scores], scale)


def _with_width(score: Score, top: float) -> Score:
    return replace(score, width=round(PERCENT * (score.value or 0) / top, 2))
