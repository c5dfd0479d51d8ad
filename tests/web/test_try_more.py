"""Links to inputs, the reader's own runs, views of a result, rows without script."""

from __future__ import annotations

import json
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from rows import listing

from catalog.models import Run, Visibility
from catalog.services.errors import RUN_STATUS
from catalog.services.pages.own_runs import REASONS

HTMX = {"HX-Request": "true"}
TRY = "/nlp/GetSentiment/try"
ROWS = {
    "type": "object",
    "properties": {
        "points": {
            "type": "array",
            "items": {"type": "object", "properties": {"x": {"type": "number"}}},
        }
    },
}


def ran(user, algorithm, **more):
    values = {
        "surface": Run.Surface.WIRE,
        "outcome": Run.Outcome.SUCCEEDED,
        "duration_ms": 12.0,
        "total_ms": 13.0,
        "input_bytes": 2,
        "output_bytes": 2,
        "created_at": timezone.now(),
    }
    row = {**values, **more}
    return Run.objects.create(user=user, version=algorithm.latest, **row)


def link_in(page: str) -> str:
    start = page.index('id="share-address"')
    return unescape(page[start:].split('value="', 1)[1].split('"', 1)[0])


def test_a_link_carries_the_input_and_opening_it_runs_nothing(client, sentiment):
    posted = {"mode": "form", "edit": "link", "input.text": 'a "b" & <c>'}
    link = link_in(client.post(f"{TRY}?input=form", posted).content.decode())
    asked = parse_qs(urlsplit(link).query)
    assert json.loads(asked["input"][0]) == {"text": 'a "b" & <c>'}
    page = unescape(client.get(link).content.decode())
    assert '>a "b" & <c></textarea>' in page
    assert "It has not been run" in page
    assert not Run.objects.exists()


def test_an_example_as_it_is_has_the_short_link(client, sentiment):
    text = sentiment.latest.examples.all()[1].input_text
    posted = {"mode": "json", "edit": "link", "json": text}
    page = client.post(f"{TRY}?input=json", posted).content.decode()
    assert link_in(page).endswith("/nlp/GetSentiment/try?example=1")


def test_an_input_too_long_for_a_link_says_so(client, sentiment):
    posted = {"mode": "form", "edit": "link", "input.text": "ü" * 2000}
    page = client.post(f"{TRY}?input=form", posted).content.decode()
    assert "too long for a link" in page
    assert "share-address" not in page


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '{"text": "</textarea><script>alert(1)</script>"}',
        '{"text": 5}',
        '{"__proto__": 1}',
        "[" * 3000,
        '{"text": "\\ud800"}',
    ],
)
def test_a_hostile_link_is_just_text(client, sentiment, text):
    response = client.get(TRY, {"input": text})
    assert response.status_code == 200
    assert b"<script>alert" not in response.content
    assert not Run.objects.exists()


def test_readers_see_their_own_runs_and_nobody_elses(client, ada, charlie, sentiment):
    ran(ada, sentiment)
    ran(ada, sentiment, outcome=Run.Outcome.FAILED, error_code="timeout")
    ran(charlie, sentiment, error_code="memory_limit", outcome=Run.Outcome.FAILED)
    assert b"Your runs" not in client.get(TRY).content
    client.force_login(ada)
    page = client.get(TRY).content.decode()
    part = page[page.index('id="own-runs"') :]
    assert "/v1" in part
    assert 'title="timeout">Failed</span> out of time' in part
    assert "memory_limit" not in part


def test_every_code_of_a_failed_run_has_a_reason_in_words():
    assert REASONS.keys() == RUN_STATUS.keys()


def test_recorded_examples_show_their_pictures(client, colors):
    page = client.get(f"{colors.get_absolute_url()}/try").content.decode()
    chain = page[page.index('class="chain"') :]
    address = unescape(chain.split('class="peek__picture" src="', 1)[1].split('"')[0])
    assert client.get(address)["Content-Type"].startswith("image/")
    assert "data:image/" not in chain


def test_runs_of_versions_that_are_hidden_now_are_not_shown(
    client, charlie, adas_private, ada
):
    ran(charlie, adas_private)
    client.force_login(charlie)
    assert client.get("/ada/AdasSecret/try").status_code == 404


def test_a_run_adds_itself_to_the_readers_runs(client, ada, sentiment, executor):
    client.force_login(ada)
    posted = {"mode": "form", "input.text": "fine"}
    part = client.post("/nlp/GetSentiment/run", posted, headers=HTMX).content.decode()
    assert 'id="own-runs"' in part
    assert "this page" in part


def test_a_view_is_asked_for_by_address(client, sentiment):
    page = client.get(TRY, {"view": "tree"}).content.decode()
    assert 'value="tree" form="trial-form" checked' in page
    junk = client.get(TRY, {"view": '"><script>'}).content.decode()
    assert 'value="json" form="trial-form" checked' in junk


def test_rows_come_and_go_without_script(client, ada):
    algorithm = listing(ada.owner, "Rows")
    algorithm.latest.input_schema = ROWS
    algorithm.latest.save()
    algorithm.latest.examples.all().delete()
    client.force_login(ada)
    place = "/ada/Rows/try?input=form"
    page = client.post(place, {"mode": "form", "edit": "add input.points"})
    assert 'name="input.points[0].x"' in page.content.decode()
    posted = {
        "mode": "form",
        "edit": "drop input.points 0",
        "input.points:row": ["0", "1"],
        "input.points[0].x": "1",
        "input.points[1].x": "2.50",
    }
    page = client.post(place, posted).content.decode()
    assert 'name="input.points[0].x"' not in page
    assert 'value="2.50"' in page


def test_an_unverified_algorithm_says_why_it_asks_to_sign_in(client, ada):
    algorithm = listing(ada.owner, "Fresh", visibility=Visibility.PUBLIC)
    algorithm.visibility = Visibility.PUBLIC
    algorithm.save()
    page = client.get("/ada/Fresh/try").content.decode()
    assert "Sign in to run" in page
    assert "not verified yet" in page


@pytest.mark.parametrize("edit", ["\x00", "add " + "[" * 9000, "drop input x", "up"])
def test_a_command_that_makes_no_sense_changes_nothing(client, sentiment, edit):
    posted = {"mode": "form", "edit": edit, "input.text": "kept"}
    response = client.post(f"{TRY}?input=form", posted)
    assert response.status_code == 200
    assert ">kept</textarea>" in response.content.decode()
