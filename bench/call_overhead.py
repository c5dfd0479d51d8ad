"""Warm echo call: the whole gateway beside the same function in FastAPI + uvicorn.

Both servers run at once, one process each for the web, and are asked in turn over a
kept connection: by the standard library's HTTP client, as a Python program would, and
by a bare socket, which adds next to nothing of its own. Prints p50 and p99 in ms and
the ratios of the medians, and writes bench/results/call_overhead.json. The bars are
p50 <= 3x for the small body and <= 2x for 256 KiB. With --peers BentoML, LitServe and
Ray Serve follow (bench/peers.py), one after the other, each in turn with ours: the bar
is a ratio below 1.
"""

from __future__ import annotations

import argparse
import http.client
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.peers import PEERS, running  # noqa: E402 - after the path
from tests.live_product import Product, free_port  # noqa: E402 - after the path

# The same function as FastAPI's users write it: the framework parses the body, the
# function returns it, orjson writes it.
PEER = textwrap.dedent(
    """
    from typing import Any

    import orjson
    from fastapi import Body, FastAPI, Response

    app = FastAPI()

    @app.post("/echo")
    async def echo(value: Any = Body()) -> Response:
        return Response(orjson.dumps(value), media_type="application/json")
    """
)


class Program:
    """One kept HTTP connection of the standard library's client."""

    def __init__(self, port: int, path: str, body: bytes, key: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.path, self.body = path, body
        self.headers = {"Authorization": key, "Content-Type": "application/json"}

    def ask(self) -> bytes:
        self.connection.request("POST", self.path, self.body, self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == http.HTTPStatus.OK, body[:300]
        return body


class Line:
    """One kept HTTP connection; as little client as possible."""

    def __init__(self, port: int, path: str, body: bytes, key: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    def ask(self) -> bytes:
        self.socket.sendall(self.request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), answer[:300]
        fields = head.lower().split(b"\r\n")
        length = next(f for f in fields if f.startswith(b"content-length:"))
        while len(body) < int(length.split(b":")[1]):
            body += self._more()
        return body

    def _more(self) -> bytes:
        part = self.socket.recv(262_144)
        assert part, "the server closed the connection"
        return part


Client = Program | Line


def timed(client: Client, calls: int) -> list[float]:
    taken = []
    for _ in range(calls):
        begun = time.perf_counter()
        client.ask()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def figures(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {
        "p50_ms": round(statistics.median(ordered), 3),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 3),
        "calls": len(ordered),
    }


def compare(
    ours: Client, theirs: Client, peer: str, calls: int, rounds: int
) -> dict[str, Any]:
    """Time both in turn and return their figures with the ratio of the medians."""
    timed(ours, calls // 2)
    timed(theirs, calls // 2)
    taken: dict[str, list[float]] = {"vitrine": [], peer: []}
    for _ in range(rounds):
        taken[peer] += timed(theirs, calls)
        taken["vitrine"] += timed(ours, calls)
    shown: dict[str, Any] = {name: figures(times) for name, times in taken.items()}
    ratio = shown["vitrine"]["p50_ms"] / shown[peer]["p50_ms"]
    return shown | {"ratio_p50": round(ratio, 2)}


SIZES = (
    ("small", {"text": "The delivery was late, but support was lovely."}),
    ("256 KiB", [i / 7 for i in range(13_500)]),
)


class Bench:
    """Asks the product and one peer at a time, and keeps the figures."""

    def __init__(self, product: Product, key: str, options: argparse.Namespace) -> None:
        self.product, self.key, self.options = product, key, options
        self.result: dict[str, Any] = {}

    def measure(
        self,
        peer: str,
        port: int,
        clients: tuple[type[Client], ...],
        wrap: Callable[[Any], Any] = lambda value: value,
    ) -> None:
        for size, value in SIZES:
            calls = self.options.calls
            calls = calls if size == "small" else max(calls // 10, 20)
            body = json.dumps(value).encode()
            for client in clients:
                shown = compare(
                    client(self.product.port, "/v1/algo/util/Echo", body, self.key),
                    client(port, "/echo", json.dumps(wrap(value)).encode()),
                    peer,
                    calls,
                    self.options.rounds,
                )
                self.tell(f"{size} body, {client.__name__}, {peer}", shown)

    def tell(self, name: str, shown: dict[str, Any]) -> None:
        self.result[name] = shown
        print(name)
        for server, row in shown.items():
            if isinstance(row, dict):
                print(f"  {server} p50 {row['p50_ms']} ms, p99 {row['p99_ms']} ms")
        print(f"  ratio of the medians {shown['ratio_p50']}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=1000, help="per server and round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="also other servers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "peer.py").write_text(PEER)
        peer_port = free_port()
        peer = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "peer:app"),
                *("--port", str(peer_port), "--loop", "uvloop", "--http", "httptools"),
                *("--log-level", "warning", "--no-access-log"),
            ],
            cwd=place,
        )
        product = Product(Path(place) / "home")
        try:
            product.start()
            product.command("create_user", "ada")
            key = product.command("create_key", "--user", "ada")
            bench = Bench(product, key, options)
            bench.measure("fastapi", peer_port, (Program, Line))
            for other in PEERS if options.peers else ():
                port = free_port()
                with running(other, port, Path(place)):
                    bench.measure(other.name, port, (Program,), other.body)
        finally:
            product.stop()
            peer.terminate()
            peer.wait()
    kept = ROOT / "bench/results/call_overhead.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(bench.result, indent=2) + "\n")


if __name__ == "__main__":
    main()
