"""Runs bundles in threads of this very process, for tests and documentation."""

from __future__ import annotations

import hashlib
import queue
import sys
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Literal

from catalog.execution.answering import answer
from catalog.execution.backends.printing import captured
from catalog.execution.base import (
    AlgorithmFailed,
    Deployment,
    ExecutionBackend,
    Health,
    QueueFull,
    QueueTimeout,
    RunRequest,
    RunResult,
)
from catalog.execution.runtime import algorithmia
from catalog.execution.runtime.asks import (
    ASKS_PER_CALL,
    WayBack,
    check_ask,
    refusal,
)
from catalog.execution.runtime.failures import (
    CallError,
    crashed,
    exit_code,
    timed_out,
)
from catalog.execution.runtime.frames import decode_header
from catalog.execution.runtime.program import Program, load_program

if TYPE_CHECKING:
    from catalog.execution.base import ContentType

    _Frame = tuple[bytes, bytes]

#: sources are imported one at a time: for that long `Algorithmia` is our module
_import_lock = threading.Lock()


class DummyBackend(ExecutionBackend):
    """The contract as far as a thread can keep it; never for sources of others.

    A thread has no sandbox, no memory limit and no working directory of its own, and
    cannot be killed: relative asset paths and imports of sibling files do not work,
    a call past its deadline goes on unseen, `os._exit` ends the whole process.
    """

    def __init__(self, *, queue_limit: int = 64, deploy_seconds: float = 60.0) -> None:
        self._queue_limit = queue_limit
        self._deploy_seconds = deploy_seconds
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    def deploy(self, deployment: Deployment) -> None:
        self._run(deployment, None, self._deploy_seconds)

    def call(self, request: RunRequest) -> RunResult:
        result = self._run(request.deployment, request, request.timeout)
        if len(result.body) > request.max_result_bytes:
            raise AlgorithmFailed(
                "The result is too large",
                code="output_too_large",
                error_type="TooLargeError",
                duration=result.duration,
            )
        return result

    def describe(self, deployment: Deployment) -> Literal["warm", "cold"]:
        lane = self._lanes.get(deployment.key)
        return "warm" if lane is not None and lane.program is not None else "cold"

    def health(self) -> Health:
        count = len(self._lanes)
        return Health(ok=True, detail="Runs in this process", workers=count)

    def close(self) -> None:
        with self._lock:
            lanes = list(self._lanes.values())
            self._lanes.clear()
        for lane in lanes:
            lane.end()

    def _run(
        self, deployment: Deployment, request: RunRequest | None, timeout: float
    ) -> RunResult:
        with self._lock:
            lane = self._lanes.get(deployment.key)
            if lane is None:
                lane = self._lanes[deployment.key] = _Lane(deployment)
        if lane.jobs.qsize() >= self._queue_limit:
            raise QueueFull("Too many calls wait for this version")
        job = _Job(request)
        lane.jobs.put(job)
        try:
            return job.outcome(timeout)
        except TimeoutError:
            if job.future.cancel():
                raise QueueTimeout("No worker became free in time") from None
            job.hang_up()
            lane.replace_thread()
            raise _failed(timed_out(), timeout) from None
        except CallError as error:
            raise _failed(error, error.duration) from None


class _Job:
    """One call in the queue; without a request the source is loaded only."""

    __slots__ = ("_answers", "_asked", "_asks", "future", "put_at", "request")

    def __init__(self, request: RunRequest | None) -> None:
        self.request = request
        self.put_at = time.monotonic()
        self.future: Future[RunResult] = Future()
        self.future.add_done_callback(lambda _done: self._asks.put(None))
        #: asks of the lane's thread for the one that waits; None when it is done
        self._asks: queue.SimpleQueue[_Frame | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[_Frame] = queue.SimpleQueue()
        self._asked = 0

    def outcome(self, timeout: float) -> RunResult:
        """Wait for the result, answering what the algorithm asks meanwhile.

        Raises TimeoutError and what the call raised.
        """
        deadline = time.monotonic() + timeout
        while not self.future.done():
            left = deadline - time.monotonic()
            try:
                ask = self._asks.get(timeout=max(0.0, left))
            except queue.Empty:
                raise TimeoutError from None
            if ask is not None:
                host = self.request.host if self.request is not None else None
                left = deadline - time.monotonic()
                self._answers.put(answer(host, decode_header(ask[0]), ask[1], left))
        return self.future.result()

    def carry(self, header: bytes, body: bytes) -> _Frame:
        """Hand an ask of the algorithm's thread to the one that waits for it."""
        self._asked += 1
        check_ask(self._asked, header, body)
        self._asks.put((header, body))
        return self._answers.get()

    def hang_up(self) -> None:
        """Answer no ask any more; the thread that asks next ends by itself."""
        over = refusal("The time of this call is over.", "AlgorithmError")
        for _ask in range(ASKS_PER_CALL):
            self._answers.put((over, b""))


class _Lane:
    """One key: a queue and the thread that works on it."""

    def __init__(self, deployment: Deployment) -> None:
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.program: Program | None = None
        self._way_back = WayBack()
        self._deployment = deployment
        self._current: threading.Thread | None = None
        self.replace_thread()

    def replace_thread(self) -> None:
        """Leave a stuck thread to itself; a new one loads the source again."""
        self.program = None
        self._way_back = WayBack()
        thread = threading.Thread(target=self._serve, daemon=True)
        self._current = thread
        thread.start()

    def end(self) -> None:
        self.jobs.put(None)

    def _serve(self) -> None:
        while self._current is threading.current_thread():
            job = self.jobs.get()
            if job is None:
                return
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                result = self._work(job)
            except CallError as error:
                job.future.set_exception(error)
            except SystemExit as stop:
                self.program = None  # as a worker that ended
                job.future.set_exception(crashed(exit_code(stop)))
            else:
                job.future.set_result(result)

    def _work(self, job: _Job) -> RunResult:
        program, cold = self.program, self.program is None
        way_back = self._way_back
        if program is None:
            program = _load(self._deployment, way_back)
            if self._current is threading.current_thread():
                self.program = program
        started = time.monotonic()
        body: tuple[ContentType, bytes] = ("json", b"null")
        output = ""
        if job.request is not None:
            way_back.open(job.carry)
            try:
                body, output = _ran(program, job.request)
            except CallError as error:
                error.duration = time.monotonic() - started
                raise
            finally:
                way_back.close()
                if way_back.is_broken:  # a worker would have ended
                    self.program, self._way_back = None, WayBack()
        duration = time.monotonic() - started
        queued = started - job.put_at
        return RunResult(body[1], body[0], duration, queued, cold, output)


def _ran(
    program: Program, request: RunRequest
) -> tuple[tuple[ContentType, bytes], str]:
    """Return what the program gave, and what it printed where that is wanted."""
    if not request.wants_output:
        return program.run(request.content_type, request.body), ""
    with captured() as printed:
        try:
            given = program.run(request.content_type, request.body)
        except CallError as error:
            error.output = printed.text()
            raise
        return given, printed.text()


def _load(deployment: Deployment, way_back: WayBack) -> Program:
    digest = hashlib.sha256(deployment.key.encode()).hexdigest()[:16]
    with _import_lock:
        before = {name: sys.modules.get(name) for name in algorithmia.MODULES}
        algorithmia.install(way_back)
        try:
            return load_program(
                deployment.bundle, deployment.entry, f"algorithm_{digest}"
            )
        finally:
            for name, module in before.items():
                sys.modules.pop(name, None)
                if module is not None:
                    sys.modules[name] = module


def _failed(error: CallError, duration: float) -> AlgorithmFailed:
    return AlgorithmFailed(
        error.message,
        code=error.code,
        error_type=error.error_type,
        stacktrace=error.stacktrace,
        duration=duration,
        output=error.output,
    )
