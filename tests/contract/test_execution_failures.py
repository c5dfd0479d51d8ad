"""Every execution backend names failures alike, and works on after them."""

from __future__ import annotations

import time

import pytest

from catalog.execution import AlgorithmFailed
from tests.contract.execution_contract import (
    Place,
    answer,
    needs,
    run,
    run_on_all_that_can,
)

ECHO = "def apply(input):\n    return input\n"


def pytest_generate_tests(metafunc):
    run_on_all_that_can(metafunc)


@pytest.fixture
def place(request):
    with Place(request.param, max_workers=2, queue_limit=60) as place:
        yield place


@pytest.fixture
def backend(place):
    return place.backend


def test_an_exception_carries_message_and_the_frames_of_the_bundle(place, backend):
    failing = place.bundle("""
        import json

        def helper():
            return json.loads("{")

        def apply(input):
            return helper()
        """)
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, failing)
    failure = caught.value
    assert failure.code == "algorithm_error"
    assert failure.error_type == "AlgorithmError"
    assert failure.message.startswith("Expecting property name")
    assert 'File "algorithm.py", line 8, in apply' in failure.stacktrace
    assert 'File "algorithm.py", line 5, in helper' in failure.stacktrace
    assert "decoder.py" not in failure.stacktrace
    assert str(place.home) not in failure.stacktrace
    assert failure.stacktrace.endswith(failure.message)


def test_messages_do_not_tell_where_the_bundle_lies(place, backend):
    source = "def apply(input):\n    open(__file__ + '.missing')\n"
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, place.bundle(source))
    assert "algorithm.py.missing" in caught.value.message
    assert str(place.home) not in caught.value.message


@pytest.mark.parametrize(
    ("raised", "error_type"),
    [("InputError", "InputError"), ("MadeUpError", "AlgorithmError")],
)
def test_an_author_names_the_error_type_that_clients_know(
    place, backend, raised, error_type
):
    source = f"""
        from Algorithmia.errors import AlgorithmError

        def apply(input):
            raise AlgorithmError("no face found", "{raised}")
        """
    with pytest.raises(AlgorithmFailed, match="no face found") as caught:
        run(backend, place.bundle(source))
    assert caught.value.error_type == error_type


@pytest.mark.parametrize(
    "statement",
    [
        "raise KeyboardInterrupt",
        "raise BaseException('x')",
        "raise Awkward",
        "apply(input)",
    ],
)
def test_whatever_is_raised_the_next_call_works(place, backend, statement):
    source = f"""
        class Awkward(Exception):
            def __str__(self):
                raise RuntimeError

            @property
            def error_type(self):
                raise RuntimeError

        def apply(input):
            if input:
                return input
            {statement}
        """
    awkward = place.bundle(source)
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, awkward)
    assert caught.value.code == "algorithm_error"
    assert caught.value.message
    assert not run(backend, awkward, 1).cold


@pytest.mark.parametrize(
    "expression",
    [
        "object()",
        "float('nan')",
        "[float('inf')]",
        "'\\ud800'",
        "{'a': '\\udfff'}",
        "{(1, 2): 3}",
        "deep",
        "circle",
        "10 ** 5000",
    ],
)
def test_what_is_no_json_is_an_invalid_output(place, backend, expression):
    source = f"""
        deep = []
        for _ in range(100_000):
            deep = [deep]
        circle = []
        circle.append(circle)

        def apply(input):
            return {expression} if input else "fine"
        """
    odd = place.bundle(source)
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, odd, 1)
    assert caught.value.code == "invalid_output"
    assert caught.value.error_type == "AlgorithmError"
    assert answer(backend, odd, 0) == "fine"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def apply(input) return", "SyntaxError"),
        ("import no_such_module_at_all", "No module named"),
        ("raise ValueError('weights are missing')", "weights are missing"),
        ("def load():\n    1 / 0\ndef apply(input):\n    pass", "division by zero"),
        ("x = 1", "no function apply"),
    ],
)
def test_a_source_that_does_not_load_is_a_load_error(place, backend, source, said):
    broken = place.bundle(source)
    for attempt in (lambda: backend.deploy(broken), lambda: run(backend, broken)):
        with pytest.raises(AlgorithmFailed) as caught:
            attempt()
        assert caught.value.code == "load_error"
        assert caught.value.error_type == "LoadingError"
        assert said in caught.value.message
        assert str(place.home) not in caught.value.stacktrace


def test_an_entry_outside_the_bundle_does_not_load(place, backend):
    (place.home / "outside.py").write_text(ECHO)
    with pytest.raises(AlgorithmFailed, match="no file"):
        run(backend, place.bundle(ECHO, entry="../outside.py"))


def test_an_endless_loop_ends_at_the_deadline_and_the_next_call_works(place, backend):
    looping = place.bundle("""
        import time

        def apply(input):
            end = time.monotonic() + input
            while time.monotonic() < end:
                pass
            return "out"
        """)
    run(backend, looping, 0)
    started = time.monotonic()
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, looping, 2, timeout=0.3)
    assert 0.3 <= time.monotonic() - started < 1
    assert caught.value.code == "timeout"
    assert caught.value.error_type == "TimeoutError"
    assert caught.value.message == (
        "Failed to run algorithm - may have timed-out or hit out-of-memory error"
    )
    assert 0.2 < caught.value.duration < 1
    assert answer(backend, looping, 0) == "out"


def test_system_exit_ends_the_worker_and_the_next_call_works(place, backend):
    leaving = place.bundle("""
        import sys

        def apply(input):
            if input:
                sys.exit(input)
            return "here"
        """)
    with pytest.raises(AlgorithmFailed, match="exit code 3") as caught:
        run(backend, leaving, 3)
    assert caught.value.code == "worker_crashed"
    assert caught.value.error_type == "SystemExit"
    again = run(backend, leaving, 0)
    assert again.body == b"here"
    assert again.cold


def test_a_memory_error_is_named_and_the_worker_kept(place, backend):
    hungry = place.bundle("""
        def apply(input):
            if input:
                raise MemoryError
            return "fed"
        """)
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, hungry, 1)
    assert caught.value.code == "memory_limit"
    assert caught.value.error_type == "OutOfMemoryError"
    assert not run(backend, hungry, 0).cold


def test_a_result_above_the_limit_is_refused_and_the_next_call_works(place, backend):
    large = place.bundle("def apply(input):\n    return 'x' * input\n")
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, large, 1_000_001, max_result_bytes=1_000_000)
    assert caught.value.code == "output_too_large"
    assert caught.value.error_type == "TooLargeError"
    result = run(backend, large, 1_000_000, max_result_bytes=1_000_000)
    assert len(result.body) == 1_000_000


@needs("memory limit")
def test_memory_beyond_the_limit_is_refused_and_the_worker_kept(place, backend):
    hungry = place.bundle(
        "def apply(input):\n    return len(bytearray(input * 1024 ** 2))\n",
        memory_mb=128,
    )
    assert answer(backend, hungry, 64) == 64 * 1024**2
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, hungry, 300)
    assert caught.value.code == "memory_limit"
    assert not run(backend, hungry, 1).cold


@needs("kill")
@pytest.mark.parametrize(
    ("statement", "error_type", "said"),
    [
        ("os._exit(7)", "SystemExit", "exit code 7"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SystemError", "SIGSEGV"),
        ("os.abort()", "SystemError", "SIGABRT"),
        ("os.closerange(0, 256); time.sleep(60)", "SystemError", "closed its"),
        ("os.write(channel, b'x' * 100); time.sleep(60)", "SystemError", "broke its"),
    ],
)
def test_a_crash_is_named_and_the_next_call_works(
    place, backend, statement, error_type, said
):
    crashing = place.bundle(f"""
        import os, signal, stat, time

        channel = next(
            fd for fd in range(3, 50)
            if os.path.exists(f"/proc/self/fd/{{fd}}")
            and stat.S_ISSOCK(os.fstat(fd).st_mode)
        )

        def apply(input):
            if input:
                {statement}
            return "up"
        """)
    with pytest.raises(AlgorithmFailed, match=said) as caught:
        run(backend, crashing, 1)
    assert caught.value.code == "worker_crashed"
    assert caught.value.error_type == error_type
    assert answer(backend, crashing, 0) == "up"
