"""What holds for every page: headers, errors, probes, theme, script and style."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from catalog.web.views import finding

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
STYLES = sorted((ROOT / "static/css").rglob("*.css"))
LONGEST_SCRIPT = 60
# a combobox has a keyboard, a pointer, a list and an announcement
LONGER = {"suggest": 150}


def test_a_page_allows_no_inline_script_or_style(client, sentiment):
    response = client.get("/nlp/GetSentiment")
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "style-src 'self'" in policy
    page = response.content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert re.findall(r"<script(?![^>]* src=)", page) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nlp%00/x", 400),
        ("/search?q=a%00b", 400),
        ("/a/b/c/d/e/f", 404),
        ("/%F0%9F%98%80", 404),
        ("/%ff%fe", 404),
        ("/" + "x" * 4000, 404),
        ("/nlp/GetSentiment/versions/999999999999999999.0.0", 404),
        ("/nlp/GetSentiment/versions/1.0.0/examples/99999999999999999999/picture", 404),
    ],
)
def test_a_malformed_address_is_refused(client, sentiment, path, status):
    assert client.get(path).status_code == status


def test_a_body_over_the_limit_is_413(client, sentiment):
    response = client.post(
        "/nlp/GetSentiment/run",
        b"",
        content_type="text/plain",
        CONTENT_LENGTH="99999999",
    )
    assert response.status_code == 413
    assert "at most 10 MiB" in response.content.decode()


def test_a_form_without_its_token_is_refused_with_a_way_on(sentiment):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/nlp/GetSentiment/run", {"mode": "form"})
    assert response.status_code == 403
    assert "reload the page" in response.content.decode()


def test_a_bug_answers_without_saying_why(client, sentiment, monkeypatch):
    def broken(**_anything):
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(finding.listing, "find", broken)
    client.raise_request_exception = False
    response = client.get("/search")
    assert response.status_code == 500
    assert "secret of the house" not in response.content.decode()
    assert "The server failed" in response.content.decode()


def test_the_theme_is_a_cookie_that_the_server_writes_out(client, db):
    response = client.post("/theme", {"theme": "dark", "next": "/search"})
    assert response["Location"] == "/search"
    assert '<html lang="en" data-theme="dark">' in client.get("/").content.decode()
    client.post("/theme", {"theme": "<script>", "next": "https://evil.example"})
    assert '<html lang="en" data-theme="dark">' in client.get("/").content.decode()
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/").content.decode()


def test_the_probes_answer(client, db, no_executor):
    assert client.get("/healthz").json() == {"ok": True}
    response = client.get("/readyz")
    told = response.json()
    assert response.status_code == 503
    assert told["database"] == {"ok": True}
    assert told["executor"]["ok"] is False
    assert "sandbox" in told["executor"]
    assert "documents" not in told["index"], "a count of private rows is for staff"


def test_staff_see_the_details_of_readiness(client, carol, no_executor):
    client.force_login(carol)
    assert "detail" in client.get("/readyz").json()["executor"]


def test_browsers_find_the_icon_where_they_look(client, db):
    assert client.get("/favicon.ico")["Content-Type"] == "image/svg+xml"


def test_htmx_may_neither_evaluate_nor_load_from_elsewhere(client, db):
    page = client.get("/").content.decode()
    found = re.search(r'name="htmx-config" content="([^"]+)"', page)
    told = json.loads(found.group(1).replace("&quot;", '"'))
    assert told["allowEval"] is False
    assert told["includeIndicatorStyles"] is False
    assert told["allowScriptTags"] is False
    assert told["selfRequestsOnly"] is True


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_one_short_behavior_that_imports_nothing(path):
    source = path.read_text()
    assert len(source.splitlines()) <= LONGER.get(path.stem, LONGEST_SCRIPT)
    assert source.startswith("// ")
    assert not re.search(r"^import |import\(", source, re.MULTILINE)
    assert "document.addEventListener(" in source
    pages = (ROOT / "templates").rglob("*.html")
    loads = re.compile(rf'{{% scripts [^%]*"{path.stem}"')
    assert any(loads.search(page.read_text()) for page in pages)


def test_every_style_sheet_is_in_a_layer():
    entry = (ROOT / "static/css/app.css").read_text()
    assert entry.startswith(
        "@layer reset, tokens, base, layout, components, utilities;"
    )
    imported = set(re.findall(r'@import url\("([^"]+)"\) layer\(\w+\);', entry))
    present = {str(path.relative_to(ROOT / "static/css")) for path in STYLES}
    assert imported == present - {"app.css"}


def test_every_icon_that_a_page_names_is_drawn():
    drawn = set(re.findall(r'id="i-([\w-]+)"', (ROOT / "static/icons.svg").read_text()))
    templates = "\n".join(
        path.read_text() for path in (ROOT / "templates").rglob("*.html")
    )
    named = set(re.findall(r'{% icon "([\w-]+)"', templates))
    assert named <= drawn
