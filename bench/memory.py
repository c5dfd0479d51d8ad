"""Memory of the product's processes after 1,000 calls and 200 pages.

Prints PSS and private memory in MB of each web process, the executor, its zygotes and
idle workers: as it starts by default, and with two web processes that share a Redis.
Writes bench/results/memory.json. The bars are 140 MB PSS for a web process, 30 MB PSS
for the executor and 15 MB private for an idle worker.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.live_product import (  # noqa: E402 - after the path
    Product,
    children_of,
)
from tests.redis_server import running_redis  # noqa: E402 - after the path

CALLS, PAGES = 1000, 200


def memory_of(pid: int) -> dict[str, float]:
    """Return PSS and private memory of one process in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kilobytes = {
        name.rstrip(":"): int(rest[0])
        for name, *rest in map(str.split, lines)
        if name.endswith(":")
    }
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return {
        "pss_mb": round(kilobytes["Pss"] / 1024, 1),
        "private_mb": round(private / 1024, 1),
    }


def ask(product: Product, key: str) -> None:
    for n in range(CALLS):
        status, _ = product.call("util/Echo", {"n": n}, key)
        assert status == 200  # noqa: PLR2004 - OK
    for n in range(PAGES):
        assert product.get(("/", "/search?q=text", "/util/Echo")[n % 3])[0] == 200  # noqa: PLR2004 - OK


def figures(product: Product) -> dict[str, Any]:
    processes = product.children()
    found = {"worker process": processes["worker"], "executor": processes["executor"]}
    for n, pid in enumerate(children_of(processes["web"]), 1):
        found[f"web {n}"] = pid
    # One zygote for each set of preloaded packages.
    for n, zygote in enumerate(children_of(processes["executor"]), 1):
        found[f"zygote {n}"] = zygote
        for place, pid in enumerate(children_of(zygote), 1):
            found[f"idle worker {n}.{place}"] = pid
    return {name: memory_of(pid) for name, pid in found.items()}


def tell(name: str, rows: dict[str, Any]) -> dict[str, Any]:
    print(name)
    for process, row in rows.items():
        print(f"  {process}: PSS {row['pss_mb']}, private {row['private_mb']} MB")
    return rows


def measure(home: Path, settings: dict[str, str]) -> dict[str, Any]:
    product = Product(home, settings=settings)
    try:
        product.start()
        product.command("create_user", "ada")
        ask(product, product.command("create_key", "--user", "ada"))
        return tell(home.name, figures(product))
    finally:
        product.stop()


def main() -> None:
    result = {}
    with tempfile.TemporaryDirectory() as place:
        result["one web process"] = measure(Path(place) / "one", {})
        with running_redis() as redis:
            shared = {"REDIS_URL": redis.url, "VITRINE_WEB_WORKERS": "2"}
            result["two, with Redis"] = measure(Path(place) / "two", shared)
    kept = ROOT / "bench/results/memory.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
