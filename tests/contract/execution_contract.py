"""What the execution contract runs on: the backends, what each can, the bundles."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import textwrap
import threading
import time
from pathlib import Path
from typing import Self

from catalog.execution import (
    Ask,
    AskRefused,
    Deployment,
    ExecutionBackend,
    RunRequest,
    RunResult,
)
from catalog.execution.backends.dummy import DummyBackend
from catalog.execution.backends.local import LocalBackend
from catalog.execution.runtime.asks import PART_BYTES

#: what a backend can do beyond running a source; the contract asks for no more
CAPABILITIES = {
    # real processes: they can be killed, limited and have a directory of their own
    "local": {"own streams", "memory limit", "bundle directory", "kill"},
    # a thread of this process: its docstring says why it has none of these
    "dummy": set(),
}


def needs(*capabilities):
    """Run a test of the contract only on backends that can do what it is about."""
    known = set().union(*CAPABILITIES.values())
    assert set(capabilities) <= known

    def mark(test):
        test.needs = set(capabilities)
        return test

    return mark


def run_on_all_that_can(metafunc):
    """Give `place` to a module's tests: the body of its `pytest_generate_tests`."""
    if "place" in metafunc.fixturenames:
        wanted = getattr(metafunc.function, "needs", set())
        able = [kind for kind, can in CAPABILITIES.items() if wanted <= can]
        metafunc.parametrize("place", able, indirect=True)


class Place:
    """A private directory with a backend, its executor and bundles."""

    def __init__(self, kind: str, **options) -> None:
        self.kind = kind
        # short: the name of a Unix socket has room for 107 bytes
        self.home = Path(tempfile.mkdtemp(prefix="vx"))
        self.socket = self.home / "run" / "x.sock"
        self._options = options
        self._count = 0
        self.backend = self.another()

    def another(self) -> ExecutionBackend:
        if self.kind == "dummy":
            allowed = {"queue_limit", "deploy_seconds"}
            return DummyBackend(
                **{
                    name: value
                    for name, value in self._options.items()
                    if name in allowed
                }
            )
        return LocalBackend(socket=self.socket, **self._options)

    def bundle(self, source: str, *, key: str = "", **more) -> Deployment:
        self._count += 1
        directory = self.home / f"bundle{self._count}"
        directory.mkdir()
        (directory / "algorithm.py").write_text(textwrap.dedent(source))
        return Deployment(key or f"{self.home.name}-{self._count}", directory, **more)

    def pid(self) -> int:
        """Return the executor's process id."""
        return int(self.socket.with_name("x.sock.lock").read_text())

    def workers(self) -> list[int]:
        """Return the processes that the executor's zygotes have forked."""
        return [
            worker for zygote in children(self.pid()) for worker in children(zygote)
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.backend.close()
        if self.kind == "local" and self.socket.exists():
            pid, workers = self.pid(), self.workers()
            os.kill(pid, signal.SIGTERM)
            assert eventually(lambda: not is_running(pid), 15)
            assert eventually(lambda: not any(map(is_running, workers)))
        shutil.rmtree(self.home)


class Shelf:
    """A host that keeps files in memory: what the way back is tried with."""

    def __init__(self, **files: bytes) -> None:
        self.files = dict(files)
        self.directories: dict[str, list[str] | None] = {}
        self.asks: list[Ask] = []
        self.threads: set[int] = set()
        self._coming = b""

    @property
    def kinds(self) -> list[str]:
        return [ask.kind for ask in self.asks]

    def answer(self, ask: Ask) -> tuple[dict, bytes]:
        self.asks.append(ask)
        self.threads.add(threading.get_ident())
        return getattr(self, ask.kind.replace(".", "_"))(ask.body, **ask.fields)

    def file_stat(self, _body, path):
        return {"size": len(self._found(path)), "uri": f"data://{path}"}, b""

    def file_read(self, _body, path, offset):
        content = self._found(path)
        return {"size": len(content)}, content[offset : offset + PART_BYTES]

    def file_write(self, body, path, offset, last):
        self._coming = self._coming[:offset] + body
        if last:
            self.files[path], self._coming = self._coming, b""
        return {}, b""

    def file_delete(self, _body, path):
        self._found(path)
        del self.files[path]
        return {}, b""

    def file_link(self, _body, path, seconds):
        return {"url": f"http://shelf.example/{path}?for={seconds}"}, b""

    def dir_list(self, _body, path, marker, acl):
        if path not in self.directories:
            raise AskRefused(f"no directory {path}", "EntityNotFoundError")
        page: dict[str, object] = {}
        if acl:
            page["acl"] = {"read": self.directories[path]}
        names = sorted(name for name in self.files if name.startswith(f"{path}/"))
        rest = names[int(marker or 0) :]
        page["files"] = [
            {
                "filename": name.rpartition("/")[2],
                "size": len(self.files[name]),
                "last_modified": "2020-03-18T17:00:33.000Z",
            }
            for name in rest[:2]
        ]
        if len(rest) > 2:
            page["marker"] = str(len(names) - len(rest) + 2)
        if not marker:
            page["folders"] = [{"name": "inner"}]
        return {}, json.dumps(page).encode()

    def dir_create(self, _body, path, read):
        self.directories[path] = ["algo://.my/*"] if read is None else read
        return {}, b""

    def dir_update(self, _body, path, read):
        self.directories[path] = read
        return {}, b""

    def dir_delete(self, _body, path, force):
        if not force:
            raise AskRefused("the directory is not empty", "InputError")
        del self.directories[path]
        return {}, b""

    def _found(self, path: str) -> bytes:
        if path not in self.files:
            raise AskRefused("no such file", "EntityNotFoundError")
        return self.files[path]


def run(
    backend: ExecutionBackend,
    deployment: Deployment,
    value: object = None,
    *,
    timeout: float = 10,
    **more,
) -> RunResult:
    """Call with a value as its type says: str is text, bytes are binary, else JSON."""
    if isinstance(value, str):
        body, content_type = value.encode(), "text"
    elif isinstance(value, bytes):
        body, content_type = value, "binary"
    else:
        body, content_type = json.dumps(value).encode(), "json"
    return backend.call(RunRequest(deployment, body, content_type, timeout, **more))


def answer(backend: ExecutionBackend, deployment: Deployment, value=None, **more):
    """Call and decode the result by its content type."""
    result = run(backend, deployment, value, **more)
    if result.content_type == "json":
        return json.loads(result.body)
    return result.body.decode() if result.content_type == "text" else result.body


def children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [
            int(child)
            for task in tasks
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []


def is_running(pid: int) -> bool:
    """Tell whether the process exists and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def eventually(condition, seconds: float = 5.0) -> bool:
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True


def in_background(backend, deployment, value, **more):
    """Start a call, return its list of outcomes and its thread."""
    outcomes: list[object] = []

    def call():
        try:
            outcomes.append(run(backend, deployment, value, **more))
        except Exception as error:  # noqa: BLE001 - the outcome is what is asked for
            outcomes.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    return outcomes, thread


def busy_worker(place) -> int:
    """Wait until a worker burns time and return its process id."""

    def spent(pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11])

    assert eventually(lambda: any(spent(pid) > 10 for pid in place.workers()))
    return next(pid for pid in place.workers() if spent(pid) > 10)
