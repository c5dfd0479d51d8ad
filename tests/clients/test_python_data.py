"""The published Python client, unchanged, against the running product: data."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the package is of 2022
    import Algorithmia
    from Algorithmia.acl import AclType, ReadAcl
    from Algorithmia.errors import DataApiError

pytestmark = [
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
    # The client leaves the files that it opened to the collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def client(product, run_key):
    key = product.command("create_key", "--user", "ada", "--scope", "data", "run")
    return Algorithmia.client(key, product.url)


@pytest.fixture
def shelf(client):
    """A directory of ada's own with nothing in it; gone after the test."""
    made = client.dir("data://.my/python_shelf")
    if made.exists():
        made.delete(force=True)
    made.create()
    yield made
    made.delete(force=True)


def test_the_client_learns_whose_key_it_has(client):
    assert client.username() == "ada"


def test_a_directory_is_there_after_it_is_made(client, shelf):
    assert shelf.exists()
    assert not client.dir("data://.my/python_shelf_not").exists()
    # The client hides what is said with any status but 200.
    with pytest.raises(Exception, match="409"):
        shelf.create()
    names = [found.getName() for found in client.dir("data://.my").dirs()]
    assert "python_shelf" in names


@pytest.mark.parametrize("acl", [ReadAcl.public, ReadAcl.my_algos, ReadAcl.private])
def test_a_directory_is_made_with_an_acl(client, acl):
    made = client.dir("data://.my/python_acl")
    made.create(acl)
    try:
        assert made.get_permissions().read_acl == acl.read_acl
    finally:
        made.delete()


def test_an_acl_is_changed_and_told(shelf):
    assert shelf.get_permissions().read_acl == AclType.my_algos
    for acl in (ReadAcl.private, ReadAcl.public, ReadAcl.my_algos):
        assert shelf.update_permissions(acl) is True
        assert shelf.get_permissions().read_acl == acl.read_acl


def test_text_json_and_bytes_come_back_as_they_were_put(client, shelf):
    text = shelf.file("a.txt")
    text.put("☎ hello")
    assert text.exists()
    assert text.getBytes().decode() == "☎ hello"
    with text.getFile() as file:
        assert file.read() == "☎ hello"
    shelf.file("a.json").putJson({"a": [1, None]})
    assert shelf.file("a.json").getJson() == {"a": [1, None]}
    sent = bytes(range(256)) * 1000
    shelf.file("a.bin").put(sent)
    assert shelf.file("a.bin").getBytes() == sent
    assert client.file("data://ada/python_shelf/a.bin").getBytes() == sent


def test_an_empty_file_is_put_and_read(shelf):
    shelf.file("empty").put("")
    assert shelf.file("empty").exists()
    assert shelf.file("empty").getBytes() == b""


def test_a_file_of_the_disk_goes_there_and_back(shelf, tmp_path):
    path = tmp_path / "photo.raw"
    path.write_bytes(bytes(range(256)) * 4 * 1024 * 30)
    shelf.file("photo.raw").putFile(str(path))
    back = Path(shelf.file("photo.raw").getFile(as_path=True))
    try:
        assert back.read_bytes() == path.read_bytes()
    finally:
        back.unlink()


def test_a_folder_goes_as_a_zip_and_comes_back(shelf, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / name).write_text(name * 1000)
    shelf.file("in.zip").putAsZip(str(tmp_path / "in"))
    back = Path(shelf.file("in.zip").getAsZip())
    assert sorted(path.read_text()[0] for path in back.iterdir()) == ["a", "b"]


def test_a_missing_file_says_so(shelf):
    missing = shelf.file("missing")
    assert not missing.exists()
    with pytest.raises(DataApiError, match="python_shelf/missing not found"):
        missing.getBytes()
    with pytest.raises(DataApiError, match="not found"):
        missing.delete()


def test_a_file_without_a_directory_is_not_put(client):
    with pytest.raises(Exception, match="404"):
        client.file("data://.my/python_nowhere/a").put("x")


def test_a_full_directory_goes_only_by_force(client):
    full = client.dir("data://.my/python_full")
    full.create()
    full.file("a").put("x")
    with pytest.raises(DataApiError, match="force=true"):
        full.delete()
    assert full.delete(force=True)
    assert not full.exists()


def test_a_listing_goes_on_past_its_first_page(client, shelf):
    names = [f"f{number:04}.txt" for number in range(1005)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: shelf.file(name).put(name), names))
    found = list(shelf.files())
    assert [file.getName() for file in found] == names
    assert {file.size for file in found} == {9}
    assert all(isinstance(file.last_modified, datetime) for file in found)


def test_another_store_is_told_apart(client):
    elsewhere = client.file("s3+test://bucket/x")
    assert not elsewhere.exists()
    with pytest.raises(DataApiError, match="no connector"):
        elsewhere.getBytes()


def test_a_stranger_is_told_nothing(product, client, shelf):
    shelf.update_permissions(ReadAcl.private)
    shelf.file("a").put("x")
    product.command("create_user", "python_stranger")
    key = product.command("create_key", "--user", "python_stranger", "--scope", "data")
    stranger = Algorithmia.client(key, product.url)
    for path in ("data://ada/python_shelf/a", "data://ada/python_shelf/b"):
        assert not stranger.file(path).exists()
        with pytest.raises(Exception, match="404"):
            stranger.file(path).put("y")
    shelf.update_permissions(ReadAcl.public)
    assert stranger.file("data://ada/python_shelf/a").getBytes() == b"x"
    with pytest.raises(Exception, match="403"):
        stranger.file("data://ada/python_shelf/a").put("y")
