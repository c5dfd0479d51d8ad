"""Webhooks of durable runs: when they are due, who signs them, when they end."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from catalog.egress import EgressAnswer, EgressFailed, EgressRefused, EgressSession
from catalog.models import DurableRun, WebhookDelivery, WebhookSecret
from catalog.services import webhook_secrets, webhooks
from catalog.services.callers import caller_on_page
from catalog.services.durable_documents import document_of
from catalog.services.durable_outcomes import release_webhook
from catalog.services.errors import BadRequest, Forbidden, NotFound, SignInNeeded

URL = "https://hooks.example.org/vitrine"


@pytest.fixture
def sent(monkeypatch):
    """What was sent, and what the next attempts are answered; 200 after those."""

    class Sent(list):
        answers: list

    sent = Sent()
    sent.answers = []

    def request(_self, method, url, *, body, headers, **_limits):
        sent.append((method, url, headers, body))
        answer = sent.answers.pop(0) if sent.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return EgressAnswer(answer, {}, b"")

    monkeypatch.setattr(EgressSession, "request", request)
    return sent


def ended_run(user, *, url=URL, **more) -> WebhookDelivery:
    now = timezone.now()
    values = {
        "state": "succeeded",
        "result": b'{"a":1}',
        "result_type": "json",
        "finished_at": now,
        "expires_at": now,
        **more,
    }
    run = DurableRun.objects.create(
        id=uuid7(),
        user=user,
        is_by_key=False,
        owner_name="util",
        algorithm_name="Echo",
        number="1.0.0",
        surface="api",
        content_type="json",
        input_bytes=1,
        created_at=now,
        **values,
    )
    WebhookDelivery.objects.create(run=run, url=url)
    release_webhook(run)
    return WebhookDelivery.objects.get(run=run)


def make_due() -> None:
    WebhookDelivery.objects.filter(state="waiting").update(next_at=timezone.now())


def test_a_run_that_has_not_ended_is_not_told_of(ada, sent):
    webhook_secrets.make_secret(viewer=ada)
    delivery = ended_run(ada)
    WebhookDelivery.objects.update(state="held", next_at=None)
    assert not webhooks.deliver_next()
    release_webhook(delivery.run)
    assert webhooks.deliver_next()
    assert not webhooks.deliver_next()
    assert len(sent) == 1


def test_it_is_signed_by_the_secret_and_for_a_day_by_the_one_before(ada, sent):
    former = webhook_secrets.make_secret(viewer=ada)
    secret = webhook_secrets.make_secret(viewer=ada)
    delivery = ended_run(ada)
    webhooks.deliver_next()
    method, url, headers, body = sent[0]
    assert (method, url) == ("POST", URL)
    assert body == document_of(delivery.run, with_webhook=False)
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body

    def signature(text):
        key = base64.b64decode(text.removeprefix("whsec_"))
        made = hmac.new(key, content, hashlib.sha256).digest()
        return f"v1,{base64.b64encode(made).decode()}"

    signed = headers["webhook-signature"].split(" ")
    assert signed == [signature(secret), signature(former)]
    past = timezone.now() - webhook_secrets.FORMER
    WebhookSecret.objects.update(created_at=past)
    ended_run(ada)
    webhooks.deliver_next()
    assert len(sent[1][2]["webhook-signature"].split(" ")) == 1


def test_the_signature_is_that_of_the_standard():
    """The example of the specification of Standard Webhooks."""
    headers = webhooks.signed(
        b'{"test": 2432232314}',
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        when=datetime.fromtimestamp(1614265330, tz=UTC),
        keys=[base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
    )
    assert headers["webhook-signature"] == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_secrets_are_sealed_and_of_one_holder(ada, charlie, grace, linus, anonymous):
    secret = webhook_secrets.make_secret(viewer=ada)
    team = webhook_secrets.make_secret(viewer=grace, team="visionlab")
    assert secret != team
    for row in WebhookSecret.objects.all():
        assert "whsec_" not in row.sealed
    assert webhook_secrets.has_secret({"user_id": ada.pk})
    assert not webhook_secrets.has_secret({"user_id": charlie.pk})
    assert not webhook_secrets.has_secret({"user_id": grace.pk})
    with pytest.raises(Forbidden):
        webhook_secrets.make_secret(viewer=linus, team="visionlab")
    with pytest.raises(NotFound):
        webhook_secrets.make_secret(viewer=charlie, team="visionlab")
    with pytest.raises(SignInNeeded):
        webhook_secrets.make_secret(viewer=anonymous)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (500, "HTTP 500"),
        (302, "HTTP 302"),
        (EgressFailed("No whole answer in 15 s."), "No whole answer in 15 s."),
        (EgressRefused("10.0.0.1 is inside."), "not sent: 10.0.0.1 is inside."),
    ],
    ids=["500", "redirect", "failed", "refused"],
)
def test_what_is_not_taken_is_sent_again_later_and_not_for_ever(
    ada, sent, answer, said
):
    webhook_secrets.make_secret(viewer=ada)
    ended_run(ada)
    pauses = []
    sent.answers = [answer] * 20
    while webhooks.deliver_next():
        kept = WebhookDelivery.objects.get()
        assert kept.last_answer == said
        if kept.next_at is None:
            break
        pauses.append(round((kept.next_at - timezone.now()).total_seconds(), -1))
        make_due()
    assert (kept.state, kept.attempts) == ("failed", 8)
    assert pauses == sorted(pauses)
    assert len({headers["webhook-id"] for _m, _u, headers, _b in sent}) == 1


def test_a_receiver_that_is_gone_for_good_ends_it(ada, sent):
    webhook_secrets.make_secret(viewer=ada)
    ended_run(ada)
    sent.answers = [410]
    webhooks.deliver_next()
    assert WebhookDelivery.objects.get().state == "failed"


def test_an_attempt_whose_worker_was_killed_is_made_again(ada, sent):
    webhook_secrets.make_secret(viewer=ada)
    ended_run(ada)
    assert webhooks._take() is not None
    assert webhooks._take() is None
    soon = timezone.now() + webhooks.LEASE + timedelta(seconds=1)
    assert WebhookDelivery.objects.get().next_at < soon
    make_due()
    webhooks.deliver_next()
    kept = WebhookDelivery.objects.get()
    assert (kept.state, kept.attempts) == ("delivered", 2)


def test_new_ones_do_not_wait_behind_those_that_fail(ada, sent):
    webhook_secrets.make_secret(viewer=ada)
    failing = ended_run(ada, url=f"{URL}/silent")
    sent.answers = [500]
    webhooks.deliver_next()
    make_due()
    WebhookDelivery.objects.filter(pk=failing.pk).update(
        next_at=timezone.now() - timedelta(hours=1)
    )
    ended_run(ada)
    webhooks.deliver_next()
    assert sent[-1][1] == URL


def test_without_a_secret_nothing_is_sent(ada, sent):
    ended_run(ada)
    webhooks.deliver_next()
    assert sent == []
    assert "secret" in WebhookDelivery.objects.get().last_answer
    with pytest.raises(BadRequest, match="Make a secret first"):
        webhooks.check_webhook(caller=caller_on_page(ada, ""), url=URL)


def test_a_large_result_is_left_out(ada, sent):
    webhook_secrets.make_secret(viewer=ada)
    ended_run(ada, result=b'"' + b"x" * 300_000 + b'"')
    webhooks.deliver_next()
    assert b'"result_omitted":true' in sent[0][3]
    assert len(sent[0][3]) < 2000
