"""A running algorithm reaches the platform by its own call's channel."""

from __future__ import annotations

import json
import threading
import time

import pytest

from catalog.execution import AlgorithmFailed
from catalog.execution.runtime.asks import ASKS_PER_CALL, PART_BYTES
from tests.contract.execution_contract import (
    Place,
    Shelf,
    answer,
    needs,
    run,
    run_on_all_that_can,
)

ECHO = "def apply(input):\n    return input\n"
CLIENT = "import Algorithmia\nclient = Algorithmia.client()\n"


def pytest_generate_tests(metafunc):
    run_on_all_that_can(metafunc)


@pytest.fixture
def place(request):
    with Place(request.param, max_workers=2, queue_limit=60) as place:
        yield place


@pytest.fixture
def backend(place):
    return place.backend


def source(body: str) -> str:
    return CLIENT + "def apply(input):\n" + f"    {body}\n"


def test_a_file_is_read_as_text_bytes_and_json(place, backend):
    shelf = Shelf(**{".my/a/n.json": '{"č": 1}'.encode()})
    reading = place.bundle(
        CLIENT
        + """
def apply(input):
    file = client.file("data://.my/a/n.json")
    with file.getFile() as opened:
        text = opened.read()
    return [file.getString(), list(file.getBytes()), file.getJson(),
            text, file.getName(), file.exists(), file.url]
"""
    )
    text = '{"č": 1}'
    assert answer(backend, reading, host=shelf) == [
        text,
        list(text.encode()),
        {"č": 1},
        text,
        "n.json",
        True,
        "/v1/data/.my/a/n.json",
    ]


@pytest.mark.parametrize(
    "size",
    [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 5 * PART_BYTES + 7],
)
def test_a_file_of_any_size_arrives_whole_both_ways(place, backend, size):
    content = bytes(range(251)) * (size // 251 + 1)
    content = content[:size]
    shelf = Shelf(a=content)
    copying = place.bundle(source("client.file('b').put(client.file('a').getBytes())"))
    run(backend, copying, host=shelf)
    assert shelf.files["b"] == content
    assert all(len(ask.body) <= PART_BYTES for ask in shelf.asks)


def test_nothing_is_stored_before_the_last_part_is_there(place, backend):
    shelf = Shelf()
    writing = place.bundle(
        CLIENT
        + """
def apply(input):
    client.way_back.ask("file.write", b"half", path="a", offset=0, last=False)
    return "stopped"
"""
    )
    assert answer(backend, writing, host=shelf) == "stopped"
    assert shelf.files == {}


def test_text_json_and_files_are_put_and_deleted(place, backend):
    shelf = Shelf()
    writing = place.bundle(
        CLIENT
        + """
def apply(input):
    client.file("data://d/t").put("č").exists()
    client.file("d/j").putJson({"a": [1]})
    client.file("d/f").putFile(client.file("d/t").getFile(as_path=True))
    client.file("/d/gone").put(b"x").delete()
    try:
        client.file("d/n").put(3)
    except TypeError as error:
        return str(error)
"""
    )
    said = "Must put strings or binary data. Use putJson instead"
    assert answer(backend, writing, host=shelf) == said
    assert shelf.files == {
        "d/t": "č".encode(),
        "d/j": b'{"a": [1]}',
        "d/f": "č".encode(),
    }


def test_what_is_missing_does_not_exist_and_cannot_be_read(place, backend):
    missing = place.bundle(
        CLIENT
        + """
from Algorithmia.errors import ApiError, DataApiError

def apply(input):
    file = client.file("data://.my/a/b")
    said = [file.exists(), client.dir("d").exists(), file.existsWithError()]
    try:
        file.getJson()
    except DataApiError as error:
        return [*said, str(error), isinstance(error, ApiError)]
"""
    )
    assert answer(backend, missing, host=Shelf()) == [
        False,
        False,
        [False, "no such file"],
        "unable to get file .my/a/b - no such file",
        True,
    ]


def test_a_refusal_that_is_not_caught_names_its_kind(place, backend):
    failing = place.bundle(source("return client.file('a').getString()"))
    with pytest.raises(AlgorithmFailed, match="unable to get file a") as caught:
        run(backend, failing, host=Shelf())
    assert caught.value.code == "algorithm_error"
    assert caught.value.error_type == "EntityNotFoundError"


def test_a_directory_is_made_listed_opened_and_deleted(place, backend):
    shelf = Shelf(**{f".my/d/{n}": b"x" * n for n in range(5)})
    listing = place.bundle(
        CLIENT
        + """
from Algorithmia.acl import ReadAcl, AclType

def apply(input):
    folder = client.dir("data://.my/d")
    before = folder.exists()
    folder.create(ReadAcl.private)
    private = folder.get_permissions().read_acl is AclType.private
    folder.update_permissions(ReadAcl.public)
    public = folder.get_permissions().read_acl is AclType.public
    files = [(f.getName(), f.size, str(f.last_modified)) for f in folder.files()]
    kinds = [each.is_dir() for each in folder.list()]
    dirs = [d.path for d in folder.dirs()]
    try:
        folder.delete()
    except Exception as error:
        said = str(error)
    return [before, private, public, folder.exists(), files, kinds, dirs, said,
            folder.delete(force=True), folder.file("1").getString()]
"""
    )
    assert answer(backend, listing, host=shelf) == [
        False,
        True,
        True,
        True,
        [[str(n), n, "2020-03-18 17:00:33"] for n in range(5)],
        [True] + [False] * 5,
        [".my/d/inner"],
        "the directory is not empty",
        True,
        "x",
    ]


def test_a_link_to_a_file_may_be_had(place, backend):
    linking = place.bundle(source("return client.file('a').getUrl(expires_in=60)"))
    shelf = Shelf(a=b"")
    assert answer(backend, linking, host=shelf) == "http://shelf.example/a?for=60"


def test_the_module_itself_is_a_client_as_the_published_one(place, backend):
    plain = place.bundle(
        "import Algorithmia\n"
        "def apply(input):\n"
        "    return Algorithmia.file('a').getString() + Algorithmia.client('k', "
        "api_address='http://x').file('a').getString()\n"
    )
    assert answer(backend, plain, host=Shelf(a=b"x")) == "xx"


def test_the_host_answers_in_the_thread_that_waits_for_the_call(place, backend):
    shelf = Shelf(a=b"x")
    reading = place.bundle(source("return client.file('a').getString()"))
    assert answer(backend, reading, host=shelf) == "x"
    assert shelf.threads == {threading.get_ident()}


def test_each_call_asks_its_own_host(place, backend):
    reading = place.bundle(source("return client.file('a').getString()"))
    said = [answer(backend, reading, host=Shelf(a=b"%d" % n)) for n in range(3)]
    assert said == ["0", "1", "2"]


def test_without_a_host_files_are_unsupported_and_the_worker_is_kept(place, backend):
    reading = place.bundle(source("return input or client.file('a').getString()"))
    with pytest.raises(AlgorithmFailed, match="answers nothing") as caught:
        run(backend, reading)
    assert caught.value.error_type == "UnsupportedError"
    assert not run(backend, reading, "kept").cold


def test_a_source_that_asks_while_it_loads_is_told_when_it_may(place, backend):
    early = place.bundle(
        CLIENT
        + """
def load():
    return client.file("a").getString()

def apply(input, state):
    return state
"""
    )
    with pytest.raises(AlgorithmFailed, match=r"in apply\(\)") as caught:
        run(backend, early, host=Shelf(a=b"x"))
    assert caught.value.code == "load_error"


def test_many_threads_of_an_algorithm_ask_at_once(place, backend):
    threaded = place.bundle(
        CLIENT
        + """
from concurrent.futures import ThreadPoolExecutor

def apply(input):
    with ThreadPoolExecutor(8) as threads:
        names = [str(n) for n in range(100)]
        return list(threads.map(lambda n: client.file(n).getString(), names))
"""
    )
    shelf = Shelf(**{str(n): b"%d" % n for n in range(100)})
    assert answer(backend, threaded, host=shelf) == [str(n) for n in range(100)]


def test_a_thread_that_outlives_its_call_has_no_way_back(place, backend):
    outliving = place.bundle(
        CLIENT
        + """
import threading

go, said = threading.Event(), []

def later():
    go.wait()
    try:
        said.append(client.file("a").getString())
    except Exception as error:
        said.append(type(error).__name__)

def apply(input):
    if input == "start":
        threading.Timer(0.3, go.set).start()
        threading.Thread(target=later).start()
        return "started"
    return said
"""
    )
    shelf = Shelf(a=b"x")
    assert answer(backend, outliving, "start", host=shelf) == "started"
    time.sleep(0.6)
    assert answer(backend, outliving, host=shelf) == ["DataApiError"]
    assert shelf.asks == []


@pytest.mark.parametrize(
    "ask",
    [
        "'file.stat'",
        "'file.stat', path=3",
        "'file.stat', path=None",
        "'file.stat', path='a\\x00b'",
        "'file.stat', path='\\ud800'",
        "'file.stat', path='a' * 2001",
        "'file.stat', path='a' * 20_000",
        "'file.stat', b'content', path='a'",
        "'file.stat', path='a', more=1",
        "'file.read', path='a', offset=-1",
        "'file.read', path='a', offset=1.0",
        "'file.read', path='a', offset=True",
        "'file.read', path='a', offset=2**60",
        "'file.write', path='a', offset=0, last='yes'",
        "'file.link', path='a', seconds='60'",
        "'dir.create', path='a', read='user://*'",
        "'dir.create', path='a', read=[1]",
        "'dir.create', path='a', read=['x'] * 9",
        "'dir.list', path='a', marker=None, acl=True",
        "'__class__', path='a'",
        "'', path='a'",
        "None, path='a'",
        "['file.stat'], path='a'",
        "{}, path='a'",
    ],
)
def test_a_malformed_ask_never_reaches_the_host(place, backend, ask):
    hostile = place.bundle(
        CLIENT
        + f"""
def apply(input):
    try:
        client.way_back.ask({ask})
    except Exception as error:
        return error.error_type
"""
    )
    shelf = Shelf(a=b"x")
    said = answer(backend, hostile, host=shelf)
    assert said in {"InputError", "UnsupportedError"}
    assert shelf.asks == []
    assert not run(backend, hostile, host=shelf).cold


def test_a_call_has_a_bounded_number_of_asks(place, backend):
    asking = place.bundle(
        CLIENT
        + """
def apply(input):
    for n in range(input):
        client.file("a").exists()
    return "done"
"""
    )
    shelf = Shelf(a=b"x")
    assert answer(backend, asking, ASKS_PER_CALL, host=shelf) == "done"
    with pytest.raises(AlgorithmFailed, match="more than 2,000 times") as caught:
        run(backend, asking, ASKS_PER_CALL + 1, host=shelf)
    assert caught.value.code == "algorithm_error"
    assert caught.value.error_type == "TooLargeError"
    assert len(shelf.asks) == 2 * ASKS_PER_CALL
    assert answer(backend, asking, 1, host=shelf) == "done"


def test_a_part_above_the_limit_is_refused(place, backend):
    large = place.bundle(
        CLIENT
        + f"""
def apply(input):
    client.way_back.ask("file.write", bytes({PART_BYTES} + input), path="a",
                        offset=0, last=True)
"""
    )
    shelf = Shelf()
    run(backend, large, 0, host=shelf)
    with pytest.raises(AlgorithmFailed, match="more at once") as caught:
        run(backend, large, 1, host=shelf)
    assert caught.value.error_type == "TooLargeError"
    assert len(shelf.asks) == 1
    run(backend, large, 0, host=shelf)


def test_a_small_limit_of_the_result_does_not_bound_files(place, backend):
    copying = place.bundle(
        source("return client.file('b').put(client.file('a').getBytes()) and input")
    )
    shelf = Shelf(a=bytes(PART_BYTES))
    run(backend, copying, "x" * 100, host=shelf, max_result_bytes=100)
    assert len(shelf.files["b"]) == PART_BYTES
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, copying, "x" * 101, host=shelf, max_result_bytes=100)
    assert caught.value.code == "output_too_large"


class Slow(Shelf):
    """Takes its time to answer."""

    def answer(self, ask):
        time.sleep(0.6)
        return super().answer(ask)


def test_the_deadline_holds_while_the_host_answers(place, backend):
    reading = place.bundle(source("return input or client.file('a').getString()"))
    run(backend, reading, "warm")
    slow = Slow(a=b"x")
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, reading, host=slow, timeout=0.3)
    assert caught.value.code == "timeout"
    assert 0.2 < caught.value.duration < 0.6, "the run is over before the answer"
    said = [answer(backend, reading, n, host=slow) for n in ("a", "b", "c")]
    assert said == ["a", "b", "c"], "a late answer is nobody's"


def test_the_host_is_told_how_much_time_is_left(place, backend):
    shelf = Shelf(a=b"x")
    reading = place.bundle(source("return client.file('a').getString()"))
    run(backend, reading, host=shelf, timeout=7)
    (ask,) = shelf.asks
    assert 0 < ask.seconds < 7


def test_no_host_is_asked_when_the_time_is_over(place, backend):
    asking = place.bundle(
        CLIENT
        + """
import time

def apply(input):
    while True:
        client.file("a").exists()
        time.sleep(0.05)
"""
    )
    shelf = Shelf(a=b"x")
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, asking, host=shelf, timeout=0.4)
    assert caught.value.code == "timeout"
    count = len(shelf.asks)
    assert count
    time.sleep(0.3)
    assert len(shelf.asks) == count


class Broken(Shelf):
    """Fails as no host should."""

    def answer(self, _ask):
        raise RuntimeError("the disk is on fire")


def test_a_host_that_fails_says_nothing_of_why(place, backend, caplog):
    reading = place.bundle(source("return input or client.file('a').getString()"))
    with pytest.raises(AlgorithmFailed, match="The platform failed") as caught:
        run(backend, reading, host=Broken())
    assert "fire" not in caught.value.message
    assert "fire" in caplog.text
    assert answer(backend, reading, "on", host=Broken()) == "on"


class Wide(Shelf):
    """Answers with a part as large as parts may be, and odd characters."""

    def answer(self, ask):
        super().answer(ask)
        return {"size": PART_BYTES, "note": "č\ud800"}, b"\xff" * PART_BYTES


def test_any_answer_travels(place, backend):
    reading = place.bundle(source("return len(client.file('a').getBytes())"))
    assert answer(backend, reading, host=Wide(a=b"x")) == PART_BYTES


def test_temporary_files_end_with_the_call(place, backend):
    keeping = place.bundle(
        CLIENT
        + """
import os

def apply(input):
    if input:
        return [os.path.exists(path) for path in input]
    paths = [client.file("a").getFile(as_path=True) for n in range(3)]
    for path in paths:
        with open(path) as file:
            assert file.read() == "x"
    return paths
"""
    )
    shelf = Shelf(a=b"x")
    paths = answer(backend, keeping, host=shelf)
    assert answer(backend, keeping, paths, host=shelf) == [False] * 3


def test_calls_that_ask_nothing_send_two_frames(place, backend):
    shelf = Shelf()
    assert answer(backend, place.bundle(ECHO), {"a": 1}, host=shelf) == {"a": 1}
    assert shelf.asks == []


def test_a_file_may_be_read_line_by_line(place, backend):
    reading = place.bundle(
        CLIENT
        + """
def apply(input):
    file = client.file("a")
    return [file.readline(), file.tell(), file.read(1), file.seek(0), file.read(),
            file.readlines(), file.readable()]
"""
    )
    assert answer(backend, reading, host=Shelf(a=b"one\ntwo\n")) == [
        "one\n",
        4,
        "t",
        0,
        "one\ntwo\n",
        [],
        True,
    ]


@needs("kill")
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("os._exit(7)", "exit code 7"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("os.closerange(0, 256); time.sleep(60)", "closed its"),
        ("os.write(channel, b'x' * 100); time.sleep(60)", "broke its"),
        ("os.write(channel, b'[]'.join(prefix)); time.sleep(60)", "broke its"),
        ("os.write(channel, b'{\"ask\":'.join(prefix)); time.sleep(60)", "broke its"),
    ],
)
def test_a_worker_that_dies_after_it_asked_did_run_and_runs_once(
    place, backend, statement, said
):
    dying = place.bundle(
        CLIENT
        + f"""
import os, signal, stat, struct, time

channel = next(
    fd for fd in range(3, 50)
    if os.path.exists(f"/proc/self/fd/{{fd}}") and stat.S_ISSOCK(os.fstat(fd).st_mode)
)
prefix = [struct.pack("!II", 2, 0), b""]

def apply(input):
    if input:
        client.file("a").exists()
        {statement}
    return "up"
"""
    )
    shelf = Shelf(a=b"x")
    with pytest.raises(AlgorithmFailed, match=said) as caught:
        run(backend, dying, 1, host=shelf)
    assert caught.value.code == "worker_crashed"
    assert shelf.kinds == ["file.stat"], "asked once: it ran once"
    assert answer(backend, dying, 0, host=shelf) == "up"


@needs("kill")
def test_a_worker_that_dies_while_the_host_answers_runs_once(place, backend):
    dying = place.bundle(
        CLIENT
        + """
import os, threading

def apply(input):
    if input:
        threading.Timer(0.2, os._exit, [9]).start()
        client.file("a").exists()
        return "not reached"
    return "up"
"""
    )
    slow = Slow(a=b"x")
    with pytest.raises(AlgorithmFailed, match="exit code 9") as caught:
        run(backend, dying, 1, host=slow)
    assert caught.value.code == "worker_crashed"
    assert slow.kinds == ["file.stat"]
    assert answer(backend, dying, 0, host=slow) == "up"


@needs("kill")
def test_a_signal_of_the_authors_waits_for_the_answer(place, backend):
    cutting = place.bundle(
        CLIENT
        + """
import os, signal

def stop(*_):
    raise InterruptedError("too slow")

def apply(input):
    if not input:
        return os.getpid()
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        client.file("a").getString()
    except InterruptedError as error:
        return str(error)
"""
    )
    slow = Slow(a=b"x")
    before = answer(backend, cutting, 0, host=slow)
    assert answer(backend, cutting, 1, host=slow) == "too slow"
    assert answer(backend, cutting, 0, host=slow) == before


@needs("own streams")
def test_a_process_that_the_algorithm_forked_has_no_way_back(place, backend):
    forking = place.bundle(
        CLIENT
        + """
import os, sys

def apply(input):
    pid = os.fork()
    if not pid:
        try:
            client.file("a").exists()
        except Exception as error:
            os._exit(5 if error.error_type == "UnsupportedError" else 6)
        os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""
    )
    shelf = Shelf(a=b"x")
    assert json.loads(run(backend, forking, host=shelf).body) == 5
    assert shelf.asks == []
