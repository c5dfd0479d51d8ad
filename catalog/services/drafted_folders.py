"""A draft as the algorithm folder that it will be: manifest, card and sample made."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from catalog.content.folder_files import CARD
from catalog.content.folders import (
    AlgorithmTable,
    FolderInvalid,
    FolderProblem,
    Manifest,
    PermissionsTable,
    VersionTable,
    manifest_text,
    read_folder,
    write_folder,
)
from catalog.content.manifests import ManifestInvalid, parse_manifest
from catalog.services.publishing import MANIFEST

if TYPE_CHECKING:
    from catalog.content.folders import AlgorithmFolder

#: the number that a source is tried under, before it has one
UNNUMBERED = "0.0.0"
SAMPLE = "examples/00-sample.json"
LICENSES = {"apl": "other", "apache2": "apache-2.0", "gpl3": "gpl-3.0", "mit": "mit"}


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a draft holds, as data. Samples are JSON texts, or empty."""

    owner: str
    name: str
    files: dict[str, bytes] = field(repr=False)
    entry: str
    label: str
    tagline: str
    summary: str
    visibility: str
    settings: dict[str, Any]
    sample_input: str = ""
    sample_output: str = ""


def manifest_for(drafted: Drafted, *, number: str = UNNUMBERED, notes: str = "") -> str:
    """Return the algorithm.toml of a draft; raises FolderInvalid.

    What the source's own one says of running stays; settings only take away: a source
    without network fetches nothing, whatever it asks for.
    """
    given = _given(drafted)
    said = given.version.notes if given.version else ""
    manifest = Manifest(
        algorithm=AlgorithmTable(drafted.label, drafted.tagline, drafted.visibility),
        version=VersionTable(number, notes or said),
        run=replace(given.run, entry=drafted.entry),
        permissions=_permissions(drafted, given),
    )
    return manifest_text(manifest)


def folder_for(drafted: Drafted, *, number: str, notes: str = "") -> AlgorithmFolder:
    """Return the checked folder of a draft; raises FolderInvalid with all problems."""
    files = dict(drafted.files)
    files[MANIFEST] = manifest_for(drafted, number=number, notes=notes).encode()
    files.setdefault(CARD, card_for_draft(drafted).encode())
    if drafted.sample_input:
        files[SAMPLE] = _example(drafted)
    with tempfile.TemporaryDirectory(prefix="vitrine-draft-") as place:
        path = Path(place) / drafted.owner / drafted.name
        try:
            write_folder(path, files)
            return read_folder(path)
        except FolderInvalid as invalid:
            raise FolderInvalid([_inside(path, one) for one in invalid.problems]) from (
                None
            )
        except (OSError, ValueError) as error:
            problem = FolderProblem("", 0, f"The files cannot be kept: {error}")
            raise FolderInvalid([problem]) from None


def card_for_draft(drafted: Drafted) -> str:
    """Return a README.md of what the details say, for a source without one."""
    about = drafted.summary.strip() or drafted.tagline or drafted.label
    license_id = LICENSES[drafted.settings.get("license", "apl")]
    return f"---\nlicense: {license_id}\n---\n\n{about}\n"


def build_digest(drafted: Drafted) -> str:
    """Return what names a source and how it is run: 64 hex digits.

    Label, card text and sample are no part of it, unless the source brings them.
    """
    manifest = parse_manifest(manifest_for(drafted))
    tables = {"run": asdict(manifest.run), "permissions": asdict(manifest.permissions)}
    written = orjson.dumps(tables, option=orjson.OPT_SORT_KEYS)
    digest = hashlib.sha256(written)
    for name in sorted(drafted.files):
        data = drafted.files[name]
        digest.update(b"%d:%b%d:" % (len(name.encode()), name.encode(), len(data)))
        digest.update(data)
    return digest.hexdigest()


def _given(drafted: Drafted) -> Manifest:
    if MANIFEST not in drafted.files:
        settings = drafted.settings
        # Without a list of its own, a source may do all that its settings allow.
        return Manifest(
            permissions=PermissionsTable(
                calls=("*",) if settings.get("pipeline_enabled") else (),
                fetch=("*",) if settings.get("network_access") == "full" else (),
                data=("read", "write"),
            )
        )
    try:
        return parse_manifest(drafted.files[MANIFEST].decode())
    except UnicodeDecodeError:
        said = [(0, "This is not UTF-8 text.")]
    except ManifestInvalid as invalid:
        said = invalid.problems
    problems = [FolderProblem(MANIFEST, line, text) for line, text in said]
    raise FolderInvalid(problems)


def _permissions(drafted: Drafted, given: Manifest) -> PermissionsTable:
    settings = drafted.settings
    return replace(
        given.permissions,
        calls=given.permissions.calls if settings.get("pipeline_enabled") else (),
        fetch=(
            given.permissions.fetch if settings.get("network_access") == "full" else ()
        ),
        data=given.permissions.data,
    )


def _example(drafted: Drafted) -> bytes:
    """Write the sample as an example; its texts are JSON already."""
    parts = [f'"title": {json.dumps("Sample")}', f'"input": {drafted.sample_input}']
    if drafted.sample_output:
        parts.append(f'"output": {drafted.sample_output}')
    return ("{" + ", ".join(parts) + "}").encode()


def _inside(path: Path, problem: FolderProblem) -> FolderProblem:
    """Name a file as its author knows it, without our directories."""
    file = problem.file.removeprefix(str(path)).removeprefix("/")
    return FolderProblem(file, problem.line, problem.message.replace(str(path), ""))
