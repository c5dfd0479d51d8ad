"""Large and broken bodies at /v1/data, on raw sockets to the running product."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.live_product import Product, command_of, descendants_of

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def key(product, run_key):
    return product.command("create_key", "--user", "ada", "--scope", "data")


@pytest.fixture
def shelf(product, key):
    headers = {"Authorization": key, "Content-Type": "application/json"}
    made = product.request(
        "POST", "/v1/data/.my", body=b'{"name":"streams"}', headers=headers
    )
    assert made[0] == 200
    yield "/v1/data/.my/streams"
    headers = {"Authorization": key}
    product.request("DELETE", "/v1/data/.my/streams?force=true", headers=headers)


def send(product, key, path, *parts, more="", ends=False, waits=True) -> bytes:
    """Send PUT with these parts of a body; return what is answered."""
    head = f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {key}\r\n{more}"
    with socket.create_connection(("127.0.0.1", product.port), timeout=60) as line:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            line.sendall(f"{head}Connection: close\r\n\r\n".encode())
            for part in parts:
                line.sendall(part)
        if not waits:
            return b""
        if ends:
            line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65536):
            answer += part
        return answer


def get(product, key, path):
    return product.get(path, Authorization=key)


def memory_peak(product) -> int:
    """Return the highest resident memory of a process that serves, in MB."""
    found = []
    for pid in descendants_of(product.process.pid):
        if "granian" in command_of(pid):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            peak = next(line for line in lines if line.startswith("VmHWM"))
            found.append(int(peak.split()[1]) // 1024)
    return max(found)


CHUNKED = "Transfer-Encoding: chunked\r\n"


def test_chunks_come_together(product, key, shelf):
    body = b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    answer = send(product, key, f"{shelf}/a", body, more=CHUNKED)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b'{"result":"data://ada/streams/a"}')
    assert get(product, key, f"{shelf}/a")[2] == b"abcde"


def test_a_body_shorter_than_its_length_is_refused_and_nothing_changes(
    product, key, shelf
):
    send(product, key, f"{shelf}/a", b"before", more="Content-Length: 6\r\n")
    short = "Content-Length: 10\r\n"
    answer = send(product, key, f"{shelf}/a", b"abc", more=short, ends=True)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"ended too early" in answer
    send(product, key, f"{shelf}/a", b"abc", more=short, waits=False)
    assert get(product, key, f"{shelf}/a")[2] == b"before"


@pytest.mark.parametrize("body", [b"0\r\n\r\n", b"zz\r\nabc\r\n0\r\n\r\n"])
def test_an_empty_or_malformed_chunked_body_is_refused(product, key, shelf, body):
    send(product, key, f"{shelf}/a", b"before", more="Content-Length: 6\r\n")
    answer = send(product, key, f"{shelf}/a", body, more=CHUNKED)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert get(product, key, f"{shelf}/a")[2] == b"before"


def test_nothing_is_lost_of_an_empty_file(product, key, shelf):
    for more in ("Content-Length: 0\r\n", ""):
        answer = send(product, key, f"{shelf}/a", more=more)
        assert answer.startswith(b"HTTP/1.1 200 ")
    status, headers, body = get(product, key, f"{shelf}/a")
    assert (status, headers["Content-Length"], body) == (200, "0", b"")


def test_two_content_types_do_no_harm(product, key, shelf):
    more = "Content-Type: text/plain\r\n" * 2 + "Content-Length: 2\r\n"
    assert send(product, key, f"{shelf}/a", b"hi", more=more).startswith(
        b"HTTP/1.1 200 "
    )


def test_a_path_that_java_encodes_whole_arrives(product, key, shelf):
    path = "/v1/data/.my%2Fstreams%2Fjava"
    answer = send(product, key, path, b"hi", more="Content-Length: 2\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert get(product, key, path)[2] == b"hi"


def test_head_answers_without_a_body(product, key, shelf):
    send(product, key, f"{shelf}/a", b"hello", more="Content-Length: 5\r\n")
    status, headers, body = product.request(
        "HEAD", f"{shelf}/a", headers={"Authorization": key}
    )
    assert (status, body) == (200, b"")
    assert headers["Content-Length"] == "5"
    assert headers["X-Data-Type"] == "file"
    assert len(headers.get_all("Date")) == 1


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_over_the_limit_is_answered_413_to_its_sender(
    product, key, shelf, chunked
):
    part = b"x" * MEGABYTE
    if chunked:
        parts = [b"%x\r\n%b\r\n" % (len(part), part)] * 401 + [b"0\r\n\r\n"]
        more = CHUNKED
    else:
        parts, more = [part] * 60, f"Content-Length: {401 * MEGABYTE}\r\n"
    # The server waits for the rest of what was announced, for a while.
    ends = not chunked
    answer = send(product, key, f"{shelf}/big", *parts, more=more, ends=ends)
    assert answer.startswith(b"HTTP/1.1 413 "), answer[:100]
    assert get(product, key, f"{shelf}/big")[0] == 404


def test_a_refused_upload_is_read_on_so_that_its_sender_hears_why(product, shelf):
    more = f"Content-Length: {30 * MEGABYTE}\r\n"
    parts = [b"x" * MEGABYTE] * 30
    answer = send(product, "none", f"{shelf}/a", *parts, more=more)
    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.fixture
def fresh(tmp_path):
    """A product that has done nothing yet: the shared one remembers other peaks."""
    product = Product(tmp_path / "home").start()
    product.command("create_user", "ada")
    yield product
    product.stop()


def test_four_hundred_megabytes_pass_in_little_memory(fresh):
    product, shelf = fresh, "/v1/data/.my/streams"
    key = product.command("create_key", "--user", "ada", "--scope", "data")
    headers = {"Authorization": key, "Content-Type": "text/plain"}
    product.request("POST", "/v1/data/.my", body=b"streams", headers=headers)
    part = os.urandom(MEGABYTE)
    digest = hashlib.sha256(part * 400).hexdigest()
    more = f"Content-Length: {400 * MEGABYTE}\r\n"
    answer = send(product, key, f"{shelf}/big", *[part] * 400, more=more)
    assert answer.startswith(b"HTTP/1.1 200 ")
    with socket.create_connection(("127.0.0.1", product.port), timeout=60) as line:
        line.sendall(
            f"GET {shelf}/big HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {key}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        found = hashlib.sha256()
        with line.makefile("rb") as file:
            while file.readline().strip():
                pass
            while more := file.read(MEGABYTE):
                found.update(more)
    assert found.hexdigest() == digest
    assert memory_peak(product) < 200


def test_a_server_killed_in_an_upload_has_the_file_as_it_was(tmp_path):
    """Kill -9 of all its processes, in the middle of the bytes."""
    product = Product(tmp_path / "home").start()
    try:
        product.command("create_user", "ada")
        key = product.command("create_key", "--user", "ada", "--scope", "data")
        headers = {"Authorization": key, "Content-Type": "text/plain"}
        product.request("POST", "/v1/data/.my", body=b"foo", headers=headers)
        product.request("PUT", "/v1/data/.my/foo/a", body=b"before", headers=headers)
        begun = threading.Event()
        uploading = threading.Thread(target=half_upload, args=(product, key, begun))
        uploading.start()
        assert begun.wait(30)
        processes = [product.process.pid, *descendants_of(product.process.pid)]
        for pid in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        product.process.wait(30)
        uploading.join(30)
        product.start()
        assert get(product, key, "/v1/data/.my/foo/a")[2] == b"before"
        listed = get(product, key, "/v1/data/.my/foo")[2]
        assert listed.count(b'"filename"') == 1
    finally:
        product.stop()


def half_upload(product, key, begun):
    """Send half of a file, tell, and wait for the end of the line."""
    incoming = product.home / "data" / "incoming"
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", product.port), timeout=60) as line,
    ):
        line.sendall(
            f"PUT /v1/data/.my/foo/a HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: {key}\r\nContent-Length: {20 * MEGABYTE}\r\n\r\n".encode()
        )
        line.sendall(b"x" * 10 * MEGABYTE)
        while not any(path.stat().st_size for path in incoming.iterdir()):
            time.sleep(0.01)
        begun.set()
        line.recv(1)
