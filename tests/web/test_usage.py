"""Usage: figures from rolled-up runs, drawn, for the versions that the reader sees."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from rows import listing

from catalog.models import Run, Version, Visibility
from catalog.services.rollups import count_calls, roll_up


@pytest.fixture
def called(ada):
    """A public listing of Ada's with runs of three kinds."""
    algorithm = listing(ada.owner, "Busy", visibility=Visibility.PUBLIC)
    algorithm.visibility = Visibility.PUBLIC
    algorithm.save()
    record(algorithm.latest, 12, ms=20)
    record(algorithm.latest, 3, error="timeout")
    record(algorithm.latest, 1, error="algorithm_error", ago=timedelta(days=40))
    return algorithm


def record(version, times, *, ms=10.0, error="", ago=timedelta(0)) -> None:
    Run.objects.bulk_create(
        Run(
            version=version,
            surface=Run.Surface.API,
            outcome=Run.Outcome.FAILED if error else Run.Outcome.SUCCEEDED,
            error_code=error,
            duration_ms=ms,
            total_ms=ms + 1,
            input_bytes=2,
            output_bytes=2,
            created_at=timezone.now() - ago,
        )
        for _ in range(times)
    )
    count_calls(versions=roll_up(since=timezone.now() - timedelta(days=100)).versions)


def text_of(response) -> str:
    return response.content.decode()


def test_the_tab_draws_calls_latency_and_failures(client, called):
    page = text_of(client.get("/ada/Busy/usage"))
    assert page.count('class="chart__svg"') == 3
    assert "12 succeeded, 3 failed" in page
    assert "timeout" in page
    assert "algorithm_error" not in page
    assert re.search(r"<dt>Calls</dt><dd>15</dd>", page)
    assert "20.0 %" in page
    assert page.count('class="chart__bar chart__bar--0"') == 1


def test_a_longer_period_shows_more(client, called):
    page = text_of(client.get("/ada/Busy/usage?period=90d"))
    assert "algorithm_error" in page
    assert '<a href="/ada/Busy/usage?period=90d" aria-current="true">' in page


@pytest.mark.parametrize(("period", "rows"), [("24h", 24), ("7d", 7), ("90d", 90)])
def test_the_csv_has_a_row_for_each_column(client, called, period, rows):
    answer = client.get(f"/ada/Busy/usage.csv?period={period}")
    assert answer["Content-Type"].startswith("text/csv")
    found = list(csv.DictReader(io.StringIO(text_of(answer))))
    assert len(found) == rows
    assert sum(int(row["succeeded"]) for row in found) == 12
    assert float(found[-1]["p50_ms"]) == pytest.approx(20, rel=0.05)


def test_a_period_that_is_none_is_refused_with_those_there_are(client, called):
    answer = client.get("/ada/Busy/usage?period=1y")
    assert answer.status_code == 400
    assert "24h, 7d, 30d, 90d" in text_of(answer)


def test_without_a_call_the_tab_says_so(client, sentiment):
    page = text_of(client.get("/nlp/GetSentiment/usage"))
    assert "No calls in 30 days" in page
    assert "chart__svg" not in page


def test_private_versions_count_for_their_owner_alone(client, called, ada):
    secret = Version.objects.create(
        algorithm=called,
        major=9,
        minor=0,
        patch=0,
        card=called.card,
        digest="e" * 64,
        visibility=Visibility.PRIVATE,
    )
    record(secret, 100, error="secret_failure")
    page = text_of(client.get("/ada/Busy/usage"))
    assert "9.0.0" not in page
    assert "secret_failure" not in page
    assert "<dd>15</dd>" in page
    client.force_login(ada)
    page = text_of(client.get("/ada/Busy/usage"))
    assert "9.0.0" in page
    assert "<dd>115</dd>" in page


def test_the_owner_alone_sees_the_latest_failures(client, called, ada, charlie):
    run = Run.objects.filter(error_code="timeout").first()
    client.force_login(charlie)
    assert str(run.pk) not in text_of(client.get("/ada/Busy/usage"))
    client.force_login(ada)
    page = text_of(client.get("/ada/Busy/usage"))
    assert str(run.pk) in page
    assert "Latest failures" in page


def test_a_stranger_gets_the_uniform_answer_for_a_private_algorithm(
    client, adas_private
):
    hidden = client.get("/ada/AdasSecret/usage")
    missing = client.get("/ada/NoSecret/usage")
    assert hidden.status_code == missing.status_code == 404


def test_the_tab_needs_few_queries(client, called, django_assert_max_num_queries):
    client.get("/ada/Busy/usage")
    with django_assert_max_num_queries(12):
        client.get("/ada/Busy/usage?period=90d")
