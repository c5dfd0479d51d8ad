"""What speaks against storing folders and entries: secrets in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.content.card_entries import EntryProblem
from catalog.content.folders import FolderProblem
from catalog.services.leaked_keys import leaks_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from catalog.content.card_entries import CardEntry
    from catalog.content.folders import AlgorithmFolder


def secrets_in_folders(
    folders: Iterable[AlgorithmFolder], *, ends: bool
) -> Iterator[FolderProblem]:
    """Yield every secret in the files and names of folders, with its file and line."""
    for folder in folders:
        names = "\n".join([folder.owner, folder.name, *folder.raw])
        for leak in leaks_in(names.encode(), ends=ends):
            yield FolderProblem(str(folder.path), 0, f"In a name: {leak.message}")
        for name, data in folder.raw.items():
            for leak in leaks_in(data, ends=ends):
                yield FolderProblem(str(folder.path / name), leak.line, leak.message)


def secrets_in_entries(
    entries: Iterable[CardEntry], *, ends: bool
) -> Iterator[EntryProblem]:
    """Yield every secret in entries; a card's line is said beside that of the file."""
    for entry in entries:
        about = (entry.owner, entry.name, entry.title, entry.summary, entry.source_id)
        for leak in leaks_in("\n".join(about).encode(), ends=ends):
            yield EntryProblem(entry.line, leak.message)
        for leak in leaks_in(entry.source.encode(), ends=ends):
            said = f"Line {leak.line} of the card: {leak.message}"
            yield EntryProblem(entry.line, said)
