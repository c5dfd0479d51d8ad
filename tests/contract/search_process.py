"""A second process of the search contract: one JSON command a line, one answer."""

from __future__ import annotations

import json
import sys

from search_contract import ANONYMOUS, ENGINES
from search_documents import document

from catalog.search import SearchRequest


def total(backend, text):
    return backend.search(SearchRequest(text=text), ANONYMOUS).total


def write_for_ever(backend, start):
    """Write batches that move one document back and forth; say each that is done."""
    for number in range(start, start + 10_000):
        audience = "public" if number % 2 else "team:1"
        moving = document(1, version=number, name="Moving", audiences=(audience,))
        added = document(100 + number % 50, version=number, name=f"Added{number}")
        backend.update([moving, added], position=number)
        print(json.dumps(number), flush=True)  # noqa: T201 - the answer


def hold_the_lock(backend):
    with backend._generations.writing():
        print(json.dumps("held"), flush=True)  # noqa: T201 - the answer
        sys.stdin.readline()


def main(engine, path):
    backend = ENGINES[engine](path=path)
    commands = {"total": total, "write": write_for_ever, "lock": hold_the_lock}
    print(json.dumps("ready"), flush=True)  # noqa: T201 - the answer
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        answer = commands[command](backend, *arguments)
        print(json.dumps(answer), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main(*sys.argv[1:])
