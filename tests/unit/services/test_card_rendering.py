"""Cards wait, are rendered one by one, and wait again for a newer renderer."""

from __future__ import annotations

import sys
import threading
import time

import pytest
from django.core.management import CommandError, call_command

from catalog.content.card_text import plain_of
from catalog.content.renderer import RENDERER_VERSION, process
from catalog.models import Card
from catalog.services.cards import (
    RendererUnavailable,
    card_for,
    is_current,
    keep_rendering,
    render_waiting,
)

pytestmark = pytest.mark.django_db

FRONT = "---\nlicense: mit\nx: [1]\n---\n"


def test_a_card_is_stored_at_once_and_waits():
    card = card_for(source=f"{FRONT}# One\n\nWords.")
    assert (card.renderer, card.html) == (0, "")
    assert card.plain == "One Words."
    assert card.meta == {"license": "mit", "x": [1]}
    assert not is_current(card)


def test_waiting_cards_are_rendered_the_newest_first():
    made = [card_for(source=f"# Model {n}").pk for n in range(3)]
    said = []
    assert render_waiting(limit=2, progress=lambda *words: said.append(words)) == 2
    assert said == [(0, 2), (1, 2), (2, 2)]
    assert Card.objects.get(renderer=0).pk == made[0]
    assert render_waiting() == 1
    assert render_waiting() == 0
    newest = Card.objects.get(pk=made[2])
    assert newest.html == '<h2 id="card-model-2">Model 2</h2>'
    assert newest.toc == [{"level": 2, "id": "card-model-2", "title": "Model 2"}]
    assert is_current(newest)


@pytest.mark.parametrize("version", [RENDERER_VERSION - 1, RENDERER_VERSION + 1])
def test_cards_of_another_renderer_wait_again(version):
    card = card_for(source="# One")
    render_waiting()
    Card.objects.update(renderer=version, html="<script>old</script>")
    card.refresh_from_db()
    assert not is_current(card)
    assert render_waiting() == 1
    card.refresh_from_db()
    assert card.html.startswith("<h2")


def test_the_same_text_is_stored_and_rendered_once():
    first = card_for(source="# One")
    render_waiting()
    assert card_for(source="# One").pk == first.pk
    assert render_waiting() == 0


def test_front_matter_is_no_part_of_what_is_rendered():
    card = card_for(source=f"{FRONT}Words.")
    render_waiting()
    card.refresh_from_db()
    assert card.html == "<p>Words.</p>"


def test_a_card_that_cannot_be_rendered_does_not_hold_the_others_up():
    bomb = card_for(source="[" * 40_000)
    fine = card_for(source="# Fine")
    began = time.monotonic()
    assert render_waiting() == 2
    assert time.monotonic() - began < 20
    bomb.refresh_from_db()
    fine.refresh_from_db()
    assert (bomb.is_fallback, fine.is_fallback) == (True, False)
    assert render_waiting() == 0, "it is not tried again and again"


def test_a_stop_is_heard_between_two_cards():
    for n in range(5):
        card_for(source=f"# {n}")
    asked = []
    render_waiting(is_over=lambda: bool(asked.append(1)) or len(asked) > 2)
    assert Card.objects.filter(renderer=RENDERER_VERSION).count() == 2


def test_where_the_renderer_does_not_start_the_cards_wait_on(monkeypatch):
    card_for(source="# One")
    process().kill()
    with monkeypatch.context() as changed:
        changed.setattr(sys, "executable", "/no/such/python")
        with pytest.raises(RendererUnavailable):
            render_waiting()
        with pytest.raises(CommandError, match="could not be started"):
            call_command("render_cards")
    assert Card.objects.get().renderer == 0
    assert render_waiting() == 1


def test_the_command_renders_all(capsys):
    for n in range(3):
        card_for(source=f"# {n}")
    call_command("render_cards")
    assert capsys.readouterr().out == "3 rendered\n"


@pytest.mark.django_db(transaction=True)
def test_the_worker_s_thread_renders_until_it_is_stopped():
    stop = threading.Event()
    thread = threading.Thread(target=keep_rendering, kwargs={"stop": stop})
    thread.start()
    card = card_for(source="# Later")
    until = time.monotonic() + 20
    while not is_current(card) and time.monotonic() < until:
        time.sleep(0.05)
        card.refresh_from_db()
    stop.set()
    thread.join(timeout=10)
    assert is_current(card)
    assert not thread.is_alive()


def test_storing_takes_no_time_whatever_the_card_is():
    for piece in ("[", "![", "[a](", "<![CDATA[", "<div>", "<a><em><b>", "> ", "|a"):
        text = piece * (250_000 // len(piece))
        began = time.monotonic()
        card = card_for(source=text)
        assert time.monotonic() - began < 2, piece
        assert card.plain == plain_of(text)
