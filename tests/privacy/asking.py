"""Asking the product as an outsider, and what of an answer may differ by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from addresses import ARGUMENTS, MACHINES, routes

if TYPE_CHECKING:
    from django.test import Client

#: made anew for each answer, or counting down: nothing else is masked
_MASKS = [
    (re.compile(rb'(csrfmiddlewaretoken" value="|x-csrftoken": ")[^"]*'), rb"\1"),
    (re.compile(rb'nonce="[^"]*"'), b"nonce"),
    (re.compile(rb"urn:uuid:[0-9a-f-]{36}"), b"urn"),
    (re.compile(rb"\b\d+(\.\d+)? ?ms\b( \(?search)?"), b"ms"),
    (re.compile(rb'"took_ms":[0-9.]+'), b"took"),
]
_TIMES = re.compile(rb"<time .*?</time>")
_HEADER_MASKS = {
    "Date": re.compile(r".*"),
    "Expires": re.compile(r".*"),
    "Content-Security-Policy": re.compile(r"'nonce-[^']*'"),
    "RateLimit": re.compile(r";[rt]=\d+"),
    "Retry-After": re.compile(r".*"),
}
PUBLIC = [("ada", "OpenHarbor"), ("harborlab", "OpenPier"), ("visionlab", "Shared01")]
PRIVATE = [
    ("harborlab", "Periscope"),
    ("harborlab", "Quadrant"),
    ("harborlab", "Withdrawn"),
    ("ghostcrew", "TideTable"),
    ("ghostfleet", "Xylograph"),
    ("ada", "Formerly"),
    ("harborlab", "Nothing"),
]
OWNERS = ["ada", "harborlab", "ghostcrew", "ghostfleet", "nobody-here", "ADA"]
NUMBERS = ["1.0.0", "9.0.3", "9.0.17", "9.0.x", "9", "latest"]
SHELVES = ["coast", "depths", "nothing"]


@dataclass(frozen=True)
class Asked:
    """One request; `conditions` are headers, `walk` follows cursors to the end."""

    method: str
    path: str
    query: str = ""
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    walk: bool = False

    @property
    def address(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass
class Answers:
    """What one reader was answered, request by request, masked."""

    found: dict[tuple[Asked, int], tuple] = field(default_factory=dict)
    etags: dict[Asked, str] = field(default_factory=dict)


def masked(response) -> tuple:
    """Return status, headers and body without what changes by itself."""
    # The list of one's own sessions says how long ago each was used.
    is_clock = response.request["PATH_INFO"] == "/settings/sessions"
    body = b"".join(response) if response.streaming else response.content
    for pattern, kept in _MASKS:
        body = pattern.sub(kept, body)
    if is_clock:
        body = _TIMES.sub(b"", body)
    headers = {
        name: _HEADER_MASKS[name].sub("", value) if name in _HEADER_MASKS else value
        for name, value in response.items()
        if name != "Content-Length"
    }
    # A compressed body differs with its masked parts; the length says no more.
    cookies = sorted(response.cookies)
    return response.status_code, sorted(headers.items()), cookies, body


def ask(client: Client, asked: Asked, known: dict[Asked, str]) -> list:
    """Answer one request, with all its pages where it is to be walked."""
    headers = dict(asked.headers)
    if known.get(asked):
        headers["if-none-match"] = known[asked]
    answer = client.generic(
        asked.method,
        asked.address,
        data=asked.body or b"",
        content_type="application/json" if asked.body else "text/plain",
        headers=headers,
    )
    found = [answer]
    pages = 0
    while asked.walk and (following := _next(found[-1])) and pages < 60:
        found.append(client.get(following))
        pages += 1
    return found


def _next(answer) -> str:
    link = answer.headers.get("Link", "")
    match = re.search(r'<([^>]*)>; rel="next"', link)
    if match is None and not answer.streaming:
        match = re.search(rb'href="([^"]*[?&](?:amp;)?cursor=[^"]*)"', answer.content)
        return match[1].decode().replace("&amp;", "&") if match else ""
    return match[1].partition("testserver")[2] if match else ""


def listing_requests() -> list[Asked]:
    """Every route for public, private and missing things, by several methods."""
    found: dict[Asked, None] = {}
    for route in routes():
        for arguments in _arguments(route.parameters):
            path = route.address({**ARGUMENTS, **arguments})
            if path is None:
                continue
            is_public = (arguments.get("owner"), arguments.get("name")) in PUBLIC
            methods = ["GET", "HEAD", "OPTIONS"]
            if not is_public and {"owner", "name"} & set(route.parameters):
                methods += ["POST", "DELETE", "PATCH", "PUT"]
            for method in methods:
                found[Asked(method, path)] = None
    return list(found)


def _arguments(parameters: tuple[str, ...]):
    if "name" in parameters and "owner" in parameters:
        for owner, name in PUBLIC + PRIVATE:
            numbers = NUMBERS if "number" in parameters else [""]
            for number in numbers:
                yield {"owner": owner, "name": name, "number": number}
    elif "owner" in parameters:
        yield from ({"owner": owner} for owner in OWNERS)
    elif "slug" in parameters:
        yield from ({"slug": slug} for slug in SHELVES + OWNERS)
    elif "ref" in parameters:
        yield from ({"ref": f"{owner}/{name}"} for owner, name in PRIVATE)
    else:
        yield {}


def search_requests(words: list[str]) -> list[Asked]:
    """Words of every text in every place where a word can be asked for."""
    found: list[Asked] = []

    def add(path: str, *, walk: bool = False, **query: str) -> None:
        found.append(Asked("GET", path, urlencode(query), walk=walk))

    for word in words:
        typo = word[:-2] + word[-1:]
        add("/search", q=word)
        add("/search.json", q=word, sort="popular")
        add("/api/v1/algorithms", q=word, facets="true", explain="true")
        add("/api/v1/algorithms", q=typo, facets="true")
        add(
            "/api/v1/algorithms", q=f"{word} coast", facets="true", walk=True, limit="5"
        )
        add("/api/v1/facets", q=word)
        add("/search.atom", q=word)
        add("/api/v1/algorithms", tag=f"tag-{word}", facets="true")
        add("/api/v1/algorithms", task=f"task-{word}")
        add("/api/v1/algorithms", filter=f"summary LIKE '%{word}%'")
        add(
            "/api/v1/algorithms",
            filter=f"name = '{word}' OR framework = 'frame-{word}'",
        )
        for end in range(1, len(word) + 1):
            add("/api/v1/suggest", q=word[:end])
    for sort in ("relevance", "popular", "stars", "created", "updated", "name"):
        add("/api/v1/algorithms", sort=sort, limit="7", walk=True)
        add("/search", sort=sort, q="coast", walk=True)
    for owner in OWNERS:
        add("/api/v1/algorithms", owner=owner, facets="true")
        add("/api/v1/algorithms", visibility=f"private:{owner}", facets="true")
        add("/api/v1/algorithms", filter=f"visibility = 'private:{owner}'")
        add(f"/{owner}", sort="popular", walk=True)
    for expression in (
        "stars > 3",
        "calls >= 5",
        "latency < 100",
        "featured",
        "verified",
    ):
        add("/api/v1/algorithms", filter=expression, facets="true")
    return found


def wire_requests(key: str) -> list[Asked]:
    """Calls of private and missing things with a stranger's key."""
    headers = (("authorization", f"Simple {key}"),)
    return [
        Asked(method, f"{edge}/{owner}/{name}{end}", body=b'"x"', headers=headers)
        for owner, name in PRIVATE
        for method, edge, end in (
            ("POST", "/v1/algo", ""),
            ("POST", "/v1/algo", "/1.0.0"),
            ("POST", "/v1/algo", "/9"),
            ("POST", "/v1/algo", "/latestPrivate"),
            ("POST", "/v1/algo", "/" + "d" * 40),
            ("POST", "/v1/algo", "?stdout=true&output=void"),
            ("POST", "/v1/web/algo", "/1.0.0"),
            ("OPTIONS", "/v1/web/algo", ""),
            ("POST", "/api/v1/algorithms", "/runs"),
            ("GET", "/api/v1/algorithms", ""),
            ("GET", "/api/v1/algorithms", "/versions"),
            ("GET", "/api/v1/algorithms", "/snippets/curl"),
        )
    ]


def machine_requests() -> list[Asked]:
    """The pages that are negotiated, as each of their forms and as a fragment."""
    found = []
    for owner, name in PUBLIC + PRIVATE:
        base = f"/{owner}/{name}"
        found += [Asked("GET", f"{base}.{form}") for form in MACHINES]
        for accept in ("application/json", "text/markdown"):
            found.append(Asked("GET", base, headers=(("accept", accept),)))
        for tab in ("", "/versions", "/usage", "/use"):
            found.append(Asked("GET", base + tab, headers=(("hx-request", "true"),)))
    return found
