"""All snippets of a version: the code of every shown target, then highlighted HTML.

The input is a list of 24 objects, 2.3 KB of JSON text; a small one stands beside it.
Prints the best and the median of 200 rounds in ms, and writes
bench/results/snippets.json. The bar is 10 ms for the code of all targets.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from catalog import snippets  # noqa: E402 - after the settings

URL = "http://127.0.0.1:8000/v1/algo/nlp/GetSentiment/1.2.0"
ROUNDS = 200
INPUTS = {
    "small": {"text": "The delivery was late, but support was lovely."},
    "list": [{"text": "word " * 10, "n": n, "x": n / 7} for n in range(24)],
}


def taken(work: Callable[[], object]) -> dict[str, float]:
    """Return the best and the median time of the work in ms."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return {"best": round(min(times), 2), "p50": round(statistics.median(times), 2)}


def main() -> None:
    targets = len(snippets.shown_targets())
    figures: dict[str, object] = {"targets": targets}
    for name, value in INPUTS.items():
        body = json.dumps(value)

        def code(body: str = body) -> list[snippets.Snippet]:
            return snippets.render_all(snippets.SnippetCall(URL, body))

        made = code()

        def html(made: list[snippets.Snippet] = made) -> list[str]:
            return [snippets.highlighted(snippet) for snippet in made]

        html()  # loads the lexers
        figures[name] = {"bytes": len(body), "code": taken(code), "html": taken(html)}
        print(f"{name}, {len(body)} bytes, {targets} targets: {figures[name]}")
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    (results / "snippets.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
