"""The files that a new installation's data store begins with: public pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from accounts import epoch
from accounts.models import Owner
from accounts.viewers import KeyViewer
from catalog.models import DataDirectory
from catalog.services import data_directories, data_store
from catalog.services.callers import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "data"
PART = 1024 * 1024


def add_files() -> int:
    """Store `samples/data/team/directory/file`, as that team; return how many."""
    added = 0
    root = Path(settings.SAMPLES_DIR) / FOLDER
    for folder in sorted(root.glob("*/*/")):
        teams = Owner.objects.exclude(team=None)
        owner = teams.filter(slug=folder.parent.name).first()
        if owner is not None:
            added += _fill(owner, folder)
    return added


def _fill(owner: Owner, folder: Path) -> int:
    team = KeyViewer(owner.slug, team_id=owner.team_id)
    caller = Caller(team, epoch.current(), scopes=frozenset({data_store.SCOPE}))
    data_directories.create_directory(
        caller=caller,
        parent=owner.slug,
        name=folder.name,
        read=DataDirectory.Read.PUBLIC,
    )
    files = sorted(path for path in folder.iterdir() if path.is_file())
    for path in files:
        data_store.put_file(
            caller=caller,
            path=f"{owner.slug}/{folder.name}/{path.name}",
            chunks=_parts(path),
        )
    return len(files)


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part
