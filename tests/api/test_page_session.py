"""The session of a page on /api: a write needs the token in its header."""

from __future__ import annotations

import pytest
from django.test import Client

DEEP = '{"a":' * 5_000
KINDS = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=B",
    "text/html",
]


@pytest.fixture
def browser(ada) -> Client:
    """Ada's, with its CSRF token at hand."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(ada)
    client.get("/settings/keys")
    return client


def token_of(client: Client) -> dict[str, str]:
    return {"X-CSRFToken": client.cookies["csrftoken"].value}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", ["a=1", DEEP, ""])
def test_no_body_breaks_the_check_of_the_token(browser, kind, body):
    for path in (
        "/api/v1/algorithms/ada/No/runs",
        "/api/v1/algorithms/ada/No/versions",
    ):
        without = browser.post(path, data=body, content_type=kind)
        assert without.status_code == 403, path
        headers = token_of(browser)
        answer = browser.post(path, data=body, content_type=kind, headers=headers)
        assert answer.status_code in {400, 404, 405, 415}, path


@pytest.mark.django_db
def test_a_token_in_the_body_counts_for_nothing(browser):
    body = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    answer = browser.post("/api/v1/algorithms/ada/No/runs", data=body)
    assert answer.status_code == 403
