"""A bundled algorithm in a process of its own, under its declared memory limit."""

from __future__ import annotations

import base64
import json
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[3] / "samples"

# Isolated, in the algorithm's folder, any warning an error; apart from the answers,
# which are lines of JSON, it does what the worker does.
PROGRAM = """
import base64, importlib, json, resource, sys, time
from pathlib import Path

def answer(value):
    if isinstance(value, bytes):
        return {"binary": base64.b64encode(value).decode()}
    return {"text" if isinstance(value, str) else "json": value}

memory, entry = int(sys.argv[1]) << 20, sys.argv[2]
mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (mapped + memory, mapped + memory))
sys.path.insert(0, str(Path.cwd()))
module = importlib.import_module(entry)
getattr(module, "load", lambda: None)()
for line in sys.stdin:
    kind, value = json.loads(line)
    value = base64.b64decode(value) if kind == "binary" else value
    started, worked = time.perf_counter(), time.process_time()
    try:
        said = answer(module.apply(value))
    except Exception as error:
        said = {"error": str(error), "type": getattr(error, "error_type", "")}
    said["seconds"] = time.perf_counter() - started
    said["work"] = time.process_time() - worked
    print(json.dumps(said, allow_nan=False), flush=True)
"""


@dataclass(frozen=True)
class Outcome:
    """What one call gave: a value and its content type, or an error.

    `seconds` went by, `work` seconds of processor time were used.
    """

    value: Any
    content_type: str
    error: str
    error_type: str
    seconds: float
    work: float


def dice_of(seed: int) -> random.Random:
    """Return a source of noise that is the same in every run."""
    return random.Random(seed)  # noqa: S311 - repeatable, no secret


def folders() -> list[Path]:
    """Return every version's folder, older ones included."""
    return sorted(path.parent for path in SAMPLES.rglob("algorithm.toml"))


def run(folder: Path, *inputs: Any, memory: int = 512) -> list[Outcome]:
    """Call the algorithm of a folder with each input, in one process.

    One that uses files runs in a worker, which has a way to them.
    """
    from tests.unit.samples import hosted  # noqa: PLC0415 - it needs this module

    if hosted.uses_files(folder):
        return hosted.run_hosted(folder, *inputs, memory=memory)
    lines = [
        json.dumps(
            ["binary", base64.b64encode(value).decode()]
            if isinstance(value, bytes)
            else ["json", value]
        )
        for value in inputs
    ]
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-B",
            "-W",
            "error",
            "-c",
            PROGRAM,
            str(memory),
            "algorithm",
        ],
        cwd=folder,
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [_outcome(json.loads(line)) for line in done.stdout.splitlines()]


def _outcome(said: dict[str, Any]) -> Outcome:
    kind = next((k for k in ("json", "text", "binary") if k in said), "")
    value = said.get(kind)
    return Outcome(
        value=base64.b64decode(value) if kind == "binary" else value,
        content_type=kind,
        error=said.get("error", ""),
        error_type=said.get("type", ""),
        seconds=said["seconds"],
        work=said["work"],
    )


def value_of(folder: Path, given: Any) -> Any:
    """Return what one input gives; the call must not fail."""
    (outcome,) = run(folder, given)
    assert not outcome.error, outcome.error
    return outcome.value


def refusals(folder: Path, *inputs: Any) -> list[str]:
    """Return what is said of inputs, each of which must be refused as such."""
    outcomes = run(folder, *inputs)
    for given, outcome in zip(inputs, outcomes, strict=True):
        assert outcome.error_type == "InputError", (given, outcome)
    return [outcome.error for outcome in outcomes]
