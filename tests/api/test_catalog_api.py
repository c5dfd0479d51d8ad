"""The catalog API: lists, details, snippets, runs and problems, on the live product."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]


@pytest.fixture
def get(product):
    def get(path, **headers):
        status, answered, body = product.get(path, **headers)
        return status, answered, json.loads(body)

    return get


@pytest.fixture
def run(product, run_key):
    def run(path, body, kind="application/json", key=run_key):
        headers = {"Content-Type": kind}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        status, answered, said = product.request(
            "POST", f"/api/v1/algorithms/{path}", body=body, headers=headers
        )
        return status, answered, json.loads(said)

    return run


def test_the_list_holds_the_bundled_catalog_with_facets(get):
    status, headers, page = get("/api/v1/algorithms?facets=true&limit=100")
    names = {f"{row['owner']}/{row['name']}" for row in page["results"]}
    assert status == 200
    assert {"util/Echo", "nlp/GetSentiment", "media/DominantColors"} <= names
    assert page["total"] == len(names)
    assert page["next"] is None
    shown = {facet["name"]: facet["values"] for facet in page["facets"]}
    assert {"task", "takes", "runtime", "license", "verified", "owner"} <= set(shown)
    assert "visibility" not in shown, "only who is signed in has a choice there"
    assert {"value": "yes", "label": "Verified"}.items() <= shown["verified"][0].items()
    assert "private" in headers["Cache-Control"]


def test_a_search_finds_and_filters(get):
    _status, _headers, page = get("/api/v1/algorithms?q=sentiment+of+a+text")
    assert page["results"][0]["name"] == "GetSentiment"
    _status, _headers, page = get(
        "/api/v1/algorithms?owner=nlp&owner=series&facets=true"
    )
    assert {row["owner"] for row in page["results"]} == {"nlp", "series"}
    owners = next(facet for facet in page["facets"] if facet["name"] == "owner")
    assert any(value["value"] == "util" for value in owners["values"])


def test_every_facet_narrows_and_can_be_counted(get):
    _status, _headers, page = get(
        "/api/v1/algorithms?runtime=python&takes=text&verified=yes&callable=yes"
        "&facets=task,gives&limit=100"
    )
    assert page["total"] == len(page["results"]) > 0
    assert {row["runtime"] for row in page["results"]} == {"python"}
    assert all("text" in row["takes"].split(" + ") for row in page["results"])
    assert [facet["name"] for facet in page["facets"]] == ["task", "gives"]
    _status, _headers, counted = get(
        "/api/v1/facets?runtime=python&takes=text&verified=yes&callable=yes"
        "&facets=task&facets=gives"
    )
    assert counted == {"facets": page["facets"], "total": page["total"]}


def test_a_filter_expression_narrows_and_a_wrong_one_says_where(get):
    def ask(text):
        return get(f"/api/v1/algorithms?limit=100&filter={quote(text)}")

    _status, _headers, page = ask("name LIKE 'GetS%' AND verified")
    assert [row["name"] for row in page["results"]] == ["GetSentiment"]
    status, headers, problem = ask("name LIKE 'Get%' AND stars >")
    assert (status, problem["code"]) == (400, "bad_filter")
    assert headers["Content-Type"] == "application/problem+json"
    (fault,) = problem["errors"]
    assert fault["parameter"] == "filter"
    assert fault["position"] == len("name LIKE 'Get%' AND stars >")
    status, _headers, problem = ask("sters > 1")
    assert "Did you mean stars?" in problem["errors"][0]["detail"]
    assert (problem["errors"][0]["position"], problem["errors"][0]["length"]) == (0, 5)


def test_a_row_says_why_it_was_found_if_asked(get):
    _status, _headers, page = get("/api/v1/algorithms?q=sentiment&explain=true")
    first = page["results"][0]
    assert {
        "typed": "sentiment",
        "field": "name",
        "found": "Sentiment",
        "via": "word",
    } in [{**reason, "found": "Sentiment"} for reason in first["reasons"]]
    _status, _headers, page = get("/api/v1/algorithms?q=sentiment")
    assert "reasons" not in page["results"][0]


def test_suggestions_are_names_tasks_tags_and_owners(get):
    _status, _headers, page = get("/api/v1/suggest?q=GetS")
    first = page["results"][0]
    assert (first["kind"], first["label"]) == ("algorithm", "nlp/GetSentiment")
    assert (first["address"], first["name"]) == ("/nlp/GetSentiment", "GetSentiment")
    _status, _headers, page = get("/api/v1/suggest?q=time-ser")
    kinds = {row["kind"]: row for row in page["results"]}
    assert kinds["task"]["address"] == "/search?task=time-series-forecasting"
    assert kinds["task"]["label"] == "Forecasting"
    _status, _headers, page = get("/api/v1/suggest?q=nlp")
    assert {"owner": "/nlp"}.items() <= {
        row["kind"]: row["address"] for row in page["results"]
    }.items()
    assert get("/api/v1/suggest?q=")[2] == {"results": []}


def test_the_cursor_walks_every_row_once(get):
    seen, cursor = [], ""
    while True:
        _status, headers, page = get(
            f"/api/v1/algorithms?sort=name&limit=3&cursor={cursor}"
        )
        seen += [f"{row['owner']}/{row['name']}" for row in page["results"]]
        if page["next"] is None:
            break
        assert 'rel="next"' in headers["Link"]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == page["total"]


def test_a_detail_has_an_etag_that_saves_a_transfer(product, get):
    status, headers, detail = get("/api/v1/algorithms/NLP/getsentiment")
    assert (status, detail["name"]) == (200, "GetSentiment")
    assert detail["latest"]["input_schema"]["type"] == "object"
    assert detail["latest"]["examples"][0]["output"]
    again = product.get(
        "/api/v1/algorithms/NLP/getsentiment", **{"If-None-Match": headers["ETag"]}
    )
    assert again[0] == 304


def test_a_snippet_is_bare_code_for_who_asks_for_text(product, get):
    base = "/api/v1/algorithms/nlp/GetSentiment/snippets"
    _status, _headers, shown = get(base)
    assert {"curl", "python-requests", "javascript-fetch"} <= {
        row["target"] for row in shown["results"]
    }
    _status, headers, code = product.get(
        f"{base}/python-requests?input=%7B%22text%22%3A%22mine%22%7D",
        Accept="text/plain",
    )
    assert headers["Content-Type"].startswith("text/plain")
    assert b"mine" in code
    compile(code, "snippet", "exec")


def test_a_run_answers_with_result_and_id(run):
    status, _headers, answer = run("util/Echo/runs", b'{"a":1}')
    assert status == 200
    assert answer["result"] == {"a": 1}
    assert answer["version"] == "0.2.1"
    assert answer["metadata"]["duration"] > 0
    assert (
        run("util/Echo/versions/0.2.1/runs", b"hi", "text/plain")[2]["result"] == "hi"
    )
    status, _headers, answer = run(
        "util/Echo/runs", b"\x00\xff", "application/octet-stream"
    )
    assert answer["result"] == "AP8="


@pytest.mark.parametrize(
    ("path", "body", "kind", "status", "code"),
    [
        ("util/Echo/runs", b"{", "application/json", 400, "invalid_json"),
        ("util/Echo/runs", b"1", "text/xml", 415, "unsupported_media_type"),
        ("util/Nothing/runs", b"1", "application/json", 404, "not_found"),
        ("util/Echo/versions/9.9.9/runs", b"1", "application/json", 404, "not_found"),
        (
            "nlp/GetSentiment/runs",
            b'{"text":7}',
            "application/json",
            422,
            "invalid_input",
        ),
        (
            "testing/RaiseException/runs",
            b'"x"',
            "application/json",
            400,
            "algorithm_error",
        ),
        ("testing/Sleep/runs?timeout=0.5", b"9", "application/json", 504, "timeout"),
        ("util/Echo/runs?timeout=x", b"1", "application/json", 400, "bad_request"),
        (
            "util/Echo/runs",
            b'"' + b"x" * (11 * 1024 * 1024) + b'"',
            "application/json",
            413,
            "payload_too_large",
        ),
    ],
)
def test_a_failed_run_is_a_problem(run, path, body, kind, status, code):
    answered, headers, problem = run(path, body, kind)
    assert (answered, problem["code"], problem["status"]) == (status, code, status)
    assert headers["Content-Type"] == "application/problem+json"
    assert problem["detail"]
    if code == "invalid_input":
        assert problem["errors"][0]["pointer"] == "/text"
    assert run("util/Echo/runs", b"1")[0] == 200


@pytest.mark.parametrize("name", ["util/Echo", "nobody/Nothing"])
def test_a_keyless_run_is_the_same_401_for_every_name(run, name):
    status, headers, problem = run(f"{name}/runs", b"1", key="")
    problem.pop("instance")
    assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
    assert problem["detail"] == "A run needs an API key with the scope 'run'."


def test_a_key_without_the_scope_is_a_403(product, run, get, run_key):
    reader = product.command("create_key", "--user", "ada", "--scope", "read")
    assert run("util/Echo/runs", b"1", key=reader)[0] == 403
    runner = product.command("create_key", "--user", "ada", "--scope", "run")
    status, _headers, problem = get(
        "/api/v1/algorithms", Authorization=f"Bearer {runner}"
    )
    assert (status, problem["code"]) == (403, "forbidden")


def test_me_tells_who_asks(get, run_key):
    _status, _headers, me = get("/api/v1/me", Authorization=run_key)
    assert (me["username"], me["scopes"]) == ("ada", ["read", "run"])
    assert get("/api/v1/me")[0] == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 400),
        ("limit=101", 400),
        ("limit=x", 400),
        ("limit=1e400", 400),
        ("sort=best", 400),
        ("facets=nonsense", 400),
        ("facets=false", 200),
        ("filter=" + "x" * 2000, 400),
        ("filter=((((", 400),
        ("filter=name%20%3D%20'%F0%9F%98%80'", 200),
        ("cursor=nonsense", 400),
        ("q=" + "x" * 10_000, 400),
        ("q=%00", 400),
        ("q=%ED%A0%80", 200),
        ("q=%F0%9F%98%80", 200),
        ("q=AND+OR+NOT+(+*+%3F+~+%5E", 200),
        ("task=%00&tag=%27%22", 400),
        ("&".join(["tag=a"] * 1001), 400),
    ],
)
def test_junk_parameters_are_refused_or_find_nothing(get, query, status):
    answered, headers, page = get(f"/api/v1/algorithms?{query}")
    assert answered == status, page
    if status == 400:
        assert headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing", "/api/v2/algorithms"])
def test_an_unknown_address_is_a_problem(get, path):
    status, headers, problem = get(path)
    assert (status, problem["code"]) == (404, "not_found")


def test_openapi_describes_every_operation(product):
    status, _headers, body = product.get("/openapi.json")
    document = json.loads(body)
    assert status == 200
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/algorithms/{owner}/{name}/runs" in document["paths"]
    assert "/api/v1/algorithms" in document["paths"]
    parameters = document["paths"]["/api/v1/algorithms"]["get"]["parameters"]
    assert {
        *("q", "task", "tag", "owner", "sort", "cursor", "limit"),
        *("takes", "latency", "visibility", "filter", "facets", "explain"),
    } <= {parameter["name"] for parameter in parameters}
