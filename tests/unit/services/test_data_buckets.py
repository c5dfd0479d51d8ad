"""The data store in a bucket of S3: moto's server over real HTTP, through boto3."""

from __future__ import annotations

import threading
from datetime import timedelta

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.utils import timezone
from moto.server import ThreadedMotoServer

from catalog.content import blobs
from catalog.models import Blob, DataFile
from catalog.services import data_blobs, data_directories, data_store
from catalog.services.callers import caller_on_page
from catalog.services.data_errors import StoreUnavailable
from config.storage import data_storage

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, settings, tmp_path, monkeypatch):
    """Let the store be in a new bucket; return boto3's own view of it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    found = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1")
    found.meta.client.create_bucket(Bucket="shelf")
    url = f"s3://shelf/vitrine/data?endpoint={endpoint}&region=us-east-1"
    storage = data_storage(url, directory=tmp_path)
    settings.STORAGES = {**settings.STORAGES, "data": storage}
    settings.INCOMING_DIR = tmp_path / "incoming"
    yield found.Bucket("shelf")
    found.Bucket("shelf").objects.delete()
    found.meta.client.delete_bucket(Bucket="shelf")


@pytest.fixture
def caller(ada):
    made = caller_on_page(ada, "")
    data_directories.create_directory(caller=made, parent=".my", name="foo")
    return made


def read(caller, path, pick=None) -> bytes:
    return b"".join(data_store.open_file(caller=caller, path=path, pick=pick).parts)


def test_a_file_goes_into_the_bucket_and_comes_back(bucket, caller, tmp_path):
    data_store.put_file(caller=caller, path=".my/foo/a", chunks=[b"hello"])
    blob = Blob.objects.get()
    (kept,) = bucket.objects.all()
    assert kept.key == f"vitrine/data/{blob.key}"
    assert kept.get()["Body"].read() == b"hello"
    assert read(caller, ".my/foo/a") == b"hello"
    assert read(caller, ".my/foo/a", lambda _file: (1, 3)) == b"ell"
    assert not list((tmp_path / "incoming").iterdir())


def test_an_empty_file_is_kept_as_well(bucket, caller):
    data_store.put_file(caller=caller, path=".my/foo/a", chunks=[])
    assert read(caller, ".my/foo/a") == b""


def test_a_large_file_goes_in_parts(bucket, caller):
    parts = [bytes([number]) * MEGABYTE for number in range(20)]
    data_store.put_file(caller=caller, path=".my/foo/a", chunks=parts)
    (kept,) = bucket.objects.all()
    assert kept.e_tag.strip('"').endswith("-3"), "three parts of 8 MB at most"
    assert read(caller, ".my/foo/a") == b"".join(parts)
    pick = lambda _file: (5 * MEGABYTE - 1, 2)  # noqa: E731 - as an edge gives it
    assert read(caller, ".my/foo/a", pick) == b"\x04\x05"


def test_bytes_in_the_bucket_are_kept_once_and_thrown_away_late(bucket, caller):
    for name in "ab":
        data_store.put_file(caller=caller, path=f".my/foo/{name}", chunks=[b"same"])
    assert len(list(bucket.objects.all())) == 1
    data_directories.delete_directory(caller=caller, path=".my/foo", force=True)
    assert data_blobs.sweep() == 0
    Blob.objects.update(touched_at=timezone.now() - timedelta(hours=2))
    assert data_blobs.sweep() == 1
    assert not list(bucket.objects.all())


def test_a_file_deleted_while_it_is_read_is_read_to_its_end(bucket, caller):
    parts = [b"x" * blobs.CHUNK] * 8
    data_store.put_file(caller=caller, path=".my/foo/a", chunks=parts)
    opened = data_store.open_file(caller=caller, path=".my/foo/a")
    first = next(iter(opened.parts))
    bucket.objects.delete()
    assert len(first) + sum(map(len, opened.parts)) == 8 * blobs.CHUNK


def test_bytes_that_the_bucket_lost_are_a_failure_of_the_store(bucket, caller):
    data_store.put_file(caller=caller, path=".my/foo/a", chunks=[b"x"])
    bucket.objects.delete()
    with pytest.raises(StoreUnavailable):
        read(caller, ".my/foo/a")


def test_a_bucket_that_is_away_stores_nothing_and_says_so(bucket, caller):
    bucket.delete()
    for _twice in range(2):
        with pytest.raises(StoreUnavailable):
            data_store.put_file(caller=caller, path=".my/foo/a", chunks=[b"x"])
    assert not DataFile.objects.exists()
    bucket.create()
    data_store.put_file(caller=caller, path=".my/foo/a", chunks=[b"x"])
    assert read(caller, ".my/foo/a") == b"x"


def test_one_connection_serves_all_threads(bucket):
    storage, found = storages["data"], set()

    def connect():
        found.add(id(storage.connection))

    threads = [threading.Thread(target=connect) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {id(storage.connection)}


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3:///prefix",
        "s3://user:secret@bucket",
        "s3://bucket?site=http://x",
        "s3://bucket?endpoint=",
        "s3://bucket#x",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_text(url, tmp_path):
    with pytest.raises(ImproperlyConfigured) as refused:
        data_storage(url, directory=tmp_path)
    assert "VITRINE_DATA_STORAGE" in str(refused.value)
    assert "secret" not in str(refused.value)
