"""A durable run, once accepted, gets one outcome, whatever happens to its worker."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import keys
from catalog.execution import BackendUnavailable, QueueFull, QueueTimeout
from catalog.models import Algorithm, DurableRun, Run, Version
from catalog.services import (
    durable_documents,
    durable_outcomes,
    durable_reaping,
    durable_runs,
    durable_work,
    resolving,
    runs,
)
from catalog.services.callers import caller_by_key, caller_on_page
from catalog.services.errors import (
    AlreadyOver,
    BadRequest,
    InvalidInput,
    NotFound,
    QuotaSpent,
    SignInNeeded,
    TooManyWaiting,
)
from catalog.services.idempotency import Answer
from catalog.services.importing import import_folders
from catalog.services.lookups import Lookups
from catalog.services.publishing import Source
from tests.unit.services.scripted_backend import SETTING, ScriptedBackend

SAMPLES = Path(__file__).parents[3] / "samples"
State = DurableRun.State


@pytest.fixture(autouse=True)
def backend(settings, db):
    settings.EXECUTION_BACKENDS = SETTING
    # A rolled back test takes its epoch back too, under which targets are kept.
    resolving._targets = Lookups()
    ScriptedBackend.script.clear()
    ScriptedBackend.asked.clear()
    folders = [SAMPLES / "util/Echo", SAMPLES / "testing"]
    import_folders(paths=folders, source=Source(is_verified=True))
    yield ScriptedBackend
    ScriptedBackend.script.clear()


def key_of(user=None, **more):
    made = keys.create_key(name="k", scopes=["run"], user=user, **more)
    return made, caller_by_key(f"Bearer {made.secret}")


@pytest.fixture
def caller(ada):
    return key_of(ada)[1]


def call(body=b'{"a": 1}', name="util/Echo", **more):
    owner, _, algorithm = name.partition("/")
    more = {"content_type": "json", "surface": "api", **more}
    return runs.Call(owner=owner, name=algorithm, body=body, **more)


def perform(run) -> DurableRun:
    durable_work.perform.call(str(run.pk))
    return DurableRun.objects.get(pk=run.pk)


def test_an_accepted_run_is_on_disk_with_its_task(caller, ada):
    run = durable_runs.enqueue(caller=caller, call=call())
    kept = DurableRun.objects.get()
    assert (kept.state, bytes(kept.body), kept.user) == ("queued", b'{"a": 1}', ada)
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(run.pk)]
    assert (kept.owner_name, kept.algorithm_name, kept.number) == (
        "util",
        "Echo",
        "0.2.1",
    )


def test_its_outcome_and_its_record_are_one(caller, ada):
    run = perform(durable_runs.enqueue(caller=caller, call=call()))
    assert (run.state, bytes(run.result), bytes(run.body)) == (
        "succeeded",
        b'{"a":1}',
        b"",
    )
    record = Run.objects.get()
    assert (record.pk, record.user, record.outcome) == (run.pk, ada, "succeeded")
    assert record.output_bytes == 7
    assert b'"result":{"a":1}' in durable_documents.document_of(run)


def test_bytes_and_text_come_back_as_what_they_are(caller):
    binary = call(b"\x00\xff", content_type="binary")
    run = perform(durable_runs.enqueue(caller=caller, call=binary))
    assert (run.result_type, bytes(run.result)) == ("binary", b"\x00\xff")
    text = call("caf\xe9 \u2713".encode(), content_type="text")
    run = perform(durable_runs.enqueue(caller=caller, call=text))
    assert bytes(run.result).decode() == "caf\xe9 \u2713"


def test_what_the_algorithm_raises_is_its_outcome(caller):
    failing = call(b'"oh\\u0000no"', name="testing/RaiseException")
    run = perform(durable_runs.enqueue(caller=caller, call=failing))
    assert run.state == "failed"
    assert run.error_code == "algorithm_error"
    assert Run.objects.get().error_code == "algorithm_error"
    error = durable_documents.error_of(run)
    assert error["status"] == 400
    assert error["message"]


def test_what_is_refused_at_once_is_not_accepted(caller, anonymous):
    with pytest.raises(NotFound):
        durable_runs.enqueue(caller=caller, call=call(name="util/Nothing"))
    with pytest.raises(InvalidInput):
        durable_runs.enqueue(caller=caller, call=call(b"[]", name="testing/Sleep"))
    with pytest.raises(SignInNeeded):
        durable_runs.enqueue(caller=caller_on_page(anonymous, "192.0.2.1"), call=call())
    assert not DurableRun.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_second_task_for_a_run_does_nothing(caller, backend):
    run = durable_runs.enqueue(caller=caller, call=call())
    perform(run)
    perform(run)
    assert len(backend.asked) == 1
    durable_work.perform.call(str(uuid4()))  # one that is no longer there


@pytest.mark.parametrize("lost", ["revoked", "expired", "closed", "deleted"])
def test_a_key_that_is_no_longer_good_runs_nothing(ada, backend, lost):
    made, caller = key_of(ada)
    run = durable_runs.enqueue(caller=caller, call=call())
    if lost == "revoked":
        keys.revoke_key(key=made.row)
    elif lost == "expired":
        made.row.expires_at = timezone.now()
        made.row.save()
    elif lost == "closed":
        ada.is_active = False
        ada.save()
    else:
        made.row.delete()
    run = perform(run)
    assert (run.state, run.error_code) == ("failed", "forbidden")
    assert backend.asked == []
    assert not Run.objects.exists()


def test_a_listing_that_was_made_private_is_not_run(caller, backend):
    run = durable_runs.enqueue(caller=caller, call=call())
    algorithm = Algorithm.objects.get(name="Echo")
    algorithm.visibility = "private"
    algorithm.save()
    run = perform(run)
    assert (run.state, run.error_code) == ("failed", "not_found")
    assert backend.asked == []


def test_a_version_that_was_deleted_loses_no_run(caller, backend):
    run = durable_runs.enqueue(caller=caller, call=call())
    Algorithm.objects.filter(name="Echo").update(latest=None)
    Version.objects.filter(algorithm__name="Echo").delete()
    run = perform(run)
    assert (run.state, run.error_code) == ("failed", "not_found")
    assert backend.asked == []


@pytest.mark.parametrize(
    "refusal",
    [QueueFull("full"), QueueTimeout("late"), BackendUnavailable("away")],
    ids=lambda raised: type(raised).__name__,
)
def test_without_room_a_run_waits_on_and_no_attempt_is_counted(
    caller, backend, refusal
):
    backend.script.append(refusal)
    run = perform(durable_runs.enqueue(caller=caller, call=call()))
    assert (run.state, run.attempt, run.token) == ("queued", 0, None)
    task = DBTaskResult.objects.get(pk=run.task_id)
    assert task.run_after > timezone.now()
    assert not Run.objects.exists()
    assert perform(run).state == "succeeded"


def test_a_run_that_found_no_room_for_a_day_fails(caller, backend):
    run = durable_runs.enqueue(caller=caller, call=call())
    DurableRun.objects.update(created_at=timezone.now() - timedelta(hours=25))
    backend.script.append(QueueFull("full"))
    assert perform(run).error_code == "queue_full"


def test_an_executor_that_broke_off_is_asked_again_but_not_for_ever(
    caller, backend, settings
):
    settings.VITRINE_ASYNC_ATTEMPTS = 3
    broken = [BackendUnavailable("killed", may_have_run=True) for _ in range(3)]
    backend.script += broken[:1]
    run = perform(durable_runs.enqueue(caller=caller, call=call()))
    assert (run.state, run.attempt) == ("queued", 1)
    assert perform(run).state == "succeeded"
    backend.script += broken
    run = durable_runs.enqueue(caller=caller, call=call())
    states = [perform(run).state for _attempt in range(3)]
    assert states == ["queued", "queued", "failed"]
    run.refresh_from_db()
    assert run.error_code == "interrupted"
    assert Run.objects.filter(pk=run.pk).count() == 1


def test_whoever_lost_the_lease_writes_nothing(caller, backend):
    """A worker that was taken for dead comes back after another took its run over."""
    run = durable_runs.enqueue(caller=caller, call=call())
    seen = []

    def another_takes_it():
        DurableRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert durable_reaping.reap() == 1
        seen.append(perform(run))

    backend.script.append(another_takes_it)
    run = perform(run)
    assert seen[0].state == run.state == "succeeded"
    assert run.attempt == 2
    assert run.finished_at == seen[0].finished_at
    assert Run.objects.count() == 1


def test_the_reaper_puts_back_what_a_dead_worker_held(caller):
    run = durable_runs.enqueue(caller=caller, call=call())
    assert durable_work.take(run_id=run.pk) is not None
    assert durable_work.take(run_id=run.pk) is None
    assert durable_reaping.reap() == 0
    DurableRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert durable_reaping.reap() == 1
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("queued", 1)
    assert DBTaskResult.objects.filter(pk=run.task_id, status="READY").exists()


def test_the_reaper_calls_again_for_a_run_whose_task_was_lost(caller):
    run = durable_runs.enqueue(caller=caller, call=call())
    assert durable_reaping.reap() == 0
    now = timezone.now()
    tasks = DBTaskResult.objects.filter(pk=run.task_id)
    tasks.update(status="RUNNING", started_at=now)
    assert durable_reaping.reap() == 0  # it was just taken
    tasks.update(started_at=now - timedelta(minutes=5))
    assert durable_reaping.reap() == 1
    run.refresh_from_db()
    assert DBTaskResult.objects.filter(pk=run.task_id, status="READY").exists()
    DBTaskResult.objects.all().delete()
    assert durable_reaping.reap() == 1
    assert durable_reaping.reap() == 0


def test_a_worker_that_ends_gives_its_runs_back_at_once(caller):
    run = durable_work.take(run_id=durable_runs.enqueue(caller=caller, call=call()).pk)
    with durable_work.keeper().holding(run.token):
        durable_work.let_go()
        assert durable_reaping.reap() == 1


def test_an_outcome_that_cannot_be_recorded_is_none(caller, monkeypatch):
    """Outcome and record are one transaction: half of it is undone."""
    run = durable_work.take(run_id=durable_runs.enqueue(caller=caller, call=call()).pk)
    monkeypatch.setattr(durable_outcomes, "PAUSES", ())
    with transaction.atomic():
        runs.record(
            run_id=run.pk,
            version_id=run.version_id,
            user_id=None,
            key_id=None,
            surface="api",
            input_bytes=0,
            total=0.0,
            outcome=None,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        durable_outcomes.finish(run=run, outcome=QueueFull("x"))
    run.refresh_from_db()
    assert run.state == "running"


def test_one_caller_has_only_so_many_waiting(caller, charlie, settings):
    settings.VITRINE_ASYNC_WAITING = 2
    first = durable_runs.enqueue(caller=caller, call=call())
    durable_runs.enqueue(caller=caller, call=call())
    with pytest.raises(TooManyWaiting):
        durable_runs.enqueue(caller=caller, call=call())
    durable_runs.enqueue(caller=key_of(charlie)[1], call=call())
    perform(first)
    durable_runs.enqueue(caller=caller, call=call())


def test_the_quota_of_a_key_counts_when_a_run_is_accepted(ada):
    _made, caller = key_of(ada, calls_per_day=1)
    durable_runs.enqueue(caller=caller, call=call())
    with pytest.raises(QuotaSpent):
        durable_runs.enqueue(caller=caller, call=call())
    assert DurableRun.objects.count() == 1


def accepted(run):
    return Answer(202, "application/json", str(run.pk).encode())


def test_one_idempotency_key_accepts_one_run(caller):
    def send(body=b"1"):
        return durable_runs.enqueue_once(
            caller=caller, call=call(body), key="k", answer=accepted
        )

    assert send().body == send().body == str(DurableRun.objects.get().pk).encode()


def test_a_key_that_was_not_answered_accepted_nothing(caller):
    """Whatever breaks between run and answer takes both along."""

    def breaks(run):
        raise RuntimeError(run)

    with pytest.raises(RuntimeError), transaction.atomic():
        durable_runs.enqueue_once(caller=caller, call=call(), key="k", answer=breaks)
    assert not DurableRun.objects.exists()
    assert not DBTaskResult.objects.exists()
    assert durable_runs.enqueue_once(
        caller=caller, call=call(), key="k", answer=accepted
    ).body


def test_a_run_is_its_callers_alone(ada, charlie, vision_lab, grace):
    _made, team = key_of(team=vision_lab)
    _made, limited = key_of(ada, rules=["algo://util/Echo"])
    own = durable_runs.enqueue(caller=key_of(ada)[1], call=call())
    teams = durable_runs.enqueue(caller=team, call=call())
    part = durable_runs.enqueue(caller=limited, call=call())
    whole = caller_on_page(ada, "")

    def seen(caller):
        return {row.pk for row in durable_runs.own_runs(caller=caller).rows}

    assert seen(whole) == {own.pk, part.pk}
    assert seen(limited) == {part.pk}
    assert seen(team) == {teams.pk}
    assert seen(caller_on_page(grace, "")) == set()
    assert seen(key_of(charlie)[1]) == set()
    for caller, pk in ((limited, own.pk), (team, own.pk), (whole, teams.pk)):
        for asked in (durable_runs.find_run, durable_runs.find_record):
            with pytest.raises(NotFound):
                asked(caller=caller, pk=pk)
        with pytest.raises(NotFound):
            durable_runs.cancel(caller=caller, pk=pk)


def test_the_record_of_a_run_that_was_waited_for_is_found(ada, charlie, vision_lab):
    for caller in (key_of(ada)[1], key_of(team=vision_lab)[1]):
        done = runs.execute(caller=caller, call=call())
        record = durable_runs.find_record(caller=caller, pk=done.run_id)
        told = durable_documents.record_document(record)
        assert (told["state"], told["algorithm"]) == ("succeeded", "util/Echo")
        with pytest.raises(NotFound):
            durable_runs.find_record(caller=key_of(charlie)[1], pk=done.run_id)


def test_lists_go_on_where_the_page_before_ended(caller):
    made = [durable_runs.enqueue(caller=caller, call=call()).pk for _ in range(5)]
    first = durable_runs.own_runs(caller=caller, limit=3)
    second = durable_runs.own_runs(caller=caller, limit=3, cursor=first.next_cursor)
    found = [row.pk for row in (*first.rows, *second.rows)]
    assert found == made[::-1]
    assert (first.total, second.next_cursor) == (5, "")
    assert durable_runs.own_runs(caller=caller, state="failed").rows == []
    for wrong in ({"limit": 0}, {"limit": 101}, {"cursor": "x"}, {"state": "odd"}):
        with pytest.raises(BadRequest):
            durable_runs.own_runs(caller=caller, **wrong)


def test_one_that_waits_is_cancelled_and_one_that_ran_is_not(caller, backend):
    run = durable_runs.enqueue(caller=caller, call=call())
    durable_runs.cancel(caller=caller, pk=run.pk)
    durable_runs.cancel(caller=caller, pk=run.pk)
    run = perform(run)
    assert (run.state, bytes(run.body)) == ("cancelled", b"")
    assert backend.asked == []
    done = perform(durable_runs.enqueue(caller=caller, call=call()))
    with pytest.raises(AlreadyOver):
        durable_runs.cancel(caller=caller, pk=done.pk)


def test_ended_runs_and_old_tasks_are_dropped_in_time(caller, settings):
    settings.VITRINE_ASYNC_KEPT_DAYS = 3
    ended = perform(durable_runs.enqueue(caller=caller, call=call()))
    waiting = durable_runs.enqueue(caller=caller, call=call())
    assert ended.expires_at - ended.finished_at == timedelta(days=3)
    assert durable_runs.drop_ended() == 0
    past = timezone.now() - timedelta(days=2)
    DurableRun.objects.filter(pk=ended.pk).update(expires_at=past)
    tasks = DBTaskResult.objects.filter(pk=ended.task_id)
    tasks.update(status="SUCCESSFUL", started_at=past)
    assert durable_runs.drop_ended() == 1
    assert DurableRun.objects.get() == waiting
    assert str(DBTaskResult.objects.get().pk) == waiting.task_id
    assert Run.objects.filter(pk=ended.pk).exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "odd"},
        {"state": "running"},
        {"state": "succeeded"},
        {"user": None},
        {"token": uuid4},
    ],
    ids=["state", "lease", "times", "holder", "token"],
)
def test_the_database_keeps_no_run_that_cannot_be(caller, broken):
    run = durable_runs.enqueue(caller=caller, call=call())
    values = {name: v() if callable(v) else v for name, v in broken.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        DurableRun.objects.filter(pk=run.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_the_threads_of_the_worker_perform_many_at_once(caller, backend, settings):
    settings.VITRINE_ASYNC_WORKERS = 3
    together = threading.Barrier(3)
    backend.script += [lambda: together.wait(timeout=20)] * 3
    made = [
        durable_runs.enqueue(caller=caller, call=call(b"%d" % number))
        for number in range(6)
    ]
    jobs = durable_reaping.Jobs()
    jobs.start()
    try:
        ends_at = time.monotonic() + 30
        while time.monotonic() < ends_at:
            if DurableRun.objects.filter(state=State.SUCCEEDED).count() == len(made):
                break
            time.sleep(0.05)
    finally:
        jobs.stop(seconds=5)
    results = [bytes(DurableRun.objects.get(pk=run.pk).result) for run in made]
    assert results == [b"0", b"1", b"2", b"3", b"4", b"5"]
    assert Run.objects.count() == 6
