"""No route of the whole product takes a POST of a browser without its token."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from catalog.models import AuditEntry
from catalog.wire.gateway import WireGateway

SAMPLES = {
    "int": "1",
    "uuid": str(uuid4()),
    "slug": "word",
    "path": "a/b",
    "str": "word",
}


def addresses(patterns, start=""):
    """An address for each route, its parameters filled in."""
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield "/" + _filled(start + route)
        else:
            yield from addresses(pattern.url_patterns, start + route)


def _filled(route):
    route = re.sub(r"\(\?P<\w+>[^)]*\)", "word", route)
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES[m[1] or "str"], route)
    return re.sub(r"\.\*|[\^$?]|\\Z", "", route).replace("\\", "")


ROUTES = sorted(set(addresses(get_resolver().url_patterns)))


def test_the_list_has_every_surface():
    assert len(ROUTES) > 150
    for start in ("/api/v1/", "/admin/", "/settings/", "/teams/", "/v1/", "/security/"):
        assert any(route.startswith(start) for route in ROUTES), start


@pytest.fixture
def forger(carol):
    """A curator's browser: nothing else stands in the way of a forged form."""
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(carol)
    return forger


def test_a_forged_form_is_refused_by_every_route(forger):
    before = AuditEntry.objects.count()
    taken = {}
    for route in ROUTES:
        response = forger.post(route, {"name": "forged", "theme": "dark"})
        if response.status_code != 403:
            taken[route] = response.status_code
    assert taken == {}
    assert AuditEntry.objects.count() == before


def test_a_token_of_another_site_is_none(forger):
    forger.cookies["csrftoken"] = "a" * 32
    response = forger.post("/theme", {"theme": "dark", "csrfmiddlewaretoken": "b" * 32})
    assert response.status_code == 403


def test_a_call_reads_no_cookie(forger):
    """/v1 has no forms to forge: a browser's cookie is not looked at."""
    session = forger.cookies["sessionid"].value
    said = []
    environ = {
        "PATH_INFO": "/v1/algo/nlp/GetSentiment",
        "REQUEST_METHOD": "POST",
        "REMOTE_ADDR": "203.0.113.20",
        "HTTP_COOKIE": f"sessionid={session}",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "1",
        "wsgi.input": BytesIO(b"1"),
    }
    WireGateway(lambda *_: [b""])(environ, lambda status, _h: said.append(status))
    assert said[0].startswith("401")
