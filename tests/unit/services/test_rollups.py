"""Roll-ups: whatever the order, however often, they equal a count by hand."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.services import create_user
from catalog.content.histogram import bucket_of
from catalog.models import (
    Algorithm,
    Card,
    IndexOutbox,
    Run,
    RunHour,
    Version,
    Visibility,
)
from catalog.services.rollups import (
    calls_of,
    count_calls,
    figures_of,
    most_called,
    roll_up,
)
from catalog.services.upkeep import Upkeep, drop_old_runs

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def version_of(algorithm, major=1, visibility=Visibility.PUBLIC) -> Version:
    return Version.objects.create(
        algorithm=algorithm,
        major=major,
        minor=0,
        patch=0,
        visibility=visibility,
        card=algorithm.card,
        digest="d" * 64,
    )


def listing(owner, name="Thing", visibility=Visibility.PUBLIC) -> Algorithm:
    return Algorithm.objects.create(
        owner=owner,
        name=name,
        title=name,
        summary=name,
        visibility=visibility,
        card=Card.objects.get_or_create(digest="c" * 64, source="# A", plain="A")[0],
    )


def run(version, at=None, ms=10.0, error="") -> Run:
    return Run.objects.create(
        version=version,
        surface=Run.Surface.API,
        outcome=Run.Outcome.FAILED if error else Run.Outcome.SUCCEEDED,
        error_code=error,
        duration_ms=ms,
        total_ms=ms,
        input_bytes=2,
        output_bytes=2,
        created_at=at or timezone.now(),
    )


def brute_force() -> dict:
    counted: dict = {}
    for each in Run.objects.all():
        hour = each.created_at.replace(minute=0, second=0, microsecond=0)
        calls, errors, durations = counted.setdefault(
            (each.version_id, hour), [0, Counter(), Counter()]
        )
        counted[each.version_id, hour][0] = calls + 1
        if each.error_code:
            errors[each.error_code] += 1
        else:
            durations[str(bucket_of(each.duration_ms))] += 1
    return {key: (n, dict(e), dict(d)) for key, (n, e, d) in counted.items()}


def kept() -> dict:
    return {
        (row.version_id, row.hour): (row.calls, row.errors, row.durations)
        for row in RunHour.objects.all()
    }


calls = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 5 * 3600),
        st.floats(0, 1e5),
        st.sampled_from(["", "", "timeout", "algorithm_error"]),
    ),
    max_size=12,
)


class TestAnyOrder(TestCase):
    """Hypothesis rolls the database back after each example."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(calls, min_size=1, max_size=4))
    def test_merging_in_any_order_equals_brute_force(self, batches):
        owner = create_user(username="ada", password="correct horse battery").owner
        one = listing(owner)
        versions = [version_of(one), version_of(one, 2)]
        for batch in batches:
            for number, second, ms, error in batch:
                at = START + timedelta(seconds=second)
                run(versions[number], at, ms, error)
            roll_up(since=START)
        assert kept() == brute_force()


@pytest.fixture
def thing(ada) -> Algorithm:
    return listing(ada.owner)


@pytest.fixture
def version(thing) -> Version:
    return version_of(thing)


def test_rolling_up_twice_changes_nothing(version):
    run(version)
    first = roll_up()
    assert first.versions == {version.pk}
    before = kept()
    assert roll_up().versions == frozenset()
    assert roll_up(since=first.until).versions == frozenset()
    assert kept() == before


def test_a_run_written_late_is_counted_in_its_hour(version):
    done = roll_up()
    run(version, done.until - timedelta(seconds=30))
    assert roll_up(since=done.until).versions == {version.pk}


def test_a_worker_that_was_away_catches_up(version):
    now = timezone.now()
    run(version, now - timedelta(days=3))
    roll_up()
    for hours in (40, 20, 1):
        run(version, now - timedelta(hours=hours))
    roll_up()
    assert kept() == brute_force()


def test_dropped_runs_stay_in_the_figures(settings, version, anonymous):
    settings.RUN_RECORD_DAYS = 2
    now = timezone.now()
    for days in (5, 4, 3, 0):
        run(version, now - timedelta(days=days))
    # Nobody has rolled up yet: dropping does it before.
    assert drop_old_runs() == 3
    assert Run.objects.count() == 1
    roll_up()
    roll_up(since=now - timedelta(days=9))
    figures = figures_of(viewer=anonymous, algorithms=[version.algorithm])
    assert figures[version.algorithm_id].calls == 4
    count_calls()
    assert Algorithm.objects.get().call_count == 4


def test_an_hour_that_is_dropped_in_part_keeps_its_count(version):
    now = timezone.now()
    for _ in range(4):
        run(version, now)
    roll_up()
    Run.objects.first().delete()
    roll_up()
    assert RunHour.objects.get().calls == 4


def test_figures_have_a_day_each_and_no_older_one(version, anonymous):
    now = timezone.now()
    run(version, now, 10)
    run(version, now - timedelta(days=29), 30)
    run(version, now - timedelta(days=40), 500)
    count_calls(versions=roll_up().versions)
    algorithm = Algorithm.objects.get()
    found = figures_of(viewer=anonymous, algorithms=[algorithm])[algorithm.pk]
    assert found.calls == 2
    assert found.by_day == (1, *([0] * 28), 1)
    assert found.median_ms == pytest.approx(10, rel=0.05)
    assert algorithm.call_count == 3


def test_a_strangers_figures_leave_private_versions_out(thing, ada, charlie):
    public, private = version_of(thing), version_of(thing, 2, Visibility.PRIVATE)
    run(public, ms=10)
    for _ in range(5):
        run(private, ms=4000)
    count_calls(versions=roll_up().versions)
    thing.refresh_from_db()
    assert (thing.call_count, thing.median_ms) == (1, pytest.approx(10, rel=0.05))
    for viewer, calls in ((AnonymousUser(), 1), (charlie, 1), (ada, 6)):
        found = figures_of(viewer=viewer, algorithms=[thing])[thing.pk]
        assert (found.calls, sum(found.by_day)) == (calls, calls)
        assert calls_of(viewer=viewer) == calls


def test_a_private_algorithm_counts_all_of_its_versions(ada):
    secret = listing(ada.owner, "Secret", Visibility.PRIVATE)
    run(version_of(secret, 1, Visibility.PRIVATE))
    run(version_of(secret, 2))
    count_calls(versions=roll_up().versions)
    secret.refresh_from_db()
    assert secret.call_count == 2
    assert most_called(viewer=ada, limit=5) == [secret.pk]
    assert most_called(viewer=AnonymousUser(), limit=5) == []


def test_a_hundred_algorithms_take_at_most_two_queries(
    ada, anonymous, django_assert_max_num_queries
):
    rows = [listing(ada.owner, f"A{number}") for number in range(100)]
    for row in rows:
        run(version_of(row))
    roll_up()
    with django_assert_max_num_queries(2):
        assert len(figures_of(viewer=anonymous, algorithms=rows)) == 100


def test_the_index_hears_of_what_moves_by_a_tenth_and_of_no_less(version):
    for _ in range(50):
        run(version)
    count_calls(versions=roll_up().versions)
    assert IndexOutbox.objects.filter(algorithm_id=version.algorithm_id).exists()
    IndexOutbox.objects.all().delete()
    run(version)
    count_calls(versions=roll_up().versions)
    assert Algorithm.objects.get().call_count == 51
    assert not IndexOutbox.objects.exists()


def test_the_workers_upkeep_brings_figures_and_forgets_medians_with_time(version):
    old = timezone.now() - timedelta(days=31)
    run(version, old)
    Algorithm.objects.update(median_ms=5.0)
    Upkeep().run_due()
    row = Algorithm.objects.get()
    assert (row.call_count, row.median_ms) == (1, None)
    assert not Run.objects.exists()
