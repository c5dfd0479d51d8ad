"""Warm echo call: the whole gateway beside the same function in FastAPI + uvicorn.

Both servers run at once, one process each for the web, and are asked in turn over a
kept connection: by the standard library's HTTP client, as a Python program would, and
by a bare socket, which adds next to nothing of its own. Prints p50 and p99 in ms and
the ratios of the medians, and writes bench/results/call_overhead.json. The bar is
p50 <= 3x for the small body.
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
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

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


def compare(ours: Client, peers: Client, calls: int, rounds: int) -> dict[str, Any]:
    """Time both in turn and return their figures with the ratio of the medians."""
    timed(ours, calls // 2)
    timed(peers, calls // 2)
    taken: dict[str, list[float]] = {"vitrine": [], "fastapi": []}
    for _ in range(rounds):
        taken["fastapi"] += timed(peers, calls)
        taken["vitrine"] += timed(ours, calls)
    shown: dict[str, Any] = {name: figures(times) for name, times in taken.items()}
    ratio = shown["vitrine"]["p50_ms"] / shown["fastapi"]["p50_ms"]
    return shown | {"ratio_p50": round(ratio, 2)}


def measure(
    product: Product, key: str, peer_port: int, options: argparse.Namespace
) -> dict[str, Any]:
    result = {}
    for size, value in (
        ("small", {"text": "The delivery was late, but support was lovely."}),
        ("256 KiB", [i / 7 for i in range(13_500)]),
    ):
        body = json.dumps(value).encode()
        calls = options.calls if size == "small" else max(options.calls // 10, 20)
        for client in (Program, Line):
            shown = compare(
                client(product.port, "/v1/algo/util/Echo", body, key),
                client(peer_port, "/echo", body),
                calls,
                options.rounds,
            )
            name = f"{size} body, {client.__name__}"
            result[name] = shown
            print(f"{name} ({len(body):,} bytes)")
            for server in ("vitrine", "fastapi"):
                row = shown[server]
                print(f"  {server} p50 {row['p50_ms']} ms, p99 {row['p99_ms']} ms")
            print(f"  ratio of the medians {shown['ratio_p50']}")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=1000, help="per server and round")
    parser.add_argument("--rounds", type=int, default=5)
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
        product = Product(Path(place) / "home").start()
        try:
            product.command("create_user", "ada")
            key = product.command("create_key", "--user", "ada")
            result = measure(product, key, peer_port, options)
        finally:
            product.stop()
            peer.terminate()
            peer.wait()
    kept = ROOT / "bench/results/call_overhead.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
