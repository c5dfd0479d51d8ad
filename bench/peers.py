"""Servers of other projects that call_overhead.py measures beside ours.

Each serves the function that returns its input, written as its users write it, with one
worker and without a line of log for each request. They live in a virtual environment of
their own, .venv-peers, which the first run makes from peers.txt (0.5 GB); their HTTP
ports are on the loopback address. Ray's own processes, which have no such setting,
listen on the machine's addresses: measure where nobody else reaches it.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import textwrap
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
WANTED = Path(__file__).with_name("peers.txt")
PLACE = ROOT / ".venv-peers"
START_SECONDS, END_SECONDS = 120, 60
#: nobody is told that they run
QUIET = {"BENTOML_DO_NOT_TRACK": "True", "RAY_USAGE_STATS_ENABLED": "0"}


@dataclass(frozen=True)
class Peer:
    """One server: its program, which is given a port, and the input's form."""

    name: str
    program: str
    argument: str = ""

    def body(self, value: Any) -> Any:
        """Return the JSON value that carries an input."""
        return {self.argument: value} if self.argument else value


BENTOML = """
    import sys
    from typing import Any
    import bentoml

    @bentoml.service(logging={"access": {"enabled": False}})
    class Echo:
        @bentoml.api
        def echo(self, value: Any) -> Any:
            return value

    if __name__ == "__main__":
        sys.argv = ["bentoml", "serve", "bentoml_echo:Echo", "--host", "127.0.0.1",
                    "--port", sys.argv[1]]
        from bentoml_cli.cli import cli
        cli()
"""
LITSERVE = """
    import sys
    import litserve

    class Echo(litserve.LitAPI):
        def setup(self, device):
            pass

        def predict(self, value):
            return value

    if __name__ == "__main__":
        server = litserve.LitServer(Echo(api_path="/echo"), accelerator="cpu")
        server.run(host="127.0.0.1", port=int(sys.argv[1]), log_level="warning",
                   generate_client_file=False)
"""
RAY = """
    import sys
    import ray
    from ray import serve
    from starlette.requests import Request

    @serve.deployment(logging_config={"enable_access_log": False})
    class Echo:
        async def __call__(self, request: Request):
            return await request.json()

    if __name__ == "__main__":
        ray.init(include_dashboard=False)
        serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
        serve.run(Echo.bind(), route_prefix="/echo", blocking=True)
"""
PEERS = (
    Peer("bentoml", BENTOML, "value"),
    Peer("litserve", LITSERVE),
    Peer("ray", RAY),
)


def environment() -> Path:
    """Make the virtual environment unless it holds what peers.txt names."""
    python, made = PLACE / "bin/python", PLACE / "made-from.txt"
    if not made.exists() or made.read_text() != WANTED.read_text():
        venv.create(PLACE, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "--quiet", "-r", WANTED]
        subprocess.run(install, check=True)
        made.write_text(WANTED.read_text())
    return python


@contextlib.contextmanager
def running(peer: Peer, port: int, place: Path) -> Iterator[None]:
    """Start a peer, wait until it answers, and end it by its process id."""
    source = place / f"{peer.name}_echo.py"
    source.write_text(textwrap.dedent(peer.program))
    output = place / f"{peer.name}.txt"
    with output.open("wb") as said:
        process = subprocess.Popen(
            [environment(), source.name, str(port)],
            cwd=place,
            env={**os.environ, **QUIET, "BENTOML_HOME": str(place / "bentoml")},
            stdout=said,
            stderr=said,
        )
    try:
        if not _answers(process, port):
            sys.exit(f"{peer.name} does not answer:\n{output.read_text()[-4000:]}")
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(END_SECONDS)


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("POST", "/echo", "{}", {"Content-Type": "application/json"})
            if asked.getresponse().status != http.HTTPStatus.NOT_FOUND:
                return True
        time.sleep(0.5)
    return False
