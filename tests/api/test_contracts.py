"""The OpenAPI document of each version: valid, whole, and true of the live product."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import jsonschema
import pytest
from drf_spectacular.validation import validate_schema
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.conftest import SAMPLES

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

API = "/api/v1/algorithms"


@pytest.fixture(scope="module")
def listed(product):
    """Names of all bundled algorithms that can be called, with their versions."""
    page = json.loads(product.get(f"{API}?limit=100")[2])
    return {
        f"{row['owner']}/{row['name']}": row["version"]
        for row in page["results"]
        if (SAMPLES / row["owner"] / row["name"]).is_dir()
    }


@pytest.fixture(scope="module")
def document(product):
    def document(name, number):
        path = f"{API}/{name}/versions/{number}/openapi.json"
        status, headers, body = product.get(path)
        assert (status, headers["Content-Type"]) == (200, "application/json")
        return json.loads(body)

    return document


def test_every_bundled_version_has_a_valid_document(listed, document):
    assert len(listed) > 15
    for name, number in listed.items():
        found = document(name, number)
        validate_schema(found)
        assert list(OpenAPIV31SpecValidator(found).iter_errors()) == [], name
        assert found["openapi"] == "3.1.0"
        assert found["info"]["version"] == number
        assert list(found["paths"]) == [
            f"/v1/algo/{name}/{number}",
            f"/v1/algo/{name}/{number}/batch",
        ]


def test_each_document_calls_its_algorithm_with_its_examples(
    product, run_key, listed, document
):
    """Who reads the document alone can call, and gets what it says."""
    for name, number in listed.items():
        found = document(name, number)
        (path, operation), _batch = found["paths"].items()
        assert urlsplit(found["servers"][0]["url"]).netloc in product.url
        content = operation["post"]["requestBody"]["content"]["application/json"]
        answered = operation["post"]["responses"]["200"]["content"]["application/json"]
        assert content["examples"], name
        for key, example in content["examples"].items():
            check(found, content["schema"], example["value"])
            if recorded := answered.get("examples", {}).get(key):
                check(found, answered["schema"], recorded["value"])
        first = content["examples"]["example1"]["value"]
        status, _headers, body = product.request(
            "POST",
            urlsplit(found["servers"][0]["url"]).path + path,
            body=json.dumps(first).encode(),
            headers={
                "Authorization": f"Bearer {run_key}",
                "Content-Type": "application/json",
            },
        )
        assert status == 200, (name, body)
        check(found, answered["schema"], json.loads(body))


def check(document, schema, value):
    jsonschema.Draft202012Validator({**document, **schema}).validate(value)


def test_the_batch_of_a_document_answers_lines_of_its_shape(product, run_key, document):
    found = document("util/Echo", "0.2.1")
    _status, _headers, body = product.request(
        "POST",
        "/v1/algo/util/Echo/0.2.1/batch?keys=true",
        body=b'{"key": "c", "input": 1}\nno\n',
        headers={"Authorization": run_key, "Content-Type": "application/x-ndjson"},
    )
    for line in body.splitlines():
        check(found, {"$ref": "#/components/schemas/Line"}, json.loads(line))


def test_without_a_number_it_is_that_of_the_newest_version(product, listed):
    number = listed["util/Echo"]
    newest = product.get(f"{API}/util/echo/openapi.json")
    pinned = product.get(f"{API}/util/Echo/versions/{number}/openapi.json")
    assert newest[2] == pinned[2]


def test_it_is_asked_for_again_for_nothing(product, listed):
    path = f"{API}/util/Echo/openapi.json"
    _status, headers, _body = product.get(path)
    assert "private" in headers["Cache-Control"]
    status, _headers, body = product.request(
        "GET", path, headers={"If-None-Match": headers["ETag"]}
    )
    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    "path", ["util/Nothing/openapi.json", "util/Echo/versions/9.9.9/openapi.json"]
)
def test_what_is_not_there_has_none(product, path):
    status, _headers, body = product.get(f"{API}/{path}")
    assert (status, json.loads(body)["code"]) == (404, "not_found")


def test_the_page_leads_to_it(product, listed):
    path = f"{API}/util/Echo/versions/{listed['util/Echo']}/openapi.json"
    page = product.get("/util/Echo/use")[2].decode()
    assert f'href="{path}"' in page
    data = json.loads(product.get("/util/Echo/use.json")[2])
    assert urlsplit(data["openapi"]).path == path
