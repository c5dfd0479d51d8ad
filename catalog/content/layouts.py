"""Sources in the forms that authors have: our folder, classic, development kit."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .folder_files import MANIFEST, SOURCE
from .manifests import ManifestInvalid, parse_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping

CONF = "algorithmia.conf"
KIT = "src/Algorithm.py"

#: what a created algorithm starts from: it answers "hello X"
TEMPLATE: dict[str, bytes] = {
    SOURCE: b'''"""Say hello: replace apply with your own."""


def apply(input):
    return "hello {}".format(input)
'''
}


class LayoutProblem(ValueError):
    """Why files are no source: one sentence that says what is looked for."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of a source, and the one of them that is run."""

    files: dict[str, bytes]
    entry: str


def read_layout(files: Mapping[str, bytes], name: str) -> Layout:
    """Find the form that files are in; `name` is the algorithm's.

    A single folder around all files is taken off. Known are our folder format
    (`algorithm.toml` or `algorithm.py`), the development kit's `src/Algorithm.py` and
    the classic `src/<Name>.py`, where `algorithmia.conf` may say another name. Raises
    LayoutProblem.
    """
    if not files:
        raise LayoutProblem("There is no file in it.")
    for tried in (dict(files), _without_top(files)):
        if tried and (entry := _entry_of(tried, name)):
            return Layout(tried, entry)
    raise LayoutProblem(
        f"No source was found: expected algorithm.py, {KIT} or src/{name}.py."
    )


def archive_of(files: Mapping[str, bytes]) -> bytes:
    """Return files as a tar.gz; equal files give equal bytes."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(files[name]), 0o644
            archive.addfile(info, io.BytesIO(files[name]))
    return gzip.compress(written.getvalue(), mtime=0)


def _without_top(files: Mapping[str, bytes]) -> dict[str, bytes]:
    tops = {name.partition("/")[0] for name in files}
    if len(tops) != 1 or any("/" not in name for name in files):
        return {}
    return {name.partition("/")[2]: data for name, data in files.items()}


def _entry_of(files: dict[str, bytes], name: str) -> str:
    if MANIFEST in files:
        return _said_by_manifest(files[MANIFEST]) or SOURCE
    if SOURCE in files:
        return SOURCE
    wanted = [f"src/{said}.py" for said in (_said_by_conf(files), name) if said]
    by_fold = {each.lower(): each for each in files}
    for path in (KIT, *wanted):
        if found := by_fold.get(path.lower()):
            return found
    return ""


def _said_by_manifest(data: bytes) -> str:
    try:
        return parse_manifest(data.decode()).run.entry
    except (UnicodeDecodeError, ManifestInvalid):
        return ""  # a build names what is wrong with it, with its line


def _said_by_conf(files: Mapping[str, bytes]) -> str:
    try:
        said = json.loads(files.get(CONF, b"{}"))
    except (ValueError, RecursionError):
        return ""
    name = said.get("algoname") if isinstance(said, dict) else None
    return name if isinstance(name, str) else ""
