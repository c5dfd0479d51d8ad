"""What a reader does in Use it: picks a language, changes the input, makes a key."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

import pytest

from accounts.models import ApiKey
from catalog.snippets import SnippetCall, render, shown_targets

HTMX = {"HX-Request": "true"}
CODE = "/nlp/GetSentiment/use/curl"
KEY = "/nlp/GetSentiment/key"


class Text(HTMLParser):
    """The text of the first `pre` of a page, as a browser copies it."""

    def __init__(self):
        super().__init__()
        self.depth, self.text, self.done = 0, "", False

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser's signature
        self.depth += tag == "pre" and not self.done

    def handle_endtag(self, tag):
        if tag == "pre" and self.depth:
            self.depth, self.done = 0, True

    def handle_data(self, data):
        self.text += data if self.depth else ""


def copied(page: str) -> str:
    parser = Text()
    parser.feed(page)
    return parser.text


@pytest.mark.parametrize("target", [target.key for target in shown_targets()])
def test_the_copied_text_is_the_generated_code(client, sentiment, target):
    typed = '{"text": "<b>\\u0027 & $HOME `x` \\\\ \\"quoted\\""}'
    response = client.post(
        f"/nlp/GetSentiment/use/{target}",
        {"mode": "json", "json": typed},
        headers=HTMX,
    )
    number = sentiment.latest.number
    url = f"http://testserver/v1/algo/nlp/GetSentiment/{number}"
    made = render(target, SnippetCall(url=url, body=typed))
    assert copied(response.content.decode()) == made.code


def test_the_code_carries_what_the_form_holds(client, sentiment):
    typed = {"mode": "form", "input.text": "typed by hand", "input.explain": "3"}
    part = client.post(CODE, typed, headers=HTMX).content.decode()
    assert "<html" not in part
    assert "typed by hand" in part
    page = client.post(CODE, typed).content.decode()
    assert "<html" in page
    assert "typed by hand" in page


def test_links_carry_short_input_and_buttons_long_input(client, sentiment):
    short = client.post(CODE, {"mode": "json", "json": '{"text": "short"}'})
    address = next(
        part.split('"')[0]
        for part in short.content.decode().split('href="')
        if part.startswith("/nlp/GetSentiment/use/python") and "json=" in part
    )
    assert "short" in copied(client.get(unescape(address)).content.decode())
    long = '{"text": "%s"}' % ("long " * 1000)
    page = client.post(CODE, {"mode": "json", "json": long}).content.decode()
    assert 'formaction="/nlp/GetSentiment/use/python-requests"' in page


def test_input_that_cannot_be_sent_leaves_the_examples(client, sentiment):
    part = client.post(CODE, {"mode": "json", "json": "{"}, headers=HTMX)
    assert part.status_code == 200
    assert "The code shows the example" in part.content.decode()


def test_the_executed_badge_names_toolchain_and_day(client, sentiment):
    page = client.get("/nlp/GetSentiment/use/curl").content.decode()
    assert "Executed in our tests" in page
    assert "curl " in page


def test_an_unknown_target_is_not_found(client, sentiment):
    assert client.get("/nlp/GetSentiment/use/cobol").status_code == 404


def test_the_last_language_is_remembered_for_all_pages(client, sentiment):
    client.get("/nlp/GetSentiment/use/curl")
    page = client.get("/nlp/GetSentiment")
    assert page.context["page"].use.chosen.key == "curl"


def test_a_signed_in_reader_makes_a_key_for_the_snippet(client, ada, sentiment):
    client.force_login(ada)
    typed = {"mode": "json", "json": '{"text": "mine"}', "target": "curl"}
    response = client.post(KEY, typed, headers=HTMX)
    part = response.content.decode()
    key = ApiKey.objects.get(user=ada)
    assert key.scopes == ["run"]
    assert key.rules == ["algo://nlp/GetSentiment"]
    assert f"vtr_{key.lookup}" in copied(part)
    assert "mine" in copied(part)
    assert "no-store" in response["Cache-Control"]
    for target in shown_targets():
        assert f"panel-{target.key}" in part
    again = client.post(CODE, typed, headers=HTMX).content.decode()
    assert f"vtr_{key.lookup}" not in again
    assert f"vtr_{key.lookup}" not in client.get("/settings/keys").content.decode()[
        : -len(key.lookup)
    ].replace(f"vtr_{key.lookup}…", "")


def test_without_script_every_languages_code_follows_with_the_key(
    client, ada, sentiment
):
    client.force_login(ada)
    page = client.post(KEY, {"mode": "json", "json": "{}", "target": "curl"})
    lookup = ApiKey.objects.get().lookup
    assert page.content.decode().count(f"vtr_{lookup}") > len(shown_targets())
    assert "<template" not in page.content.decode()


def test_an_anonymous_reader_is_offered_to_sign_in_and_gets_no_key(client, sentiment):
    page = client.get(CODE).content.decode()
    assert "Sign in to make a key" in page
    assert "Reads the key from <code>VITRINE_API_KEY</code>" in page
    response = client.post(KEY, {"target": "curl"})
    assert response.status_code == 401
    assert not ApiKey.objects.exists()


def test_a_target_that_is_none_makes_no_key(client, ada, sentiment):
    client.force_login(ada)
    assert client.post(KEY, {"target": "bogus"}).status_code == 404
    assert not ApiKey.objects.exists()


def test_a_key_is_never_made_by_following_a_link(client, ada, sentiment):
    client.force_login(ada)
    assert client.get(KEY)["Location"] == "/nlp/GetSentiment/use"
    assert not ApiKey.objects.exists()


def test_no_key_is_made_for_what_is_not_there(client, charlie, adas_private):
    client.force_login(charlie)
    assert client.post("/ada/AdasSecret/key", {"target": "curl"}).status_code == 404
    assert not ApiKey.objects.exists()
