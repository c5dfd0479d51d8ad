"""The catalog as algorithm folders: the reverse of importing."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

from catalog.content.folders import (
    AlgorithmTable,
    Manifest,
    manifest_of,
    manifest_text,
    write_folder,
)
from catalog.models import Algorithm
from catalog.services.publishing import MANIFEST
from catalog.services.resolving import bundle_store

if TYPE_CHECKING:
    from pathlib import Path

    from catalog.models import Version

CARD = "README.md"


def export_folders(*, path: Path) -> int:
    """Write every algorithm below `path`; return how many. The operator's view."""
    count = 0
    for algorithm in Algorithm.objects.with_parts().iterator(chunk_size=100):
        folder = path / algorithm.owner.slug / algorithm.name
        versions = list(algorithm.versions.newest_first())
        if not versions:
            write_folder(folder, _documentation(algorithm))
        for version in versions:
            is_newest = version.pk == algorithm.latest_id
            place = folder if is_newest else folder / ".versions" / version.number
            write_folder(place, _files(algorithm, version))
        count += 1
    return count


def _about(algorithm: Algorithm) -> AlgorithmTable:
    return AlgorithmTable(
        title=algorithm.title,
        summary=algorithm.summary,
        visibility=algorithm.visibility,
    )


def _documentation(algorithm: Algorithm) -> dict[str, bytes]:
    source = algorithm.card.source if algorithm.card else ""
    manifest = Manifest(algorithm=_about(algorithm))
    return {CARD: source.encode(), MANIFEST: manifest_text(manifest).encode()}


def _files(algorithm: Algorithm, version: Version) -> dict[str, bytes]:
    """Return a version's files as they came, with what the catalog now says.

    algorithm.toml stays to the letter unless title, summary or visibility were
    changed here since; an older version keeps its own words.
    """
    store = bundle_store()
    names = store.names(version.bundle)
    files = {name: store.read(version.bundle, name) for name in names}
    manifest = manifest_of(tomllib.loads(version.manifest))
    if version.pk == algorithm.latest_id:
        about = _about(algorithm)
    else:
        about = replace(manifest.algorithm, visibility=version.visibility)
    if manifest.algorithm != about:
        files[MANIFEST] = manifest_text(replace(manifest, algorithm=about)).encode()
    return files
