"""The algorithm page: time, statements and bytes, on the bundled catalog with calls.

Imports the samples into a new state, records --runs runs over 30 days, rolls them up
and asks for each tab in turn through the whole of Django's handler, --times times
each, as an anonymous reader and as a signed-in one. cpu_ms is the same in processor
time, which other programs disturb less. Then the compressed bytes of the page with its
style sheets and scripts. Prints and writes bench/results/algorithm_page.json. The bars:
p95 <= 30 ms, <= 12 statements, <= 100 KB.
"""

# ruff: noqa: PLC0415 - Django is set up on a state of its own first

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TABS = ["", "/try", "/use", "/versions", "/source", "/usage", ".md", ".json"]
NAME = "nlp/GetSentiment"
FAILED = 0.05


def prepare(runs: int) -> None:
    """Make the database, the bundled catalog and its calls."""
    from django.core.management import call_command
    from django.utils import timezone

    from catalog.models import Algorithm, Run
    from catalog.services.importing import import_folders
    from catalog.services.publishing import Source
    from catalog.services.rollups import count_calls, roll_up

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    folders = [
        found.parent for found in sorted(ROOT.glob("samples/*/*/algorithm.toml"))
    ]
    import_folders(paths=folders, source=Source(is_verified=True))
    call_command("rebuild_search_index", verbosity=0)
    dice = random.Random(1)  # noqa: S311 - the same dice every time, no secret
    versions = [row.latest for row in Algorithm.objects.exclude(latest=None)]
    now = timezone.now()
    for _ in range(0, runs, 5000):
        Run.objects.bulk_create(
            Run(
                version=dice.choice(versions),
                surface="api",
                outcome="failed" if dice.random() < FAILED else "succeeded",
                error_code="",
                duration_ms=dice.lognormvariate(3, 1),
                total_ms=1,
                input_bytes=2,
                output_bytes=2,
                created_at=now - timedelta(seconds=dice.randrange(30 * 86400)),
            )
            for _ in range(5000)
        )
    begun = time.perf_counter()
    roll_up(since=now - timedelta(days=31))
    count_calls()
    print(f"rolled up {runs:,} runs in {time.perf_counter() - begun:.2f} s")


def measure(client: Client, path: str, times: int) -> dict[str, Any]:
    """Return p50 and p95 in ms, statements, and compressed bytes of one page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    headers = {"accept-encoding": "gzip"}
    for _ in range(3):
        answer = client.get(path, headers=headers)
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{path}: {answer.status_code}")
    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    statements = len(caught)
    spent, worked = [], []
    for _ in range(times):
        begun, begun_cpu = time.perf_counter(), time.process_time()
        client.get(path, headers=headers)
        spent.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - begun_cpu) * 1000)
    return {
        "p50_ms": round(statistics.median(spent), 2),
        "p95_ms": round(statistics.quantiles(spent, n=20)[-1], 2),
        "cpu_p50_ms": round(statistics.median(worked), 2),
        "cpu_p95_ms": round(statistics.quantiles(worked, n=20)[-1], 2),
        "statements": statements,
        "bytes": len(answer.content),
    }


def assets(client: Client, path: str) -> int:
    """Return the compressed bytes of all style sheets, scripts and icons of a page."""
    page = client.get(path).content.decode()
    seen, waiting = set(), re.findall(r'(?:href|src)="(/static/[^"#?]+)', page)
    total = 0
    from django.conf import settings

    while waiting:
        address = waiting.pop()
        file = Path(settings.STATIC_ROOT) / address.removeprefix("/static/")
        if address in seen or not file.exists():
            continue
        seen.add(address)
        data = file.read_bytes()
        total += len(gzip.compress(data, 9))
        if file.suffix == ".css":
            base = address.rpartition("/")[0]
            found = re.findall(r'url\("?([^")]+\.css)"?\)', data.decode())
            waiting += [f"{base}/{name}" for name in found]
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["VITRINE_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["ALLOWED_HOSTS"] = "testserver"
        import django

        django.setup()
        prepare(asked.runs)
        from django.test import Client

        from accounts.services import create_user

        reader = Client()
        reader.force_login(create_user(username="reader", password="read and read"))  # noqa: S106 - of a state that is thrown away
        results: dict[str, Any] = {}
        for name, client in (("anonymous", Client()), ("signed in", reader)):
            for tab in TABS:
                figures = measure(client, f"/{NAME}{tab}", asked.times)
                results[f"{name} {tab or 'overview'}"] = figures
                print(f"{name:10} {tab or 'overview':10} {figures}")
        extra = assets(Client(), f"/{NAME}")
        whole = results["anonymous overview"]["bytes"] + extra
        results["bytes with style sheets, scripts and icons"] = whole
        print(f"with style sheets, scripts and icons: {whole:,} bytes")
    target = ROOT / "bench/results/algorithm_page.json"
    target.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
