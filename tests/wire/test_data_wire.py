"""The data API row by row: what each request is answered, to the byte."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from accounts.keys import create_key
from catalog.models import DataDirectory, DataFile
from catalog.services import data_directories
from tests.wire import data_asking

pytestmark = pytest.mark.django_db

MISSING = b'{"error":{"message":"data://%b not found"}}'


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    settings.INCOMING_DIR = tmp_path / "incoming"


@pytest.fixture
def key(ada) -> str:
    return create_key(user=ada, name="data", scopes=["data"]).secret


@pytest.fixture
def ask(key):
    """Ask as ada; return status, headers and body."""

    def ask(method, path, body=b"", **more):
        answer = data_asking.ask(method, path, body, **{"key": key, **more})
        return answer.status, answer, answer.body

    return ask


@pytest.fixture
def foo(ask):
    """`data://.my/foo` with a file a.txt."""
    assert ask("POST", "/v1/data/.my", b'{"name":"foo"}')[0] == 200
    assert ask("PUT", "/v1/data/.my/foo/a.txt", b"hello")[0] == 200


@pytest.mark.parametrize("base", ["/v1/data", "/v1/connector/data"])
def test_both_spellings_are_one_store(ask, base):
    assert ask("POST", f"{base}/.my", b'{"name":"foo"}')[2] == (
        b'{"result":"data://ada/foo"}'
    )
    assert ask("PUT", f"{base}/.my/foo/a.txt", b"txt")[2] == (
        b'{"result":"data://ada/foo/a.txt"}'
    )
    assert ask("GET", "/v1/data/ada/foo/a.txt")[2] == b"txt"
    assert ask("GET", "/v1/connector/data/ada/foo/a.txt")[2] == b"txt"
    assert ask("DELETE", f"{base}/.my/foo/a.txt")[2] == b'{"result":{"deleted":1}}'
    assert ask("DELETE", f"{base}/.my/foo")[2] == b'{"result":{"deleted":1}}'


def test_a_file_is_answered_with_what_clients_read(ask, foo):
    status, answer, body = ask("GET", "/v1/data/.my/foo/a.txt")
    assert (status, body) == (200, b"hello")
    assert answer["X-Data-Type"] == "file"
    assert answer["Content-Length"] == "5"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Date"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].endswith("sandbox")
    assert answer["Content-Disposition"] == 'attachment; filename="a.txt"'


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/plain", "text/plain"),
        ("application/json", "application/json"),
        ("application/octet-stream", "application/octet-stream"),
        ("*/*", "application/octet-stream"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("text/plain, */*", "application/octet-stream"),
    ],
)
def test_the_type_is_the_one_that_is_asked_for_exactly(ask, foo, accept, kind):
    answer = ask("GET", "/v1/data/.my/foo/a.txt", accept=accept)[1]
    assert answer["Content-Type"] == kind
    answer = ask("HEAD", "/v1/data/.my/foo/a.txt", accept=accept)[1]
    assert answer["Content-Type"] == kind


def test_head_tells_of_files_and_of_directories(ask, foo):
    status, answer, body = ask("HEAD", "/v1/data/.my/foo/a.txt")
    assert (status, body, answer["X-Data-Type"]) == (200, b"", "file")
    assert answer["Content-Length"] == "5"
    for path in (".my/foo", ".my/foo/", ".my", "ada", ""):
        status, answer, body = ask("HEAD", f"/v1/data/{path}")
        assert (status, body, answer["X-Data-Type"]) == (200, b"", "directory")
    for path in (".my/foo/zz", ".my/zz", "nobody"):
        status, answer, body = ask("HEAD", f"/v1/data/{path}")
        assert (status, body) == (404, b"")
        assert answer["X-Error-Message"] == f"data://{path} not found"


def test_a_directory_lists_its_files_in_the_contract_s_order(ask, foo):
    ask("PUT", "/v1/data/.my/foo/B.bin", b"12")
    status, answer, body = ask("GET", "/v1/data/.my/foo")
    assert (status, answer["X-Data-Type"]) == (200, "directory")
    time = rb'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"'
    assert re.fullmatch(
        rb'\{"files":\[\{"filename":"(?:B.bin|a.txt)","size":\d,"last_modified":'
        + time
        + rb'\},\{"filename":"(?:B.bin|a.txt)","size":\d,"last_modified":'
        + time
        + rb"\}\]\}",
        body,
    )
    listed = json.loads(ask("GET", "/v1/data/.my/foo/?acl=true")[2])
    assert list(listed) == ["files", "acl"]
    assert listed["acl"] == {"read": ["algo://.my/*"]}
    for file in listed["files"]:
        form = "%Y-%m-%dT%H:%M:%S.%fZ"
        parsed = datetime.strptime(file["last_modified"], form).replace(tzinfo=UTC)
        age = datetime.now(UTC) - parsed
        assert abs(age.total_seconds()) < 600


def test_an_empty_directory_has_no_keys(ask):
    ask("POST", "/v1/data/.my", b'{"name":"empty"}')
    assert ask("GET", "/v1/data/.my/empty")[2] == b"{}"
    assert ask("GET", "/v1/data/.my/empty?acl=false")[2] == b"{}"


def test_an_owner_lists_directories_and_on_request_who_reads_them(ask, foo):
    assert ask("GET", "/v1/data/.my")[2] == b'{"folders":[{"name":"foo"}]}'
    assert ask("GET", "/v1/data/ADA/")[2] == b'{"folders":[{"name":"foo"}]}'
    assert ask("GET", "/v1/data/.my?acl=TRUE")[2] == (
        b'{"folders":[{"name":"foo","acl":{"read":["algo://.my/*"]}}]}'
    )
    assert ask("GET", "/v1/hostedData")[2] == b'{"folders":[{"name":"foo"}]}'


@pytest.mark.parametrize("path", ["/v1/data/", "/v1/data", "/v1/connector/data/"])
def test_the_root_lists_owners_the_caller_first(ask, grace, vision_lab, path):
    open_one(grace.owner, "open")
    assert ask("GET", path)[2] == (b'{"folders":[{"name":"ada"},{"name":"grace"}]}')


def open_one(owner, name, read="public"):
    return DataDirectory.objects.create(owner=owner, name=name, read=read)


def test_one_key_of_a_team_has_the_team_as_its_own(ask, vision_lab):
    robot = create_key(team=vision_lab, name="robot", scopes=["data"]).secret
    assert ask("POST", "/v1/data/.my", b'{"name":"shared"}', key=robot)[2] == (
        b'{"result":"data://visionlab/shared"}'
    )
    assert ask("GET", "/v1/data/", key=robot)[2] == (
        b'{"folders":[{"name":"visionlab"}]}'
    )


def test_a_listing_pages_by_marker_while_names_come_and_go(ask, foo, monkeypatch):
    monkeypatch.setitem(data_directories.list_place.__kwdefaults__, "page", 3)
    for number in range(7):
        ask("PUT", f"/v1/data/.my/foo/f{number}", b"x")
    first = json.loads(ask("GET", "/v1/data/.my/foo")[2])
    assert [file["filename"] for file in first["files"]] == ["a.txt", "f0", "f1"]
    ask("DELETE", "/v1/data/.my/foo/f1")
    ask("PUT", "/v1/data/.my/foo/a2", b"before the marker")
    ask("PUT", "/v1/data/.my/foo/f11", b"after the marker")
    seen, marker = [], first["marker"]
    while marker:
        page = json.loads(ask("GET", f"/v1/data/.my/foo?marker={marker}")[2])
        seen += [file["filename"] for file in page["files"]]
        marker = page.get("marker")
    assert seen == ["f11", "f2", "f3", "f4", "f5", "f6"]


@pytest.mark.parametrize("marker", ["%00", "!!", "é", "AA==%00", "____", "AA"])
def test_a_marker_of_nobody_is_refused(ask, foo, marker):
    status, _answer, body = ask("GET", f"/v1/data/.my/foo?marker={marker}")
    assert status == 400
    assert json.loads(body)["error"]["message"].startswith("marker:")


@pytest.mark.parametrize(
    ("acl", "read"),
    [
        (b"", "my_algos"),
        (b',"acl":null', "my_algos"),
        (b',"acl":{"read":[]}', "private"),
        (b',"acl":{"read":["algo:\\/\\/.my\\/*"]}', "my_algos"),
        (b',"acl":{"read":["user://*"]}', "public"),
    ],
)
def test_a_directory_is_made_with_who_reads_it(ask, acl, read):
    body = b'{"name":"foo"%b,"unknown":1}' % acl
    assert ask("POST", "/v1/connector/data/.my", body)[0] == 200
    assert DataDirectory.objects.get().read == read


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"NewDirectory"),
        ("text/plain; charset=utf-8", b"NewDirectory\n"),
        ("application/octet-stream", b"NewDirectory"),
        ("text/plain", b'{"name":"NewDirectory"}'),
        ("application/json,application/json", b'{"name":"NewDirectory"}'),
    ],
)
def test_a_bare_name_makes_a_directory_as_well(ask, kind, body):
    answer = ask("POST", "/v1/data/ada/", body, content_type=kind)
    assert (answer[0], answer[2]) == (200, b'{"result":"data://ada/NewDirectory"}')


def test_a_directory_of_the_name_is_there_already(ask, foo):
    status, answer, body = ask("POST", "/v1/data/.my", b'{"name":"foo"}')
    assert (status, body) == (
        409,
        b'{"error":{"message":"data://ada/foo exists already."}}',
    )
    assert answer["X-Error-Message"] == "data://ada/foo exists already."
    assert ask("POST", "/v1/data/.my", b'{"name":"Foo"}')[0] == 200, "case counts"


@pytest.mark.parametrize(
    "name",
    [
        '""',
        '" "',
        '"."',
        '".."',
        '".my"',
        '".hidden"',
        '"a/b"',
        r'"a\\b"',
        r'"a\u0000b"',
        r'"a\nb"',
        r'"\ud800"',
        r'"a\u202eb"',
        '"' + "x" * 256 + '"',
        '"' + "é" * 128 + '"',
        "1",
        "null",
        "[]",
    ],
)
def test_what_is_no_name_of_a_directory_is_refused(ask, name):
    status, _answer, body = ask("POST", "/v1/data/.my", b'{"name":%b}' % name.encode())
    assert status == 400
    assert json.loads(body)["error"]["message"]
    assert not DataDirectory.objects.exists()


@pytest.mark.parametrize(
    "acl",
    [
        "[]",
        '"x"',
        "{}",
        '{"read":null}',
        '{"read":["user://ada"]}',
        '{"read":"x"}',
        "1",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_no_acl_is_refused(ask, foo, method, acl):
    path = {"POST": "/v1/data/.my", "PATCH": "/v1/data/.my/foo"}[method]
    body = b'{"name":"bar","acl":%b}' % acl.encode()
    assert ask(method, path, body)[0] == 400
    assert DataDirectory.objects.get().read == "my_algos"


def test_an_acl_is_changed(ask, foo):
    for words, read in (([], "private"), (["user://*"], "public")):
        body = json.dumps({"acl": {"read": words}}).encode()
        answer = ask("PATCH", "/v1/data/.my/foo", body)
        assert (answer[0], answer[2]) == (200, b'{"result":"data://ada/foo"}')
        assert DataDirectory.objects.get().read == read
        listed = json.loads(ask("GET", "/v1/data/.my/foo?acl=true")[2])
        assert listed["acl"] == {"read": words}


def test_a_full_directory_goes_by_force_alone(ask, foo):
    ask("PUT", "/v1/data/.my/foo/b.txt", b"x")
    for force in ("", "?force=false", "?force=False"):
        status, answer, body = ask("DELETE", f"/v1/data/.my/foo{force}")
        said = "data://.my/foo has 2 files. Delete them first, or all with force=true."
        assert (status, body.decode()) == (
            409,
            '{"error":{"message":"' + said + '","deleted":0}}',
        )
        assert answer["X-Error-Message"] == said
    assert ask("DELETE", "/v1/data/.my/foo?force=maybe")[0] == 400
    assert ask("DELETE", "/v1/data/.my/foo?force=True")[2] == (
        b'{"result":{"deleted":3}}'
    )
    assert ask("DELETE", "/v1/data/.my/foo?force=true")[0] == 404


def test_a_file_is_replaced_whole(ask, foo):
    ask("PUT", "/v1/data/.my/foo/a.txt", b"shorter")
    ask("PUT", "/v1/data/.my/foo/a.txt", b"x")
    assert ask("GET", "/v1/data/.my/foo/a.txt")[2] == b"x"
    assert DataFile.objects.count() == 1


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "nonsense", "é"]
)
def test_a_file_is_put_with_any_content_type(ask, foo, kind):
    body = b"a=1&b=2\x00\xff"
    assert ask("PUT", "/v1/data/.my/foo/f", body, content_type=kind)[0] == 200
    assert ask("GET", "/v1/data/.my/foo/f")[2] == body


def test_an_empty_file_is_a_file(ask, foo):
    assert ask("PUT", "/v1/data/.my/foo/nothing", b"")[0] == 200
    status, answer, body = ask("GET", "/v1/data/.my/foo/nothing")
    assert (status, body, answer["Content-Length"]) == (200, b"", "0")


@pytest.mark.parametrize("name", ["a b.txt", "☎.txt", "100%.txt", "a%2Fb", "ü", "-"])
def test_names_are_any_text(ask, foo, name):
    path = f"/v1/data/.my/foo/{quote(name, safe='')}"
    assert ask("PUT", path, b"x")[2].decode() == (
        '{"result":"data://ada/foo/' + name + '"}'
    )
    assert ask("GET", path)[2] == b"x"


def test_a_path_that_is_encoded_whole_is_the_same_path(ask, foo):
    assert ask("GET", "/v1/data/.my%2Ffoo%2Fa.txt")[2] == b"hello"
    assert ask("PUT", "/v1/data/.my%2Ffoo%2Fb.txt", b"java")[0] == 200
    assert ask("GET", "/v1/data/.my/foo/b.txt")[2] == b"java"


@pytest.mark.parametrize(
    "path",
    [
        ".my/foo/../bar",
        ".my/foo/%2e%2e",
        ".my/../ada/foo/a.txt",
        ".my/foo/.",
        ".my/foo/a%00b",
        ".my/foo/a%0Ab",
        ".my/foo/a%5Cb",
        ".my/foo/a/b",
        ".my/foo/a%2Fb",
        ".my//foo/a",
        ".my/foo/" + "x" * 256,
        ".my/foo/%E2%80%AEtxt",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_no_path_leads_out_of_a_directory(ask, foo, method, path):
    status, _answer, body = ask(method, f"/v1/data/{path}", b"x")
    assert status == 400, body
    assert json.loads(body)["error"]["message"]
    assert DataFile.objects.count() == 1


@pytest.mark.parametrize("path", [".my/foo/%ff%fe", ".my/%c3%28/a", "%ff"])
def test_bad_utf_8_is_a_name_that_nobody_has(ask, foo, path):
    assert ask("GET", f"/v1/data/{path}")[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v1/data/s3+test://bucket/x",
        "/v1/data/s3://bucket/x",
        "/v1/data/s3:/bucket/x",
        "/v1/data/dropbox://x",
        "/v1/connector/s3/bucket/x",
        "/v1/connector/s3+test/bucket/x",
        "/v1/connector/dropbox/",
        "/v1/connector/gs/x",
        "/v1/connector/azureblob",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
def test_other_stores_are_not_here(ask, method, path):
    status, answer, body = ask(method, path, b"x")
    assert status == 400
    assert answer["X-Error-Message"].startswith("This server has no connector '")
    if method != "HEAD":
        assert json.loads(body) == {"error": {"message": answer["X-Error-Message"]}}


@pytest.mark.parametrize(
    "path", [".session", ".session/f", ".algo/temp/f", ".algo/perm", ".algo/a/b/other"]
)
def test_what_only_a_running_algorithm_has_is_missing(ask, path):
    for method in ("GET", "PUT", "DELETE"):
        assert ask(method, f"/v1/data/{path}", b"x")[0] == 404


def test_a_put_needs_a_directory_and_a_name(ask, foo):
    status, _answer, body = ask("PUT", "/v1/data/.my/none/a.txt", b"x")
    assert (status, body) == (404, MISSING % b".my/none/a.txt")
    for path in ("", ".my", ".my/foo", ".my/foo/"):
        assert ask("PUT", f"/v1/data/{path}", b"x")[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "", b'{"name":"x"}'),
        ("POST", ".my/foo", b'{"name":"x"}'),
        ("POST", ".my", b"{"),
        ("POST", ".my", b"[]"),
        ("POST", ".my", b""),
        ("POST", ".my", b"\xff"),
        ("PATCH", ".my/foo", b""),
        ("PATCH", ".my/foo", b"nonsense"),
        ("PATCH", ".my", b'{"acl":{"read":[]}}'),
        ("PATCH", ".my/foo/a.txt", b'{"acl":{"read":[]}}'),
        ("DELETE", "", b""),
        ("DELETE", ".my", b""),
    ],
)
def test_what_cannot_be_done_is_said(ask, foo, method, path, body):
    status, answer, said = ask(method, f"/v1/data/{path}", body)
    assert status == 400
    assert json.loads(said)["error"]["message"]
    assert answer["X-Error-Message"]


def test_without_a_key_everything_is_401(ask, foo):
    for path in (".my/foo/a.txt", "ada/foo", "nobody/x", ""):
        for method in ("GET", "PUT", "POST", "PATCH", "DELETE"):
            status, _answer, body = ask(method, f"/v1/data/{path}", b"x", key=None)
            assert status == 401
            assert body == b'{"error":{"message":"authorization required"}}'


def test_a_key_without_the_scope_is_refused_for_every_path_alike(ask, foo, ada):
    other = create_key(user=ada, name="run", scopes=["read", "run", "write"]).secret
    said = set()
    for path in (".my/foo/a.txt", ".my/none/x", "nobody/x", ".my", ""):
        for method in ("GET", "HEAD"):
            status, answer, _body = ask(method, f"/v1/data/{path}", key=other)
            assert status == 403
            said.add(answer["X-Error-Message"])
    for method, path in (
        ("PUT", ".my/foo/a.txt"),
        ("PUT", "nobody/x/y"),
        ("DELETE", ".my/foo"),
        ("POST", ".my"),
        ("POST", "nobody"),
    ):
        status, answer, _body = ask(
            method, f"/v1/data/{path}", b'{"name":"x"}', key=other
        )
        assert status == 403
        said.add(answer["X-Error-Message"])
    assert said == {"This key lacks the scope 'data'."}


def test_methods_that_the_store_has_not_are_named(ask):
    status, answer, _body = ask("OPTIONS", "/v1/data/.my")
    assert status == 405
    assert answer["Allow"] == "GET, HEAD, PUT, POST, PATCH, DELETE"


@pytest.mark.parametrize(
    ("asked", "status", "range_", "body"),
    [
        ("bytes=1-2", 206, "bytes 1-2/5", b"el"),
        ("bytes=3-", 206, "bytes 3-4/5", b"lo"),
        ("bytes=-1", 206, "bytes 4-4/5", b"o"),
        ("bytes=0-99", 200, None, b"hello"),
        ("bytes=9-", 416, "bytes */5", b""),
        ("bytes=-0", 416, "bytes */5", b""),
        ("bytes=x", 200, None, b"hello"),
        ("bytes=0-0,2-2", 200, None, b"hello"),
    ],
)
def test_a_part_of_a_file_is_given(ask, foo, asked, status, range_, body):
    got, answer, part = ask("GET", "/v1/data/.my/foo/a.txt", range=asked)
    assert (got, answer["Content-Range"], part) == (status, range_, body)
    assert answer["Content-Length"] == str(len(body))


def test_a_file_that_the_reader_has_is_not_sent_again(ask, foo):
    etag = ask("GET", "/v1/data/.my/foo/a.txt")[1]["ETag"]
    asked = {"if_none_match": etag}
    status, answer, body = ask("GET", "/v1/data/.my/foo/a.txt", **asked)
    assert (status, body, answer["ETag"]) == (304, b"", etag)
    ask("PUT", "/v1/data/.my/foo/a.txt", b"other")
    assert ask("GET", "/v1/data/.my/foo/a.txt", **asked)[2] == b"other"
    part = {"range": "bytes=0-0", "if_range": etag}
    assert ask("GET", "/v1/data/.my/foo/a.txt", **part)[2] == b"other"


def test_bytes_that_are_not_what_their_digest_says_are_not_stored(ask, foo):
    right = base64.b64encode(hashlib.sha256(b"whole").digest()).decode()
    header = {"content_digest": f"sha-512=:x:, sha-256=:{right}:"}
    status, _answer, body = ask("PUT", "/v1/data/.my/foo/d", b"who", **header)
    assert status == 400
    assert b"Content-Digest" in body
    assert ask("GET", "/v1/data/.my/foo/d")[0] == 404
    assert ask("PUT", "/v1/data/.my/foo/d", b"whole", **header)[0] == 200


def test_a_file_over_the_limit_is_413(ask, foo, settings):
    settings.DATA_FILE_BYTES = 1024 * 1024
    status, answer, body = ask("PUT", "/v1/data/.my/foo/big", b"x" * (1024 * 1024 + 1))
    assert (status, body) == (
        413,
        b'{"error":{"message":"A file has at most 1 MiB."}}',
    )
    assert ask("GET", "/v1/data/.my/foo/big")[0] == 404
    assert ask("PUT", "/v1/data/.my/foo/big", b"x" * 1024 * 1024)[0] == 200


def test_over_the_quota_nothing_is_stored(ask, foo, settings):
    settings.DATA_QUOTA_BYTES = 100 * 1024
    assert ask("PUT", "/v1/data/.my/foo/big", b"x" * 99 * 1024)[0] == 413
    assert ask("PUT", "/v1/data/.my/foo/big", b"x" * 90 * 1024)[0] == 200
    status, _answer, body = ask("PUT", "/v1/data/.my/foo/more", b"x" * 9 * 1024)
    assert status == 413
    assert b"quota" in body or b"takes all of its" in body
    # What replaces something only takes what it has more.
    assert ask("PUT", "/v1/data/.my/foo/big", b"y" * 91 * 1024)[0] == 200
    assert ask("DELETE", "/v1/data/.my/foo/big")[0] == 200
    assert ask("PUT", "/v1/data/.my/foo/more", b"x" * 9 * 1024)[0] == 200
