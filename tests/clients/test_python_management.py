"""The published Python client makes, publishes and deletes an algorithm, unchanged."""

from __future__ import annotations

import json
import time
import warnings

import pytest

from tests.wire.managing import SETTINGS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the package is of 2022
    import Algorithmia
    from Algorithmia.errors import AlgorithmException

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

DETAILS = {"label": "L", "tagline": "Says hello.", "summary": "# Hello"}


@pytest.fixture
def client(product, write_key):
    return Algorithmia.client(write_key, product.url)


@pytest.fixture
def upload(product, write_key):
    """Put a source, which the client has no verb for."""

    def put(name, source):
        status, _headers, body = product.request(
            "PUT",
            f"/v1/algorithms/ada/{name}/source",
            body=source,
            headers={"Authorization": write_key, "Content-Type": "text/plain"},
        )
        assert status == 200, body
        return json.loads(body)

    return put


@pytest.fixture
def delete(product, write_key):
    def delete(name):
        headers = {"Authorization": write_key}
        return product.request("DELETE", f"/v1/algorithms/ada/{name}", headers=headers)

    return delete


def test_from_create_to_delete(client, delete):
    algo = client.algo("ada/Journey")
    assert algo.exists() is False
    made = algo.create(DETAILS, SETTINGS, {"sample_input": "payload"})
    assert algo.exists() is True
    assert algo.get_algorithm_id() == made["id"]

    compiled = algo.compile()
    assert compiled["compilation"]["successful"] is True
    commit = compiled["version_info"]["git_hash"]
    called = client.algo(f"ada/Journey/{commit}").pipe("Ada")
    assert (called.result, called.metadata.content_type) == ("hello Ada", "text")

    published = algo.publish(
        details={"label": "L"},
        settings={"algorithm_callability": "private"},
        version_info={
            "version_type": "minor",
            "release_notes": "r",
            "sample_input": "x",
        },
    )
    assert published["version_info"]["semantic_version"] == "0.1.0"
    assert published["version_info"]["git_hash"] == commit
    assert client.algo("ada/Journey/0.1.0").pipe("Ada").result == "hello Ada"
    assert client.algo("ada/Journey").pipe("Ada").result == "hello Ada"
    assert client.algo("ada/Journey/latestPrivate").pipe("Ada").result == "hello Ada"

    [version] = algo.versions(limit=10, published="true")["results"]
    assert version["version_info"] == published["version_info"]
    assert algo.versions(callable="true")["results"] == []
    assert algo.versions(callable=False)["results"] == [version]
    assert algo.info(commit)["version_info"] == published["version_info"]
    assert algo.info()["results"] == [version]

    _check_builds(algo, {**made, "version_info": version["version_info"]})
    status, _headers, body = delete("Journey")
    assert (status, body) == (204, b"")
    assert algo.exists() is False
    with pytest.raises(AlgorithmException, match="No such algorithm"):
        algo.info()


def _check_builds(algo, present):
    [build] = algo.get_builds()["results"]
    assert build["status"] == "succeeded"
    assert algo.get_build(build["build_id"]) == build
    assert algo.get_build_logs(build["build_id"])["logs"]
    assert algo.get_scm_status() == {"scm_connection_status": "active"}
    # What update() sends holds no values, so nothing is changed.
    updated = algo.update(details={"label": "M"}, settings={"license": "mit"})
    assert updated == {**present, "build": build}


def test_published_for_everybody_it_works_for_its_owner(client, delete):
    algo = client.algo("ada/Offered")
    algo.create(DETAILS, SETTINGS)
    algo.compile()
    published = algo.publish(
        settings={"algorithm_callability": "public"},
        version_info={"version_type": "major", "release_notes": "r"},
    )
    assert published["version_info"]["semantic_version"] == "1.0.0"
    assert published["review"]["state"] == "waiting"
    assert client.algo("ada/Offered").pipe("Ada").result == "hello Ada"
    assert client.algo("ada/Offered/1.0.0").pipe("Ada").result == "hello Ada"
    assert len(algo.versions(published="true")["results"]) == 1
    assert algo.info(published["version_info"]["git_hash"])["build"]
    with pytest.raises(Exception, match="409"):
        algo.publish()
    assert delete("Offered")[0] == 204


def test_what_fails_to_compile_says_why(client, upload, delete):
    algo = client.algo("ada/Broken")
    algo.create(DETAILS, SETTINGS)
    upload("Broken", b"def apply(input)\n")
    compiled = algo.compile()
    assert compiled["compilation"]["successful"] is False
    assert "algorithm.py:1" in compiled["compilation"]["output"]
    assert compiled["build"]["status"] == "failed"
    delete("Broken")


def test_a_source_that_may_not_run_says_why(client, upload, delete):
    algo = client.algo("ada/Waiting")
    algo.create(DETAILS, SETTINGS)
    upload("Waiting", b"def apply(input):\n    return input\n")
    compiled = algo.compile()
    assert "sandbox_unavailable" in compiled["compilation"]["output"]
    commit = compiled["version_info"]["git_hash"]
    with pytest.raises(Exception, match="503"):
        client.algo(f"ada/Waiting/{commit}").pipe("x")
    delete("Waiting")


def test_what_surrounds_algorithms(client, tmp_path):
    assert client.scms()["results"][0]["id"] == "internal"
    assert any(one["name"] == "anaconda3" for one in client.get_supported_languages())
    [environment] = client.get_environment("python3")["environments"]
    answer = client.get_template(
        environment["environment_specification_id"], str(tmp_path / "template")
    )
    assert answer.ok
    assert "def apply" in (tmp_path / "template" / "algorithm.py").read_text()
    assert client.get_secret_providers() == []


def test_a_created_algorithm_is_found_by_its_owner_and_has_a_page(
    client, product, write_key, delete
):
    name = "Zyxwvut"
    client.algo(f"ada/{name}").create({**DETAILS, "label": "Quuxly wombat"}, SETTINGS)
    headers = {"Authorization": write_key}
    for _try in range(100):
        status, _headers, body = product.get(
            "/api/v1/algorithms?q=quuxly+wombat", **headers
        )
        assert status == 200
        if found := json.loads(body)["results"]:
            break
        time.sleep(0.1)  # the index is told by another process
    assert [(row["owner"], row["name"]) for row in found] == [("ada", name)]
    assert json.loads(product.get("/api/v1/algorithms?q=quuxly")[2])["total"] == 0
    status, _headers, body = product.get(f"/api/v1/algorithms/ada/{name}", **headers)
    assert status == 200
    delete(name)
    assert product.get(f"/api/v1/algorithms/ada/{name}", **headers)[0] == 404
