"""The record of the last executed run of each target, written by the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

EXECUTED = Path(__file__).parent / "executed.json"


@dataclass(frozen=True)
class Execution:
    """`toolchain` is such as "curl 7.88.1"; `on` is the day of the run."""

    toolchain: str
    on: date


@cache
def load_executed(path: Path = EXECUTED) -> dict[str, Execution]:
    records = json.loads(path.read_text(encoding="utf-8"))
    return {
        key: Execution(record["toolchain"], date.fromisoformat(record["on"]))
        for key, record in records.items()
    }
