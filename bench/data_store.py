"""The data store: many small files and one large one, and what the web process takes.

Starts the product on a state of its own, then with one key: puts --files files of 1 KB
over --connections connections, lists them page by page, downloads them, puts a file of
--megabytes with its length and once more in chunks, downloads it and compares its
digest, and reads it slowly. Prints and writes bench/results/data_store.json: files and
MB a second, p50 and p95 of a request, and the highest resident memory of the web
process after each step. The bar: below 200 MB throughout.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.live_product import Product, command_of, descendants_of  # noqa: E402 - after the path

BAR_MB = 200
PART = 1 << 20
SLOWLY_SECONDS = 5


def peak(product: Product) -> float:
    """Return the highest resident memory of a process that serves, in MB."""
    assert product.process is not None
    found = []
    for pid in descendants_of(product.process.pid):
        if "granian" in command_of(pid):
            status = Path(f"/proc/{pid}/status").read_text()
            line = next(row for row in status.splitlines() if row.startswith("VmHWM"))
            found.append(int(line.split()[1]) / 1024)
    return round(max(found), 1)


class Client:
    """One connection with a key; `ask` returns the body and keeps the times."""

    def __init__(self, product: Product, key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", product.port)
        self.headers = {"Authorization": key}
        self.times: list[float] = []

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> bytes:
        begun = time.perf_counter()
        self.connection.request(method, path, body, self.headers, **more)
        answer = self.connection.getresponse()
        said = answer.read()
        self.times.append(time.perf_counter() - begun)
        assert answer.status == http.HTTPStatus.OK, (method, path, said)
        return said


def at_once(
    product: Product, key: str, count: int, connections: int, work: Callable[..., None]
) -> dict[str, float]:
    """Do `work(client, number)` for all numbers over some connections."""
    clients = [Client(product, key) for _ in range(connections)]

    def some(first: int) -> None:
        for number in range(first, count, connections):
            work(clients[first], number)

    threads = [threading.Thread(target=some, args=[n]) for n in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    times = sorted(time for client in clients for time in client.times)
    assert len(times) == count, "not every request was answered"
    return {
        "seconds": round(took, 1),
        "a_second": round(count / took),
        "p50_ms": round(statistics.median(times) * 1000, 2),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 2),
    }


def content(number: int) -> bytes:
    return (b"%08d" % number) * 128


def put(client: Client, number: int) -> None:
    client.ask("PUT", f"/v1/data/.my/many/f{number:06}", content(number))


def get(client: Client, number: int) -> None:
    body = client.ask("GET", f"/v1/data/.my/many/f{number:06}")
    assert body == content(number)


def listed(client: Client) -> int:
    """Go through the listing and count its files."""
    seen, marker = 0, ""
    while True:
        query = f"?marker={marker}" if marker else ""
        page = json.loads(client.ask("GET", f"/v1/data/.my/many{query}"))
        seen += len(page.get("files", ()))
        marker = page.get("marker", "")
        if not marker:
            return seen


def large(path: Path, megabytes: int) -> str:
    """Write a file that nothing compresses; return its digest."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(megabytes):
            part = os.urandom(PART)
            digest.update(part)
            file.write(part)
    return digest.hexdigest()


def parts_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part


def put_large(client: Client, path: Path, *, chunked: bool) -> float:
    begun = time.perf_counter()
    if chunked:
        address = "/v1/data/.my/large/chunked"
        client.ask("PUT", address, parts_of(path), encode_chunked=True)
    else:
        client.headers["Content-Length"] = str(path.stat().st_size)
        with path.open("rb") as file:
            client.ask("PUT", "/v1/data/.my/large/whole", file)
        del client.headers["Content-Length"]
    return time.perf_counter() - begun


def get_large(product: Product, key: str, digest: str) -> float:
    client = Client(product, key)
    begun, found = time.perf_counter(), hashlib.sha256()
    client.connection.request("GET", "/v1/data/.my/large/whole", headers=client.headers)
    answer = client.connection.getresponse()
    while part := answer.read(PART):
        found.update(part)
    assert found.hexdigest() == digest
    return time.perf_counter() - begun


def read_slowly(product: Product, key: str) -> None:
    """Take a few MB and let the rest wait, as a reader on a thin line does."""
    client = Client(product, key)
    client.connection.request("GET", "/v1/data/.my/large/whole", headers=client.headers)
    answer = client.connection.getresponse()
    for _ in range(SLOWLY_SECONDS):
        answer.read(PART)
        time.sleep(1)
    client.connection.close()


def measure(product: Product, key: str, options: argparse.Namespace) -> dict[str, Any]:
    client = Client(product, key)
    for name in ("many", "large"):
        client.ask("POST", "/v1/data/.my", json.dumps({"name": name}))
    found: dict[str, Any] = {"memory_mb": {"start": peak(product)}}

    def step(name: str, figures: Any) -> None:
        found[name] = figures
        found["memory_mb"][name] = peak(product)
        print(f"{name:18} {figures}  web process {found['memory_mb'][name]} MB")

    count, connections = options.files, options.connections
    step("put_many", at_once(product, key, count, connections, put))
    begun = time.perf_counter()
    # A new connection: the server has closed the idle one.
    assert listed(Client(product, key)) == count
    step("list_seconds", round(time.perf_counter() - begun, 2))
    step("get_many", at_once(product, key, count, connections, get))
    path = product.home / "large"
    digest = large(path, options.megabytes)
    for name, chunked in (("put_large", False), ("put_large_chunked", True)):
        large_client = Client(product, key)
        rate = options.megabytes / put_large(large_client, path, chunked=chunked)
        step(f"{name}_mb_s", round(rate))
    rate = options.megabytes / get_large(product, key, digest)
    step("get_large_mb_s", round(rate))
    read_slowly(product, key)
    step("slow_reader", f"{SLOWLY_SECONDS} MB in {SLOWLY_SECONDS} s")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--megabytes", type=int, default=400)
    parser.add_argument("--connections", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as place:
        product = Product(Path(place) / "home", database={})
        product.start()
        try:
            product.command("create_user", "ada")
            key = product.command("create_key", "--user", "ada", "--scope", "data")
            found = measure(product, key, options)
        finally:
            product.stop()
    highest = max(found["memory_mb"].values())
    print(f"highest {highest} MB, the bar is {BAR_MB} MB")
    target = ROOT / "bench" / "results" / "data_store.json"
    target.write_text(json.dumps({**vars(options), **found}, indent=2) + "\n")
    sys.exit(highest >= BAR_MB)


if __name__ == "__main__":
    main()
