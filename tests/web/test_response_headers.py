"""The headers of every kind of answer, by the rules that an A+ of Observatory asks for.

Asked of the product itself behind a proxy that ends TLS: static files are served by
WhiteNoise and /v1 in front of Django's middleware, which a test client does not see.
"""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from catalog.web.views import site
from catalog.wire import gateway
from tests.live_product import Product

if TYPE_CHECKING:
    from email.message import Message

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("https")]
SIX_MONTHS, YEAR = 15_768_000, 31_536_000


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    def one(self, name: str) -> str:
        """The value of a header that has to be there once."""
        values = self.headers.get_all(name) or []
        assert len(values) == 1, f"{name}: {values}"
        return values[0]

    @property
    def policy(self) -> dict[str, list[str]]:
        parts = [
            part.split() for part in self.one("Content-Security-Policy").split(";")
        ]
        return {part[0]: part[1:] for part in parts if part}

    @property
    def cookies(self) -> SimpleCookie:
        jar = SimpleCookie()
        for text in self.headers.get_all("Set-Cookie") or []:
            jar.load(text)
        return jar


class Behind:
    """The product as a proxy asks it; redirects are answers."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.host = f"127.0.0.1:{product.port}"

    def ask(self, method, path, *, body=None, secure=True, **headers) -> Answer:
        sent = {"X-Forwarded-For": "203.0.113.7", **headers}
        sent = {name.replace("_", "-"): value for name, value in sent.items()}
        sent["X-Forwarded-Proto"] = "https" if secure else "http"
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection = http.client.HTTPConnection("127.0.0.1", self.product.port)
        try:
            connection.request(method, path, body=body, headers=sent)
            got = connection.getresponse()
            return Answer(got.status, got.headers, got.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    settings = {"VITRINE_HTTPS": "true", "VITRINE_BEHIND_PROXY": "true"}
    product = Product(tmp_path_factory.mktemp("https") / "home", settings=settings)
    product.start()
    yield Behind(product)
    product.stop()


@pytest.fixture(scope="module")
def key(behind):
    behind.product.command("create_user", "ada")
    return behind.product.command("create_key", "--user", "ada", "--scope", "run")


# --- the rules --------------------------------------------------------------------


def forbids_inline(answer):
    for sources in answer.policy.values():
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & {
            *sources
        }
    for name in ("script-src", "object-src", "default-src"):
        assert "data:" not in answer.policy.get(name, [])


def starts_from_nothing(answer):
    assert answer.policy["default-src"] == ["'none'"]


def runs_only_our_scripts(answer):
    allowed = re.compile(r"'self'|'none'|'nonce-[\w+/=-]+'")
    for name in ("script-src", "style-src", "connect-src"):
        for source in answer.policy.get(name, []):
            assert allowed.fullmatch(source), source


def loads_no_plugins(answer):
    assert answer.policy.get("object-src", answer.policy["default-src"]) == ["'none'"]


def keeps_base_and_forms(answer):
    if "sandbox" in answer.policy:  # which allows neither, whatever they say
        return
    assert answer.policy["base-uri"] == ["'none'"]
    assert answer.policy["form-action"] in (["'self'"], ["'none'"])


def is_not_framed(answer):
    assert answer.policy["frame-ancestors"] == ["'none'"]
    assert answer.one("X-Frame-Options") == "DENY"


def stays_on_https(answer):
    parts = [
        part.strip() for part in answer.one("Strict-Transport-Security").split(";")
    ]
    ages = [int(part.partition("=")[2]) for part in parts if part.startswith("max-age")]
    assert ages[0] >= YEAR > SIX_MONTHS
    assert {"includeSubDomains", "preload"} <= set(parts)


def is_taken_as_its_type(answer):
    assert answer.one("X-Content-Type-Options") == "nosniff"


def tells_no_other_site(answer):
    assert answer.one("Referrer-Policy") in ("same-origin", "no-referrer")


def is_alone_in_its_process(answer):
    assert answer.one("Cross-Origin-Opener-Policy") == "same-origin"
    assert answer.one("Cross-Origin-Resource-Policy") == "same-origin"


def is_read_by_no_other_site(answer):
    allowed = [
        name for name in answer.headers if name.lower().startswith("access-control")
    ]
    assert allowed == []


def uses_no_devices(answer):
    policy = answer.one("Permissions-Policy")
    for device in ("camera", "geolocation", "microphone"):
        assert f"{device}=()" in policy


def guards_its_cookies(answer):
    for name, cookie in answer.cookies.items():
        assert cookie["secure"], name
        assert cookie["samesite"] in ("Lax", "Strict"), name
        assert not cookie["domain"], name
        if name in ("sessionid", "csrftoken", "messages"):
            assert cookie["httponly"], name


def says_little_of_the_server(answer):
    assert not answer.headers.get("X-Powered-By")
    assert not re.search(r"\d", answer.headers.get("Server", ""))


RULES = [
    forbids_inline,
    starts_from_nothing,
    runs_only_our_scripts,
    loads_no_plugins,
    keeps_base_and_forms,
    is_not_framed,
    stays_on_https,
    is_taken_as_its_type,
    tells_no_other_site,
    is_alone_in_its_process,
    is_read_by_no_other_site,
    uses_no_devices,
    guards_its_cookies,
    says_little_of_the_server,
]

SIGN_IN = "/settings/sign-in"
KINDS = {
    "start page": ("GET", "/", 200),
    "page": ("GET", "/nlp/GetSentiment", 200),
    "page as data": ("GET", "/nlp/GetSentiment.json", 200),
    "page as Markdown": ("GET", "/nlp/GetSentiment.md", 200),
    "form": ("GET", SIGN_IN, 200),
    "other spelling": ("GET", "/NLP/getsentiment", 302),
    "page for people": ("GET", "/settings/audit", 302),
    "not found": ("GET", "/nobody/Nothing", 404),
    "nothing below a page": ("GET", "/a/b/c/d/e", 404),
    "malformed": ("GET", "/search?q=a%00b", 400),
    "wrong method": ("POST", "/healthz", 403),
    "unknown method": ("PUT", "/", 405),
    "form without token": ("POST", SIGN_IN, 403),
    "probe": ("GET", "/healthz", 200),
    "readiness": ("GET", "/readyz", 200),
    "icon": ("GET", "/favicon.ico", 200),
    "picture": ("GET", "/nlp/GetSentiment/card.png", 200),
    "feed": ("GET", "/feeds/new.atom", 200),
    "sitemap": ("GET", "/sitemap.xml", 200),
    "robots": ("GET", "/robots.txt", 200),
    "for machines": ("GET", "/llms.txt", 200),
    "guide": ("GET", "/guide/", 200),
    "API": ("GET", "/api/v1/algorithms", 200),
    "API not found": ("GET", "/api/v1/nothing", 404),
    "API unknown caller": ("GET", "/api/v1/me", 401),
    "API refused": ("POST", "/api/v1/algorithms", 405),
    "description": ("GET", "/openapi.json", 200),
    "administration": ("GET", "/admin/", 302),
    "administration's door": ("GET", "/admin/login/?next=/admin/", 302),
    "static file that is none": ("GET", "/static/nothing.css", 404),
    "call unknown caller": ("POST", "/v1/algo/nlp/GetSentiment", 401),
    "call wrong method": ("GET", "/v1/algo/nlp/GetSentiment", 405),
    "call not found": ("GET", "/v1/nothing", 404),
}
OTHER_KINDS = ["style", "script", "drawing", "call", "raw call", "failed call", "host"]


@pytest.fixture(scope="module")
def answers(behind, key):
    """An answer of each kind, from one product."""
    found = {
        name: behind.ask(method, path) for name, (method, path, _s) in KINDS.items()
    }
    page = found["page"].body.decode()
    for name, ending in (("style", "css"), ("script", "js"), ("drawing", "svg")):
        address = re.search(rf'"(/static/[^"#]+\.{ending})', page)[1]
        found[name] = behind.ask("GET", address)
    call = {"Authorization": key, "Content_Type": "application/json"}
    echo = "/v1/algo/util/Echo"
    found["call"] = behind.ask("POST", echo, body=b'"<script>"', **call)
    found["raw call"] = behind.ask(
        "POST", f"{echo}?output=raw", body=b'"<script>"', **call
    )
    found["failed call"] = behind.ask("POST", echo, body=b"{", **call)
    found["host"] = behind.ask("GET", "/", Host="evil.example")
    return found


@pytest.mark.parametrize("kind", [*KINDS, *OTHER_KINDS])
def test_every_kind_of_answer_keeps_every_rule(answers, kind):
    answer = answers[kind]
    expected = KINDS.get(kind, (None, None, None))[2]
    statuses = {"host": 400, "failed call": 400}
    assert answer.status == expected or kind in OTHER_KINDS, kind
    if kind in OTHER_KINDS:
        assert answer.status == statuses.get(kind, 200)
    for rule in RULES:
        rule(answer)


def test_what_an_algorithm_gave_runs_nowhere(answers):
    assert answers["raw call"].body == b"<script>"
    for kind in ("call", "raw call"):
        assert "sandbox" in answers[kind].policy


def test_no_page_names_a_script_or_style_of_another_site(answers):
    for answer in answers.values():
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        for tag in re.findall(r"<(?:script|link)[^>]*>", answer.body.decode()):
            for address in re.findall(r'(?:src|href)="([^"]*)"', tag):
                assert re.match(r"/(?!/)", address), tag


def test_the_cookies_of_a_person_are_guarded(behind, key):
    page = behind.ask("GET", SIGN_IN)
    token = page.cookies["csrftoken"].value
    hidden = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page.body.decode())[1]
    forms = {"Cookie": f"csrftoken={token}", "Referer": f"https://{behind.host}/"}
    theme = urlencode({"csrfmiddlewaretoken": hidden, "theme": "dark"})
    chosen = behind.ask("POST", "/theme", body=theme, **forms)
    assert (chosen.status, chosen.cookies["theme"].value) == (302, "dark")
    password = behind.product.command("create_user", "nora")
    fields = {"login": "nora", "password": password, "csrfmiddlewaretoken": hidden}
    signed_in = behind.ask("POST", SIGN_IN, body=urlencode(fields), **forms)
    assert "sessionid" in signed_in.cookies, signed_in.body.decode()[:2000]
    for answer in (page, chosen, signed_in):
        for rule in RULES:
            rule(answer)


@pytest.mark.parametrize(
    "path", ["/", "/search?q=a%20b", "/nobody/Nothing", "/api/v1/algorithms", "/admin/"]
)
def test_http_leads_to_https_on_the_same_host(behind, path):
    answer = behind.ask("GET", path, secure=False)
    assert (answer.status, answer.one("Location")) == (
        301,
        f"https://{behind.host}{path}",
    )


def test_a_probe_inside_the_house_needs_no_tls(behind):
    assert behind.ask("GET", "/healthz", secure=False).status == 200
    assert behind.ask("GET", "/readyz", secure=False).status == 200


def test_a_call_over_http_is_refused_and_not_led_on(behind, key):
    call = {"Authorization": key, "Content_Type": "application/json"}
    answer = behind.ask("POST", "/v1/algo/util/Echo", body=b"1", secure=False, **call)
    assert answer.status == 403
    assert b"https" in answer.body
    assert not answer.headers.get("Location")


def test_no_tls_no_promise_of_it(product):
    """On a laptop there is no HSTS: it would lock the browser out of all its ports."""
    _status, headers, _body = product.get("/")
    assert headers["Strict-Transport-Security"] is None
    _status, headers, _body = product.request("POST", "/v1/algo/util/Echo")
    assert headers["Strict-Transport-Security"] is None
    assert headers["X-Content-Type-Options"] == "nosniff"


class _InProcess(dict):
    """Headers of a response of Django's, as the rules read them."""

    def get_all(self, name):
        return [value for key, value in self.items() if key.lower() == name.lower()]


IN_HTTPS = {
    "SECURE_SSL_REDIRECT": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": YEAR,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "HSTS": f"max-age={YEAR}; includeSubDomains; preload",
}


def test_a_failure_of_ours_keeps_the_rules(db, monkeypatch):
    def fails(**_kwargs):
        raise RuntimeError("planted")

    monkeypatch.setattr(site, "readiness", fails)
    with override_settings(**IN_HTTPS):
        client = Client(raise_request_exception=False)
        response = client.get("/readyz", secure=True)
    assert response.status_code == 500
    answer = Answer(500, _InProcess(response.items()), response.content)
    for rule in RULES:
        rule(answer)


def test_a_failed_call_keeps_the_rules(monkeypatch, settings):
    def fails(request):
        raise RuntimeError("planted")

    monkeypatch.setattr(gateway, "_match", lambda _path: (fails, {}))
    hsts = {"Strict-Transport-Security": IN_HTTPS["HSTS"]}
    settings.WIRE_HEADERS = {**settings.WIRE_HEADERS, **hsts}
    said = []
    environ = {
        "PATH_INFO": "/v1/algo/a/B",
        "REQUEST_METHOD": "POST",
        "REMOTE_ADDR": "203.0.113.8",
        "wsgi.input": BytesIO(),
    }
    application = gateway.WireGateway(lambda *_: [b""])
    body = application(environ, lambda status, headers: said.append((status, headers)))
    status, headers = said[0]
    assert status.startswith("500")
    answer = Answer(500, _InProcess(headers), b"".join(body))
    for rule in RULES:
        rule(answer)


def test_the_address_of_the_form_is_the_one_that_is_asked():
    assert reverse("account_login") == SIGN_IN
