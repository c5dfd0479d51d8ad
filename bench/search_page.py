"""The whole search page over 100,000 rows: what a reader waits for the server.

--corpus is a file of cards as `import_cards` reads them, --queries one of {"query"}
lines; without them, cards and queries are made of the bundled samples. The cards are
multiplied to --size rows: 15 % private over 500 teams, a third callable, with an
example and calls. Pages are asked in this process, through every middleware, as
everybody and as a member of five teams; all thirteen facets are counted. --keep is a
directory for the rows and the index, to measure again without building. Prints and
writes bench/results/search_page.json. The bar is p95 <= 60 ms with tantivy.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TEAMS, PRIVATE, CALLABLE = 500, 0.15, 1 / 3
MEMBER_OF = (3, 90, 177, 240, 499)
BATCH = 2_000
SCHEMA = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string"}},
}
_OTHER = re.compile(r"[^A-Za-z0-9_.-]+")
EXPRESSION = "stars >= 10 AND NOT deprecated AND task LIKE '%class%'"


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def sample_cards() -> list[dict]:
    """Return cards in the form of a corpus, made of the bundled samples."""
    return [
        {
            "owner": file.parent.parent.name,
            "name": file.parent.name,
            "summary": f"{file.parent.name} of the samples",
            "docs_markdown": file.read_text("utf-8"),
            "tags": [file.parent.parent.name],
            "task": "text-classification",
            "framework": "",
            "language": ["en"],
            "license": "Apache-2.0",
        }
        for file in sorted((ROOT / "samples").glob("*/*/README.md"))
    ]


def fill(cards: list[dict], size: int) -> None:
    """Write owners, cards, algorithms, versions, examples and rolled-up calls."""
    from accounts.models import Owner, Team, User  # noqa: PLC0415 - after the settings
    from catalog.models import Tag  # noqa: PLC0415 - as above

    teams = Team.objects.bulk_create(Team(name=f"Team {n}") for n in range(TEAMS))
    owners = [Owner(slug=f"team-{n}", team=team) for n, team in enumerate(teams)]
    slugs = sorted({f"{c['owner'][:30]}-{n}" for c in cards for n in range(20)})
    more = Team.objects.bulk_create(Team(name=slug) for slug in slugs)
    owners += [Owner(slug=t.name, team=t) for t in more]
    by_slug = {owner.slug: owner for owner in Owner.objects.bulk_create(owners)}
    member = User.objects.create_user("member", password="x")  # noqa: S106 - a bench
    member.teams.add(*(teams[n] for n in MEMBER_OF))
    names = {tag[:60] for card in cards for tag in card["tags"] or ()}
    Tag.objects.bulk_create(Tag(name=name) for name in sorted(names))
    tags = {tag.name: tag.pk for tag in Tag.objects.all()}
    for first in range(0, size, BATCH):
        fill_batch(cards, range(first, min(first + BATCH, size)), by_slug, tags)


def fill_batch(cards: list[dict], numbers: range, owners: dict, tags: dict) -> None:
    from django.db import transaction  # noqa: PLC0415 - after the settings

    from catalog.models import Algorithm, Card, Example, RunHour, Version  # noqa: PLC0415 - as above

    made = [entry(cards[n % len(cards)], n, owners) for n in numbers]
    through = Algorithm.tags.through
    with transaction.atomic():
        Card.objects.bulk_create(row.card for row, *_ in made)
        Algorithm.objects.bulk_create(row for row, *_ in made)
        versions = [version for _row, version, *_ in made if version]
        Version.objects.bulk_create(versions)
        Example.objects.bulk_create(example for *_, example in made if example)
        for version in versions:
            version.algorithm.latest = version
        Algorithm.objects.bulk_update((v.algorithm for v in versions), ["latest"])
        RunHour.objects.bulk_create(hour for v in versions for hour in hours_of(v))
        through.objects.bulk_create(
            through(algorithm_id=row.pk, tag_id=tags[tag[:60]])
            for n, (row, *_) in zip(numbers, made, strict=True)
            for tag in dict.fromkeys(cards[n % len(cards)]["tags"] or ())
        )


def entry(card: dict, number: int, owners: dict) -> tuple:
    """Make one algorithm with its version and example, or None for those."""
    from catalog.models import Algorithm, Card, Example, Version  # noqa: PLC0415 - after the settings

    dice = random.Random(number)  # noqa: S311 - the same dice every time, no secret
    private = dice.random() < PRIVATE
    team = f"team-{dice.randrange(TEAMS)}"
    visibility = "private" if private else "public"
    calls = int(10 ** (dice.random() * 6)) if dice.random() < 1 / 2 else 0
    digest = f"{number:064d}"
    row = Algorithm(
        owner=owners[team if private else f"{card['owner'][:30]}-{number % 20}"],
        name=f"{_OTHER.sub('-', card['name'])[:80]}-{number}",
        title=card["name"][:120],
        summary=(card["summary"] or "")[:300],
        task=(card["task"] or "")[:60],
        framework=(card["framework"] or "")[:60],
        language=card["language"] or [],
        license=(card["license"] or "")[:60],
        visibility=visibility,
        takes=dice.choice(["text", "image", "audio", "series"]),
        gives=dice.choice(["text", "image", "number"]),
        call_count=calls,
        star_count=calls // 100,
        median_ms=dice.choice([None, dice.random() * 800]),
        card=Card(digest=digest, plain=card["docs_markdown"] or "", source=""),
    )
    if dice.random() >= CALLABLE:
        return row, None, None
    version = Version(
        algorithm=row, major=1, minor=0, patch=0, visibility=visibility,
        digest=digest, bundle="", manifest="", card=row.card,
        input_schema=SCHEMA, output_schema={"type": "object"},
    )  # fmt: skip
    example = Example(
        version=version, position=0, title="One",
        input_text='{"text": "The delivery was late, but support was lovely."}',
        output_text='{"score": 0.42, "label": "positive"}',
    )  # fmt: skip
    return row, version, example


def hours_of(version: object) -> Iterator[object]:
    """Yield twenty hours with calls in 30 days for one version in ten."""
    from django.utils import timezone  # noqa: PLC0415 - after the settings

    from catalog.models import RunHour  # noqa: PLC0415 - as above

    if int(version.digest) % 10:
        return
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for back in range(20):
        hour = now - timedelta(hours=31 * back)
        yield RunHour(version=version, hour=hour, calls=back + 1, durations={"40": 1})


def addresses(queries: list[str]) -> Iterator[tuple[str, dict]]:
    """Yield (kind, parameters) of pages as people ask for them."""
    for text in queries:
        yield "words", {"q": text}
        yield "words, facet", {"q": text, "task": ["image-classification"]}
        yield "words, filter", {"q": text, "filter": EXPRESSION}
        yield "word by calls", {"q": text.split()[0], "sort": "popular"}
        yield "facets alone", {"takes": ["text", "image"], "sort": "updated"}
    for _ in range(10):
        yield "everything", {}


def ask(queries: list[str]) -> dict:
    from django.test import Client  # noqa: PLC0415 - after the settings

    from accounts.models import User  # noqa: PLC0415 - as above

    anonymous, member = Client(), Client()
    member.force_login(User.objects.get(username="member"))
    asked = list(addresses(queries))
    random.Random(2).shuffle(asked)  # noqa: S311 - as above
    times: dict[str, list[float]] = {}
    cpu = []
    for client in (anonymous, member):
        client.get("/search", {"q": "warm"})
    for number, (kind, parameters) in enumerate(asked):
        client = member if number % 3 == 0 else anonymous
        started, used = time.perf_counter(), time.process_time()
        answer = client.get("/search", parameters)
        times.setdefault(kind, []).append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - used) * 1000)
        assert answer.status_code == 200, answer.content[:300]  # noqa: PLR2004 - OK
    return {
        "page": spread([t for found in times.values() for t in found]),
        "page_cpu": spread(cpu),
        "kinds": {kind: spread(found) for kind, found in times.items()},
    }


def spread(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=20)
    return {"p50_ms": round(cuts[9], 1), "p95_ms": round(cuts[18], 1)}


def measure(home: Path, options: argparse.Namespace) -> dict:
    os.environ |= {
        "VITRINE_HOME": str(home),
        "VITRINE_SEARCH": options.engine,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ALLOWED_HOSTS": "testserver",
    }
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - as above

    from catalog.services import indexing, synonyms  # noqa: PLC0415 - as above

    cards = read(options.corpus) if options.corpus else sample_cards()
    texts = [row["query"] for row in read(options.queries)] if options.queries else []
    texts = texts or [card["name"] for card in cards] * 3
    result: dict = {"entries": options.size, "engine": options.engine}
    if not (home / "filled").exists():
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        fill(cards, options.size)
        synonyms.add_defaults()
        started = time.perf_counter()
        indexing.rebuild_index()
        result["index_s"] = round(time.perf_counter() - started, 1)
        (home / "filled").touch()
    return result | ask(texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--engine", default="tantivy", choices=["tantivy", "whoosh"])
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        home = options.keep or Path(made)
        home.mkdir(parents=True, exist_ok=True)
        result = measure(home, options)
    print(json.dumps(result, indent=2))
    written = ROOT / "bench" / "results" / "search_page.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
