"""Bundled algorithms that use files: run by an executor, with a host in memory."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

from catalog.execution import AlgorithmFailed, AskRefused, Deployment
from tests.contract.execution_contract import Place, Shelf, run
from tests.unit.samples.isolated import SAMPLES, Outcome

if TYPE_CHECKING:
    from pathlib import Path

LINK = "http://127.0.0.1:8000/data/"


class SampleShelf(Shelf):
    """Has the files of a new installation, and keeps what an algorithm puts."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        root = SAMPLES / "data"
        for path in root.glob("*/*/*"):
            self.files[str(path.relative_to(root))] = path.read_bytes()
        self._kept = f".algo/{folder.parent.name}/{folder.name}/perm"

    def file_stat(self, _body, path):
        where = path.replace(".algo/perm", self._kept, 1)
        return {"size": len(self._found(path)), "uri": f"data://{where}"}, b""

    def file_link(self, _body, path, seconds):
        self._found(path)
        if not 1 <= seconds <= 604_800:
            raise AskRefused("expires_in", "InputError")
        return {"url": f"{LINK}{path}?{seconds}"}, b""


@cache
def uses_files(folder: Path) -> bool:
    manifest = tomllib.loads((folder / "algorithm.toml").read_text())
    return bool(manifest["permissions"].get("data"))


def run_hosted(
    folder: Path, *inputs: Any, memory: int = 512, shelf: Shelf | None = None
) -> list[Outcome]:
    """Call the algorithm of a folder with each input, as `isolated.run` does."""
    settings = tomllib.loads((folder / "algorithm.toml").read_text())["run"]
    version = Deployment(
        key=str(folder),
        bundle=folder,
        preload=tuple(settings["preload"]),
        memory_mb=memory,
    )
    host = shelf or SampleShelf(folder)
    with Place("local", max_workers=1) as place:
        return [_outcome(place, version, given, host) for given in inputs]


def _outcome(place: Place, version: Deployment, given: Any, host: Shelf) -> Outcome:
    try:
        result = run(place.backend, version, given, timeout=60, host=host)
    except AlgorithmFailed as failed:
        return Outcome(None, "", failed.message, failed.error_type, 0, 0)
    kind, body = result.content_type, result.body
    value = json.loads(body) if kind == "json" else body
    return Outcome(value, kind, "", "", result.duration, result.duration)
