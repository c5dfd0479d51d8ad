"""`next` leads to paths of our own host, whatever is written into it."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest

PASSWORD = "correct horse battery"
#: published payloads for open redirects, with evil.example as the other host
PAYLOADS = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "http:///evil.example",
    "http:/\\evil.example",
    "/%2f%2fevil.example",
    "%2f%2fevil.example",
    "/%5cevil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    " //evil.example",
    "/ /evil.example",
    "//\u3000evil.example",
    "/\u2028/evil.example",
    "/\u200b/evil.example",
    "//evil。example",
    "//evil%E3%80%82example",
    "//testserver@evil.example",
    "https://testserver@evil.example/",
    "https://testserver:80@evil.example",
    "https://evil.example#testserver",
    "https://evil.example?testserver",
    "https://evil.example\\@testserver",
    "https://testserver.evil.example",
    "http://[::1]@evil.example",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "evil.example",
    "@evil.example",
    ".evil.example",
    "?next=//evil.example",
    "/\x00/evil.example",
    "ht\ttp://evil.example",
    "///\\;@evil.example",
    "/..//evil.example",
]
OURS = "http://testserver"


def host_of(location: str) -> str:
    """The host that a browser goes to: backslashes are slashes, tabs are nothing."""
    seen = location.replace("\\", "/")
    for letter in "\t\n\r":
        seen = seen.replace(letter, "")
    return urlsplit(urljoin(OURS + "/settings/sign-in", seen)).netloc


def test_the_list_is_long_enough():
    assert len(set(PAYLOADS)) >= 30


@pytest.mark.parametrize("payload", PAYLOADS)
def test_signing_in_leads_to_no_other_host(client, ada, payload):
    posted = {"login": "ada", "password": PASSWORD, "next": payload}
    answer = client.post("/settings/sign-in", posted)
    assert answer.status_code == 302
    assert host_of(answer["Location"]) == "testserver"


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("path", ["/settings/sign-in", "/settings/sign-up"])
def test_who_is_signed_in_is_led_to_no_other_host(client, ada, path, payload):
    client.force_login(ada)
    answer = client.get(path, {"next": payload})
    assert answer.status_code in {302, 400}
    if answer.status_code == 302:
        assert host_of(answer["Location"]) == "testserver"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_signing_out_leads_to_no_other_host(client, ada, payload):
    client.force_login(ada)
    answer = client.post("/settings/sign-out", {"next": payload})
    assert host_of(answer["Location"]) == "testserver"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_signing_up_leads_to_no_other_host(client, db, payload):
    posted = {"username": "nora", "password1": PASSWORD, "next": payload}
    answer = client.post("/settings/sign-up", posted)
    assert host_of(answer["Location"]) == "testserver"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_confirming_leads_to_no_other_host(client, ada, payload):
    client.force_login(ada)
    answer = client.post("/settings/confirm", {"next": payload, "password": PASSWORD})
    assert answer.status_code == 302
    assert host_of(answer["Location"]) == "testserver"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_text_on_the_page(client, ada, payload):
    answer = client.get("/settings/sign-in", {"next": payload})
    assert answer.status_code in {200, 400}
    page = answer.content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page.lower()


@pytest.mark.parametrize(
    "wanted", ["/search?q=a&sort=new", "/nlp/GetSentiment#top", "/guide/?q=%2F%2F"]
)
def test_our_own_pages_are_reached(client, ada, wanted):
    posted = {"login": "ada", "password": PASSWORD, "next": wanted}
    assert client.post("/settings/sign-in", posted)["Location"] == wanted


def test_a_link_in_the_page_keeps_what_is_wanted(client, ada):
    page = client.get("/settings/sign-in?next=/search").content.decode()
    assert 'href="/settings/sign-up?next=%2Fsearch"' in page
