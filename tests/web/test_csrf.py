"""No route of the whole product takes a POST of a browser without its token."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve

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


#: what a parameter of a pattern stands for where one word is not enough
NAMED = {"uuid": str(uuid4()), "collection_id": str(uuid4()), "ref": "word/word"}


def _filled(route):
    route = _without_groups(re.sub(r"\(\?<!.*?\)", "", route))
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES[m[1] or "str"], route)
    return re.sub(r"\.\*|[\^$?]|\\Z", "", route).replace("\\", "")


def _without_groups(route):
    """Put a value in the place of each named group; others stay as if taken."""
    while (start := route.find("(")) >= 0:
        depth, end = 1, start
        while depth:
            end += 1
            depth += {"(": 1, ")": -1}.get(route[end], 0)
        inside = route[start + 1 : end]
        named = re.match(r"\?P<(\w+)>", inside)
        value = NAMED.get(named[1], "word") if named else inside.removeprefix("?:")
        route = route[:start] + value + route[end + 1 :]
    return route


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
        assert resolve(route), route
        response = forger.post(route, {"name": "forged", "theme": "dark"})
        if response.status_code != 403:
            taken[route] = response.status_code
    # Whatever /api does not know is a 404 for everybody, and does nothing.
    assert taken == {"/api/": 404}
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
