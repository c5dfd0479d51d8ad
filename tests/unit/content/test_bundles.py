"""Bundles on disk."""

from __future__ import annotations

import threading

import pytest

from catalog.content.bundles import BundleStore

FILES = {"algorithm.py": b"x = 1\n", "assets/a/b.txt": b"b", "empty": b""}


@pytest.fixture
def store(tmp_path):
    return BundleStore(tmp_path / "bundles")


def test_what_is_put_is_read_back(store):
    digest = store.put(FILES)
    assert store.exists(digest)
    assert store.names(digest) == sorted(FILES)
    assert {name: store.read(digest, name) for name in FILES} == FILES
    assert (store.path(digest) / "assets" / "a" / "b.txt").read_bytes() == b"b"


def test_putting_the_same_files_again_changes_nothing(store):
    digest = store.put(FILES)
    stamp = store.path(digest).stat().st_mtime_ns
    assert store.put(dict(reversed(FILES.items()))) == digest
    assert store.path(digest).stat().st_mtime_ns == stamp
    assert store.put({**FILES, "more": b""}) != digest


def test_files_are_read_only(store):
    place = store.path(store.put(FILES))
    assert {p.stat().st_mode & 0o777 for p in place.rglob("*") if p.is_file()} == {
        0o444
    }


def test_many_writers_at_once_make_one_whole_bundle(store):
    digests = []

    def put():
        digests.append(store.put(FILES))

    threads = [threading.Thread(target=put) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 16
    assert len(set(digests)) == 1
    assert [p.name for p in store.root.iterdir()] == [digests[0][:2]]


def test_a_failed_put_leaves_nothing(store):
    with pytest.raises(OSError, match="a"):
        store.put({"a": b"1", "a/b": b"2"})
    assert [p for p in store.root.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/./b", "", "a\\b", "a\x00"])
def test_names_that_would_leave_the_bundle_are_refused(store, name):
    digest = store.put(FILES)
    with pytest.raises(ValueError, match=r"not allowed|bytes"):
        store.put({name: b""})
    with pytest.raises(ValueError, match=r"not allowed|bytes"):
        store.read(digest, name)


def test_what_is_absent_is_an_error(store):
    absent = "0" * 64
    assert not store.exists(absent)
    with pytest.raises(FileNotFoundError):
        store.names(absent)
    with pytest.raises(FileNotFoundError):
        store.read(store.put(FILES), "absent")
    with pytest.raises(ValueError, match="is no digest"):
        store.path("../../etc")
