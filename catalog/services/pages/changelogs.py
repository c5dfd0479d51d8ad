"""The tab Versions: each version with what changed for callers since the one before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from catalog.content.schema_changes import Change, changes
from catalog.services.resolving import versions_of

if TYPE_CHECKING:
    from catalog.models import Algorithm, Version
    from catalog.visibility import Viewer

#: older ones are listed without a comparison
COMPARED = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A version; `changes` is None where none was compared with it."""

    version: Version
    changes: list[Change] | None


def changelog(*, viewer: Viewer, algorithm: Algorithm) -> list[Entry]:
    """Return the versions that `viewer` sees, newest first, each with its changes.

    The one before is the next older one that the viewer sees. One query.
    """
    rows = list(
        versions_of(viewer=viewer, algorithm=algorithm)
        .select_related(None)
        .select_related("published_by")
        .defer("manifest")
    )
    for row in rows:
        # The algorithm was read with its owner already.
        row.algorithm = algorithm
    compared = [
        Entry(
            newer,
            changes(older.input_schema, newer.input_schema, "input")
            + changes(older.output_schema, newer.output_schema, "output"),
        )
        for newer, older in pairwise(rows[: COMPARED + 1])
    ]
    return compared + [Entry(row, None) for row in rows[len(compared) :]]
