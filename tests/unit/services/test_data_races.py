"""Several at once in one directory: whole files, an exact quota, no lost bytes."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from catalog.models import Blob, DataDirectory, DataFile, DataUsage
from catalog.services import data_blobs, data_directories, data_store
from catalog.services.callers import caller_on_page
from catalog.services.data_errors import DirectoryExists, QuotaFull
from catalog.services.data_usage import OVERHEAD
from catalog.services.errors import NotFound

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    storage = {**settings.STORAGES["data"]}
    storage["OPTIONS"] = {**storage["OPTIONS"], "location": tmp_path / "data"}
    settings.STORAGES = {**settings.STORAGES, "data": storage}
    settings.INCOMING_DIR = tmp_path / "data" / "incoming"


@pytest.fixture
def caller(ada):
    made = caller_on_page(ada, "")
    data_directories.create_directory(caller=made, parent=".my", name="foo")
    return made


def together(work, count=AT_ONCE):
    """Do `work(number)` in threads that begin at the same time; return what came."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.fail("threads need a database of their own to meet in")
    gate, found = threading.Barrier(count), [None] * count

    def one(number):
        gate.wait()
        try:
            found[number] = work(number)
        except Exception as error:  # noqa: BLE001 - what it was is looked at
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[n]) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def read(caller, path) -> bytes:
    return b"".join(data_store.open_file(caller=caller, path=path).parts)


def used(caller) -> int:
    return DataUsage.objects.get(owner=caller.viewer.owner).used


def test_uploads_of_one_name_leave_one_of_them_whole(caller):
    bodies = [bytes([65 + number]) * (100_000 + number) for number in range(AT_ONCE)]

    def put(number):
        parts = [bodies[number][:50_000], bodies[number][50_000:]]
        data_store.put_file(caller=caller, path=".my/foo/a", chunks=parts)

    assert together(put) == [None] * AT_ONCE
    assert read(caller, ".my/foo/a") in bodies
    assert DataFile.objects.count() == 1
    assert used(caller) == DataFile.objects.get().size + 2 * OVERHEAD
    Blob.objects.update(touched_at=timezone.now() - timedelta(hours=2))
    assert data_blobs.sweep() == AT_ONCE - 1
    assert read(caller, ".my/foo/a") in bodies


def test_uploads_of_the_same_bytes_keep_them_once(caller):
    def put(number):
        path = f".my/foo/f{number}"
        data_store.put_file(caller=caller, path=path, chunks=[b"same" * 50_000])

    assert together(put) == [None] * AT_ONCE
    assert Blob.objects.count() == 1
    for number in range(AT_ONCE):
        assert read(caller, f".my/foo/f{number}") == b"same" * 50_000


def test_uploads_at_once_never_pass_the_quota(caller, settings):
    settings.DATA_QUOTA_BYTES = OVERHEAD + 3 * (1000 + OVERHEAD)

    def put(number):
        data_store.put_file(
            caller=caller, path=f".my/foo/f{number}", chunks=[b"%d" % number * 1000]
        )

    found = together(put)
    assert [type(error) for error in found if error] == [QuotaFull] * (AT_ONCE - 3)
    assert DataFile.objects.count() == 3
    assert used(caller) == settings.DATA_QUOTA_BYTES


def test_one_of_several_makes_the_directory(caller):
    def make(_number):
        data_directories.create_directory(caller=caller, parent=".my", name="bar")

    found = together(make)
    assert [type(error) for error in found if error] == [DirectoryExists] * (
        AT_ONCE - 1
    )
    assert used(caller) == 2 * OVERHEAD


def test_one_of_several_deletes_the_file(caller):
    data_store.put_file(caller=caller, path=".my/foo/a", chunks=[b"x" * 500])

    def delete(_number):
        data_store.delete_file(caller=caller, path=".my/foo/a")

    found = together(delete)
    assert [type(error) for error in found if error] == [NotFound] * (AT_ONCE - 1)
    assert used(caller) == OVERHEAD


def test_a_directory_deleted_among_uploads_ends_whole_or_gone(caller):
    def work(number):
        if number == 0:
            return data_directories.delete_directory(
                caller=caller, path=".my/foo", force=True
            )
        path = f".my/foo/f{number}"
        return data_store.put_file(caller=caller, path=path, chunks=[b"%d" % number])

    found = together(work)
    others = {type(one) for one in found[1:]}
    assert isinstance(found[0], int)
    assert others <= {NotFound, DataFile}
    assert not DataDirectory.objects.exists()
    assert not DataFile.objects.exists()
    assert used(caller) == 0


def test_what_is_thrown_away_among_uploads_of_the_same_bytes_is_never_missed(caller):
    """The sweep and the uploads agree on each round who has the bytes."""
    for turn in range(8):
        path = f".my/foo/t{turn}"
        data_store.put_file(caller=caller, path=path, chunks=[b"often"])
        data_store.delete_file(caller=caller, path=path)
        Blob.objects.update(touched_at=timezone.now() - timedelta(hours=2))

        def work(number, path=path):
            if number == 0:
                return data_blobs.sweep()
            data_store.put_file(
                caller=caller, path=f"{path}-{number}", chunks=[b"often"]
            )
            return None

        found = together(work, 3)
        assert not [one for one in found if isinstance(one, Exception)]
        for number in (1, 2):
            assert read(caller, f"{path}-{number}") == b"often"
        data_directories.delete_directory(caller=caller, path=".my/foo", force=True)
        data_directories.create_directory(caller=caller, parent=".my", name="foo")
