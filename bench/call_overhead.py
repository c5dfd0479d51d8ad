"""Warm echo call: the whole gateway beside the same function in FastAPI + uvicorn.

Both servers run at once, one process each for the web; one client sends to them in
turn over a kept connection. Prints p50 and p99 in ms and the ratio of the medians, and
writes bench/results/call_overhead.json. The bar is p50 <= 3x.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.live_product import Product, free_port  # noqa: E402 - after the path

PEER = textwrap.dedent(
    """
    import orjson
    from fastapi import FastAPI, Request, Response

    app = FastAPI()

    @app.post("/echo")
    async def echo(request: Request) -> Response:
        value = orjson.loads(await request.body())
        return Response(orjson.dumps(value), media_type="application/json")
    """
)


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


def timed(line: Line, calls: int) -> list[float]:
    taken = []
    for _ in range(calls):
        begun = time.perf_counter()
        line.ask()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def figures(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {
        "p50_ms": round(statistics.median(ordered), 3),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 3),
        "calls": len(ordered),
    }


def measure(
    product: Product, key: str, peer_port: int, options: argparse.Namespace
) -> dict[str, object]:
    result: dict[str, object] = {}
    for name, value in (
        ("small", {"text": "The delivery was late, but support was lovely."}),
        ("256 KiB", [i / 7 for i in range(13_500)]),
    ):
        body = json.dumps(value).encode()
        ours = Line(product.port, "/v1/algo/util/Echo", body, key)
        peers = Line(peer_port, "/echo", body)
        calls = options.calls if name == "small" else max(options.calls // 10, 20)
        timed(ours, calls // 2)
        timed(peers, calls // 2)
        taken: dict[str, list[float]] = {"vitrine": [], "fastapi": []}
        for _ in range(options.rounds):
            taken["fastapi"] += timed(peers, calls)
            taken["vitrine"] += timed(ours, calls)
        shown = {server: figures(times) for server, times in taken.items()}
        ratio = shown["vitrine"]["p50_ms"] / shown["fastapi"]["p50_ms"]
        result[name] = shown | {"ratio_p50": round(ratio, 2)}
        print(f"{name:8} body of {len(body):,} bytes")
        for server, row in shown.items():
            print(f"  {server:8} p50 {row['p50_ms']} ms, p99 {row['p99_ms']} ms")
        print(f"  ratio of the medians {ratio:.2f}")
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
