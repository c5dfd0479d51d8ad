"""A request under one Idempotency-Key is done once, whatever happens to it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.keys import create_key
from catalog.execution import BackendUnavailable, QueueFull
from catalog.models import IdempotencyKey
from catalog.services import idempotency
from catalog.services.callers import caller_by_key, caller_on_page
from catalog.services.errors import (
    BadRequest,
    KeyReused,
    NotFound,
    OutcomeUnknown,
    RequestInFlight,
    SignInNeeded,
)
from catalog.services.idempotency import Answer, fingerprint_of, once

ANSWER = Answer(200, "application/json", b'{"result":"\xc3\xa9"}', {"Location": "/x"})


class Work:
    """Counts how often it was done."""

    def __init__(self, raises: Exception | None = None) -> None:
        self.ids = []
        self.raises = raises

    def __call__(self, run_id):
        self.ids.append(run_id)
        if self.raises:
            raise self.raises
        return ANSWER


@pytest.fixture
def caller(ada):
    return caller_on_page(ada, "192.0.2.1")


def send(caller, work, key="k-1", fingerprint="f" * 64):
    return once(caller=caller, key=key, fingerprint=fingerprint, work=work)


def test_the_second_request_is_answered_with_what_the_first_one_got(caller):
    work = Work()
    first, second = send(caller, work), send(caller, work)
    assert len(work.ids) == 1
    assert not first.is_replay
    assert second.is_replay
    assert (second.status, second.content_type, second.body, second.headers) == (
        200,
        "application/json",
        ANSWER.body,
        {"Location": "/x"},
    )


def test_another_request_under_the_same_key_is_refused(caller):
    work = Work()
    send(caller, work)
    with pytest.raises(KeyReused):
        send(caller, work, fingerprint="0" * 64)
    assert len(work.ids) == 1


def test_a_key_means_nothing_to_other_people_and_teams(caller, charlie, vision_lab):
    team_key = create_key(name="ci", scopes=["run"], team=vision_lab).secret
    work = Work()
    send(caller, work)
    for other in (caller_on_page(charlie, ""), caller_by_key(f"Bearer {team_key}")):
        assert not send(other, work, fingerprint="0" * 64).is_replay
    assert len(set(work.ids)) == 3


def test_a_key_is_one_quoted_and_bare_and_is_not_kept_itself(caller):
    work = Work()
    send(caller, work, key='"secret word"')
    assert send(caller, work, key=" secret word ").is_replay
    row = IdempotencyKey.objects.get()
    assert "secret word" not in str(row.__dict__)


@pytest.mark.parametrize("key", ["", " ", '""', "a" * 256, "caf\xe9", "a\x00b", "a\nb"])
def test_what_is_no_key_is_refused(caller, key):
    with pytest.raises(BadRequest):
        send(caller, Work(), key=key)


def test_a_reader_who_is_not_known_has_no_keys(db, anonymous):
    with pytest.raises(SignInNeeded):
        send(caller_on_page(anonymous, "192.0.2.1"), Work())


def test_while_the_first_is_at_work_the_second_is_told_so(caller):
    def nested(_run_id):
        with pytest.raises(RequestInFlight) as told:
            send(caller, Work())
        assert told.value.retry_after
        return ANSWER

    assert send(caller, nested) == ANSWER


@pytest.mark.parametrize(
    "raised",
    [
        NotFound("no"),
        QueueFull("full"),
        BackendUnavailable("away"),
    ],
    ids=lambda raised: type(raised).__name__,
)
def test_where_nothing_ran_the_key_is_free_again(caller, raised):
    with pytest.raises(type(raised)):
        send(caller, Work(raised))
    assert not send(caller, Work()).is_replay


@pytest.mark.parametrize(
    "raised",
    [BackendUnavailable("broke off", may_have_run=True), RuntimeError("bug")],
    ids=lambda raised: type(raised).__name__,
)
def test_what_may_have_run_is_never_run_again(caller, raised):
    work = Work(raised)
    with pytest.raises(type(raised)):
        send(caller, work)
    with pytest.raises(OutcomeUnknown, match=str(work.ids[0])):
        send(caller, work)
    assert len(work.ids) == 1


def test_after_a_crash_the_outcome_is_unknown_once_the_lease_is_over(caller, ada):
    now = timezone.now()
    row = IdempotencyKey.objects.create(
        user=ada,
        digest=idempotency._digest_of("k-1"),
        fingerprint="f" * 64,
        created_at=now,
        lease_until=now + timedelta(seconds=9),
    )
    work = Work()
    with pytest.raises(RequestInFlight):
        send(caller, work)
    IdempotencyKey.objects.update(lease_until=now - timedelta(seconds=1))
    with pytest.raises(OutcomeUnknown, match=str(row.pk)):
        send(caller, work)
    assert work.ids == []


def test_after_24_hours_a_key_is_new(caller):
    work = Work()
    send(caller, work)
    IdempotencyKey.objects.update(created_at=timezone.now() - idempotency.KEPT)
    assert not send(caller, work, fingerprint="0" * 64).is_replay
    IdempotencyKey.objects.update(created_at=timezone.now() - idempotency.KEPT)
    assert idempotency.drop_old_keys() == 1
    assert not IdempotencyKey.objects.exists()


def test_in_a_transaction_that_fails_the_key_is_gone_with_the_work(caller):
    @transaction.atomic
    def all_of_it():
        send(caller, Work())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        all_of_it()
    assert not IdempotencyKey.objects.exists()


def test_a_fingerprint_tells_where_one_part_ends():
    assert fingerprint_of("ab", "c") != fingerprint_of("a", "bc")
    assert fingerprint_of("\udc80") != fingerprint_of("")


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_does_the_work(ada):
    caller = caller_on_page(ada, "192.0.2.1")
    done, refused, answered = [], [], []
    together = threading.Barrier(12)

    def work(run_id):
        done.append(run_id)
        return ANSWER

    def request():
        together.wait()
        try:
            answered.append(send(caller, work))
        except RequestInFlight as told:
            refused.append(told)
        finally:
            connection.close()

    threads = [threading.Thread(target=request) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert len(answered) + len(refused) == 12
    assert sum(not answer.is_replay for answer in answered) == 1
