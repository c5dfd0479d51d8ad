"""The published npm client, unchanged, against the running product: data."""

from __future__ import annotations

import base64

import pytest

from tests.clients.node import said_by_node

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]


@pytest.fixture(scope="session")
def data_key(product, run_key):
    return product.command(
        "create_key", "--user", "ada", "--scope", "read", "data", "--name", "npm data"
    )


@pytest.fixture
def node(product, data_key):
    def node(script, **given):
        return said_by_node(script, key=data_key, address=product.url, given=given)

    return node


@pytest.fixture
def shelf(node):
    """A directory of ada's own with nothing in it; gone after the test."""
    path = "data://.my/npm_shelf"
    made = node("client.dir(given.path).create((a, s) => said([s, a]));", path=path)
    assert made == [200, {"result": "data://ada/npm_shelf"}]
    yield path
    gone = node(
        "client.dir(given.path).delete(true, (a, s) => said([s, a]));", path=path
    )
    assert gone[0] == 200


def test_a_directory_is_there_after_it_is_made(node, shelf):
    script = "client.dir(given.path).exists((is, status) => said([is, status]));"
    assert node(script, path=shelf)[0] is True
    assert node(script, path=shelf + "_not")[:2] == [False, 404]


def test_text_comes_back_as_it_was_put(node, shelf):
    script = """
    const file = client.file(given.path);
    file.putString(given.text, (put, status) => file.getString(
      (text) => said({put, status, text})));
    """
    answer = node(script, path=f"{shelf}/a.txt", text="☎ hello")
    assert answer == {
        "put": {"result": "data://ada/npm_shelf/a.txt"},
        "status": 200,
        "text": "☎ hello",
    }


def test_json_comes_back_as_it_was_put(node, shelf):
    script = """
    const file = client.file(given.path);
    file.putJson(JSON.stringify(given.value), () => file.getJson(said));
    """
    value = {"a": [1, None, "é"]}
    assert node(script, path=f"{shelf}/a.json", value=value) == value


def test_bytes_come_back_as_they_were_put(node, shelf):
    script = """
    const file = client.file(given.path);
    file.put(Buffer.from(given.bytes, 'base64'), () => file.get(
      (error, bytes) => said(error || bytes)));
    """
    sent = bytes(range(256)) * 300
    back = node(script, path=f"{shelf}/a.bin", bytes=base64.b64encode(sent).decode())
    assert base64.b64decode(back["base64"]) == sent


def test_a_file_of_the_disk_is_put_under_its_name(node, shelf, tmp_path):
    (tmp_path / "photo.raw").write_bytes(b"\x00\xff")
    script = """
    client.dir(given.path).putFile(given.local, (put) => client.file(
      given.path + '/photo.raw').get((error, bytes) => said([put, bytes])));
    """
    put, back = node(script, path=shelf, local=str(tmp_path / "photo.raw"))
    assert put == {"result": "data://ada/npm_shelf/photo.raw"}
    assert back["type"] == "Buffer"
    assert bytes(back["data"]) == b"\x00\xff"


def test_a_file_is_gone_after_it_is_deleted(node, shelf):
    script = """
    const file = client.file(given.path);
    file.putString('x', () => file.exists((before) => file.delete((deleted) =>
      file.exists((after, status) => said({before, deleted, after, status})))));
    """
    assert node(script, path=f"{shelf}/a.txt") == {
        "before": True,
        "deleted": {"result": {"deleted": 1}},
        "after": False,
        "status": 404,
    }


def test_a_missing_file_says_so(node, shelf):
    script = """
    client.file(given.path).get((error, bytes) => said({error, bytes}));
    """
    answer = node(script, path=f"{shelf}/missing.txt")
    assert answer["bytes"] is None
    assert answer["error"]["message"]


def test_a_full_directory_goes_only_by_force(node, shelf):
    script = """
    const dir = client.dir(given.path);
    dir.file('a.txt').putString('x', () => dir.delete(false, (answer, status) =>
      said([status, answer])));
    """
    status, answer = node(script, path=shelf)
    assert status >= 400
    assert answer["error"]["message"]


def test_a_listing_goes_on_past_its_first_page(product, data_key, node, shelf):
    names = [f"f{number:04}.txt" for number in range(1005)]
    for name in names:
        status, _headers, _body = product.request(
            "PUT",
            f"/v1/data/.my/npm_shelf/{name}",
            body=name.encode(),
            headers={"Authorization": data_key, "Content-Type": "text/plain"},
        )
        assert status == 200
    script = """
    const found = [];
    client.dir(given.path).forEachFile((error, file) => found.push(file.basename()))
      .then(() => said(found));
    """
    assert sorted(node(script, path=shelf)) == names
