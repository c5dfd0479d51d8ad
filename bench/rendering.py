"""Hostile cards: what storing them takes, and what others notice while they render.

Starts the product, asks for a page, a search and a call in turn for a while, lists a
file of cards that each take the renderer all of its 2 s, and asks again while the
worker renders them. Prints the p95 of each request before and meanwhile, their ratio
(bar: 2), and the longest time that storing one card took (bar: 1 s); writes
bench/results/rendering.json. `--corpus` times the listing of a real file as well.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.live_product import Product  # noqa: E402 - after the path

BOMBS = ("[", "![", "[a](", "<![CDATA[", "<div>", "<a><em><b>", "*a ", "|a", "<b ")
BOMB_BYTES = 120_000
STORE = """
import json, time
from catalog.services.cards import card_for
longest = 0.0
for line in open(FILE):
    text = json.loads(line)["docs_markdown"]
    began = time.perf_counter()
    card_for(source=text + " ")
    longest = max(longest, time.perf_counter() - began)
print(longest)
"""


class Reader:
    """One kept connection that asks for the same three things in turn."""

    def __init__(self, product: Product, key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", product.port)
        call = {"Authorization": key, "Content-Type": "application/json"}
        self.asked = {
            "page": ("GET", "/nlp/GetSentiment", None, {}),
            "search": ("GET", "/search?q=colors+of+a+picture", None, {}),
            "call": ("POST", "/v1/algo/util/Echo", b'"hello"', call),
        }

    def ask(self, name: str) -> float:
        """Return the milliseconds of one request."""
        method, path, body, headers = self.asked[name]
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == http.HTTPStatus.OK, text[:300]
        return (time.perf_counter() - began) * 1000

    def for_seconds(self, seconds: float) -> dict[str, list[float]]:
        taken: dict[str, list[float]] = {name: [] for name in self.asked}
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for name, times in taken.items():
                times.append(self.ask(name))
        return taken


def figures(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return {"p50_ms": round(middle, 2), "p95_ms": round(late, 2), "n": len(ordered)}


def write_bombs(path: Path, count: int) -> None:
    rows = []
    for number in range(count):
        piece = BOMBS[number % len(BOMBS)]
        text = f"# Bomb {number}\n\n" + piece * (BOMB_BYTES // len(piece))
        row = {"owner": "hostile", "name": f"bomb-{number}", "docs_markdown": text}
        rows.append(json.dumps(row))
    path.write_text("\n".join(rows), encoding="utf-8")


def waiting(product: Product) -> int:
    code = (
        "from catalog.services.cards import STALE; from catalog.models import Card; "
        "print(Card.objects.filter(STALE).count())"
    )
    return int(product.command("shell", "-v0", "-c", code))


def hostile(product: Product, home: Path, options: argparse.Namespace) -> dict:
    product.command("create_user", "ada")
    key = product.command("create_key", "--user", "ada", "--scope", "read", "run")
    reader = Reader(product, key)
    reader.for_seconds(2)
    before = reader.for_seconds(options.seconds)
    bombs = home / "bombs.jsonl"
    write_bombs(bombs, options.bombs)
    code = f"FILE = {str(bombs)!r}\n{STORE}"
    stored = float(product.command("shell", "-v0", "-c", code))
    began = time.perf_counter()
    product.command("import_cards", str(bombs))
    listed = time.perf_counter() - began
    left = waiting(product)
    meanwhile = reader.for_seconds(options.seconds)
    assert waiting(product), "the bombs were rendered too soon; take more of them"
    result: dict = {
        "longest_store_s": round(stored, 3),
        "listing_s": round(listed, 2),
        "cards": options.bombs,
        "waiting_at_start": left,
    }
    print(f"storing one card: {stored:.3f} s at most; {listed:.1f} s for the file")
    for name in before:
        row = {"alone": figures(before[name]), "meanwhile": figures(meanwhile[name])}
        ratio = row["meanwhile"]["p95_ms"] / row["alone"]["p95_ms"]
        result[name] = row | {"ratio_p95": round(ratio, 2)}
        alone, late = row["alone"]["p95_ms"], row["meanwhile"]["p95_ms"]
        print(f"{name:<7} p95 {alone} ms alone, {late} ms meanwhile: {ratio:.2f}x")
    return result


def corpus(product: Product, path: Path) -> dict:
    """Time a real file until every entry is listed, and until a search finds it."""
    count = sum(1 for line in path.open("rb") if line.strip())
    known = json.loads(product.get("/api/v1/algorithms?limit=1")[2])["total"]
    began = time.perf_counter()
    product.command("import_cards", str(path))
    listed = time.perf_counter() - began
    while True:
        total = json.loads(product.get("/api/v1/algorithms?limit=1&q=model")[2])
        every = json.loads(product.get("/api/v1/algorithms?limit=1")[2])["total"]
        if every - known >= count and total["total"]:
            break
        time.sleep(0.2)
    found = time.perf_counter() - began
    while waiting(product):
        time.sleep(1)
    rendered = time.perf_counter() - began
    print(
        f"{count:,} entries: listed {listed:.1f} s, searchable {found:.1f} s, "
        f"all cards rendered {rendered:.1f} s"
    )
    return {
        "entries": count,
        "listed_s": round(listed, 1),
        "searchable_s": round(found, 1),
        "rendered_s": round(rendered, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement")
    parser.add_argument("--bombs", type=int, default=90)
    parser.add_argument("--corpus", type=Path, help="a file for import_cards")
    options = parser.parse_args()
    result: dict = {}
    with tempfile.TemporaryDirectory() as place:
        product = Product(Path(place) / "home").start()
        try:
            if options.corpus:
                result["corpus"] = corpus(product, options.corpus)
            result["hostile"] = hostile(product, Path(place), options)
        finally:
            product.stop()
    written = ROOT / "bench/results/rendering.json"
    written.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
