"""Compare the times of 404s for private and for missing listings.

Starts the product with a team's private listings, and asks for private and for missing
names of the same length as an outsider, in random order within each pair, over a kept
connection: pages as nobody, /api and /v1 with a stranger's key. Prints for each place
both medians, their difference, and how well the time alone tells the two apart (the
area under the curve of such a classifier; .5 is guessing). Writes
bench/results/private_timing.json. The bars: the medians of 2,000 pairs differ by at
most 5 % and at most 1 ms.
"""

from __future__ import annotations

import argparse
import bisect
import http.client
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.live_product import Product  # noqa: E402 - after the path

NAMES = 40
MOST_PERCENT, MOST_MS = 5.0, 1.0
LIMITS = ("VITRINE_RATE_KEY", "VITRINE_RATE_ADDRESS", "VITRINE_CALLS_PER_DAY")
UNLIMITED = dict.fromkeys(LIMITS, "1000000000")
#: what is asked: method, path of a listing, whether with a stranger's key
PLACES = {
    "page": ("GET", "/secretlab/{}", False),
    "tab of a page": ("GET", "/secretlab/{}/versions", False),
    "page as Markdown": ("GET", "/secretlab/{}.md", False),
    "/api": ("GET", "/api/v1/algorithms/secretlab/{}", True),
    "/v1": ("POST", "/v1/algo/secretlab/{}", True),
}


def folders(place: Path, names: list[str]) -> None:
    """Write copies of a bundled sample as private listings of the team."""
    for name in names:
        folder = place / "secretlab" / name
        shutil.copytree(ROOT / "samples/util/Echo", folder)
        manifest = folder / "algorithm.toml"
        text = manifest.read_text().replace('"public"', '"private"')
        manifest.write_text(text)


class Outsider:
    """One kept connection of somebody who may see none of the listings."""

    def __init__(self, port: int, key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.key = key

    def milliseconds(self, method: str, path: str, *, with_key: bool) -> float:
        headers = {"Content-Type": "application/json"}
        if with_key:
            headers["Authorization"] = f"Simple {self.key}"
        body = b'"x"' if method == "POST" else None
        begun = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        answer.read()
        spent = (time.perf_counter() - begun) * 1000
        if answer.status != http.HTTPStatus.NOT_FOUND:
            raise SystemExit(f"{method} {path}: {answer.status}, not 404")
        return spent


def area(one: list[float], other: list[float]) -> float:
    """Return the chance that a time of `other` is above one of `one`, ties by half."""
    ordered = sorted(one)
    below = sum(
        bisect.bisect_left(ordered, x) + bisect.bisect_right(ordered, x) for x in other
    )
    return below / (2 * len(one) * len(other))


def measure(
    outsider: Outsider, place: str, names: dict[str, list[str]], pairs: int
) -> dict[str, float | bool]:
    method, path, with_key = PLACES[place]
    dice = random.Random(4)  # noqa: S311 - the same order every time, no secret
    spent: dict[str, list[float]] = {kind: [] for kind in names}
    for _ in range(pairs):
        for kind in dice.sample(sorted(names), 2):
            asked = path.format(dice.choice(names[kind]))
            spent[kind].append(outsider.milliseconds(method, asked, with_key=with_key))
    private, missing = (statistics.median(spent[k]) for k in ("private", "missing"))
    apart = abs(private - missing)
    percent = 100 * apart / missing
    return {
        "private_p50_ms": round(private, 3),
        "missing_p50_ms": round(missing, 3),
        "apart_ms": round(apart, 3),
        "apart_percent": round(percent, 2),
        "auc": round(area(spent["missing"], spent["private"]), 3),
        "holds": percent <= MOST_PERCENT and apart <= MOST_MS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=2000, help="pairs at each place")
    options = parser.parse_args()
    names = {
        "private": [f"Listing{number:03}" for number in range(NAMES)],
        "missing": [f"Listing{number:03}" for number in range(500, 500 + NAMES)],
    }
    with tempfile.TemporaryDirectory() as place:
        folders(Path(place) / "tree", names["private"])
        product = Product(Path(place) / "home", settings=UNLIMITED).start()
        try:
            product.command("create_user", "grace", "--team", "secretlab")
            product.command("import_catalog", str(Path(place) / "tree"))
            product.command("create_user", "charlie")
            key = product.command("create_key", "--user", "charlie")
            outsider = Outsider(product.port, key)
            result = {}
            for where in PLACES:
                measure(outsider, where, names, 100)
                result[where] = measure(outsider, where, names, options.pairs)
                print(f"{where:18} {result[where]}")
        finally:
            product.stop()
    kept = ROOT / "bench/results/private_timing.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(result, indent=2) + "\n")
    if not all(row["holds"] for row in result.values()):
        raise SystemExit("the time of a 404 tells what is private")


if __name__ == "__main__":
    main()
