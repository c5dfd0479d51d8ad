"""What a reader does in Try it: types, switches, runs, reads what went wrong."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rows import published

from catalog.models import Run

HTMX = {"HX-Request": "true"}
RUN = "/nlp/GetSentiment/run"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def form(text="what a lovely day", **more) -> dict:
    return {"mode": "form", "input.text": text, **more}


def test_the_panel_starts_with_the_recorded_example(client, sentiment):
    first, second = sentiment.latest.examples.all()[:2]
    page = unescape(client.get("/nlp/GetSentiment/try").content.decode())
    assert json.loads(first.input_text)["text"] in page
    assert "Recorded" in page
    other = client.get("/nlp/GetSentiment/try", {"example": 1})
    assert json.loads(second.input_text)["text"] in unescape(other.content.decode())


def test_a_run_answers_with_the_result_and_its_figures(client, sentiment, executor):
    response = client.post(RUN, form(), headers=HTMX)
    part = unescape(response.content.decode())
    assert response.status_code == 200
    assert "<html" not in part
    assert "Completed" in part
    assert "application/json" in part
    assert '"label"' in part
    assert "999 of 1,000 runs" in part
    run = Run.objects.get()
    assert (run.surface, run.outcome) == ("page", "succeeded")


def test_a_run_without_script_is_a_whole_page_with_what_was_typed(
    client, sentiment, executor
):
    page = unescape(client.post(RUN, form("I am glad")).content.decode())
    assert "<html" in page
    assert "Completed" in page
    assert ">I am glad</textarea>" in page


def test_a_run_on_the_first_tab_answers_on_the_first_tab(client, sentiment, executor):
    page = client.post(RUN, form("I am glad", on_overview=1)).content.decode()
    assert 'id="snippet"' in page
    assert "I am glad" in unescape(page)
    assert "Limits" in page


def test_a_field_that_does_not_fit_says_so_beside_it(client, sentiment, executor):
    response = client.post(RUN, form(**{"input.explain": "99"}), headers=HTMX)
    part = response.content.decode()
    assert response.status_code == 422
    assert re.search(r'id="t-\w+-error" hx-swap-oob="true"', part)
    assert "Must be at most 20; you sent 99." in part
    assert "Not run: the input does not fit." in part
    assert "InputError" not in part
    # at the field, and in the summary that links to it
    assert part.count("ust be at most 20") == 2
    assert not Run.objects.exists()


def test_a_number_that_is_none_is_named_at_its_field(client, sentiment, executor):
    page = client.post(RUN, form(**{"input.explain": "many"}))
    assert page.status_code == 422
    assert "Must be a whole number." in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()


def test_bad_json_stays_as_typed_with_the_place(client, sentiment, executor):
    response = client.post(RUN, {"mode": "json", "json": '{"text": "a",}'})
    page = unescape(response.content.decode())
    assert response.status_code == 400
    assert '{"text": "a",}' in page
    assert "line 1, column" in page


def test_form_and_json_hold_the_same_values(client, sentiment):
    to_json = client.post(
        "/nlp/GetSentiment/try?input=json",
        form('say "hi"', **{"input.explain": "3"}),
    )
    page = unescape(to_json.content.decode())
    assert '"text": "say \\"hi\\""' in page
    assert '"explain": 3' in page
    to_form = client.post(
        "/nlp/GetSentiment/try?input=form",
        {"mode": "json", "json": '{"text": "back again", "explain": 2}'},
    )
    page = to_form.content.decode()
    assert ">back again</textarea>" in page
    assert 'value="2"' in page


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not valid JSON"),
        ('{"text": "a", "other": 1}', "is not known here"),
        ('{"text": "a", "text": "b"}', "occurs twice"),
        ('{"text": "\\ud800"}', "surrogate"),
    ],
)
def test_json_that_no_form_can_hold_stays_json_with_the_reason(
    client, sentiment, text, reason
):
    response = client.post(
        "/nlp/GetSentiment/try?input=form", {"mode": "json", "json": text}
    )
    page = unescape(response.content.decode())
    assert response.status_code == 200
    assert 'name="json"' in page
    assert reason in page


def test_an_algorithms_failure_shows_its_type_message_and_trace(client, db, executor):
    published("testing/RaiseException")
    response = client.post(
        "/testing/RaiseException/run",
        {
            "mode": "json",
            "json": '{"message": "No <luck>", "error_type": "ParsingError"}',
        },
        headers=HTMX,
    )
    part = response.content.decode()
    assert response.status_code == 400
    assert "No &lt;luck&gt;" in part
    assert "ParsingError" in part
    assert "algorithm.py" in part


def test_a_file_becomes_the_input_and_its_colors_come_back(client, colors, executor):
    photo = SimpleUploadedFile("red.png", PIXEL, content_type="image/png")
    response = client.post(
        "/media/DominantColors/run",
        {"mode": "form", "input.image": photo, "input.colors": "1"},
        headers=HTMX,
    )
    part = unescape(response.content.decode())
    assert response.status_code == 200, part
    assert "Completed" in part
    assert '"share"' in part


def test_the_examples_picture_is_run_without_being_sent(client, colors, executor):
    response = client.post(
        "/media/DominantColors/run",
        {"mode": "form", "example": "0", "input.image": "example:0/image"},
        headers=HTMX,
    )
    assert response.status_code == 200
    assert "Completed" in response.content.decode()


def test_while_the_backend_is_away_the_recorded_result_stands_in(
    client, sentiment, no_executor
):
    response = client.post(RUN, form(), headers=HTMX)
    part = response.content.decode()
    assert response.status_code == 503
    assert "does not answer right now" in part
    assert "a recorded run, not yours" in part
    assert "Recorded" in part


def test_source_that_nobody_trusted_does_not_run(client, ada, sentiment, executor):
    sentiment.latest.is_trusted = False
    sentiment.latest.save()
    client.force_login(ada)
    page = client.get("/nlp/GetSentiment/try").content.decode()
    assert "This source does not run here" in page
    assert 'id="run" disabled' in page
    assert client.post(RUN, form(), headers=HTMX).status_code == 503


def test_an_anonymous_reader_is_asked_to_sign_in_where_the_operator_says_so(
    client, sentiment, settings, executor
):
    settings.VITRINE_ANONYMOUS_RUNS = False
    page = client.get("/nlp/GetSentiment").content.decode()
    assert "Sign in to run" in page
    response = client.post(RUN, form(), headers=HTMX)
    assert response.status_code == 401
    assert not Run.objects.exists()


def test_the_hours_runs_are_counted(client, sentiment, settings, executor):
    settings.VITRINE_RUNS_PER_HOUR = 1
    assert client.post(RUN, form(), headers=HTMX).status_code == 200
    refused = client.post(RUN, form(), headers=HTMX)
    assert refused.status_code == 429
    assert "runs are used up" in refused.content.decode()


def test_an_input_that_never_ran_costs_no_run(client, sentiment, executor):
    refused = client.post(RUN, form(text=""), headers=HTMX)
    assert refused.status_code == 422
    part = unescape(client.post(RUN, form(), headers=HTMX).content.decode())
    assert "999 of 1,000 runs" in part


def test_a_strangers_run_of_a_private_listing_is_not_found(
    client, charlie, adas_private, executor
):
    client.force_login(charlie)
    response = client.post("/ada/AdasSecret/run", form())
    assert response.status_code == 404
    missing = client.post("/ada/NoSuchThing/run", form())
    assert response.content == missing.content


def test_a_run_never_redirects(client, sentiment, executor):
    response = client.post("/NLP/getsentiment/run", form(), headers=HTMX)
    assert response.status_code == 200


def test_who_comes_back_to_the_run_finds_the_panel(client, sentiment):
    assert client.get(RUN)["Location"] == "/nlp/GetSentiment/try"


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"mode": "x", "example": "-1", "version": "../..", "input": "\x00"},
        {"mode": "json", "json": "\x00"},
        {"mode": "json", "json": "[" * 5000},
        {"mode": "form", "input.image": "example:99999999", "example": "9" * 400},
        {"mode": "form", "input.text": "\x00\u202e", "version": "1.0.x"},
    ],
)
@pytest.mark.parametrize("place", ["run", "try", "use/curl", "key"])
def test_junk_is_refused_and_never_a_server_error(
    client, ada, sentiment, no_executor, posted, place
):
    client.force_login(ada)
    for headers in ({}, HTMX):
        response = client.post(f"/nlp/GetSentiment/{place}", posted, headers=headers)
        assert response.status_code < 500 or response.status_code == 503
