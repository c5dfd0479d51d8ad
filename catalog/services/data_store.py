"""The data store's verbs on files: put, open, look at, delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.content import blobs
from catalog.models import AuditEntry, DataDirectory, DataFile
from catalog.services import audit, data_blobs, leaked_keys, passing_files, telling
from catalog.services.data_errors import StoreUnavailable
from catalog.services.data_paths import find_directory, own_namespace, place_of
from catalog.services.data_usage import OVERHEAD, charge, check_room
from catalog.services.errors import BadRequest, Forbidden, PayloadTooLarge
from catalog.visibility import may_change_data

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from catalog.models import Blob
    from catalog.services.callers import Caller
    from catalog.services.data_paths import Inside, Place

    #: from a file to the first byte and the number of bytes that are wanted of it
    Pick = Callable[[DataFile], tuple[int, int]]

SCOPE = "data"
LONGEST_TYPE = 100
#: what announces more bytes is refused before they are read, not only after
LARGE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """A file and `length` of its bytes from `start`. Close `parts` when done."""

    file: DataFile
    parts: Generator[bytes] | blobs.Parts
    start: int
    length: int


def directory_seen(
    caller: Caller, place: Place, inside: Inside | None
) -> DataDirectory:
    """Return the directory of a place for who sees it.

    Raises NotFound, and Forbidden where the caller's key lacks the scope `data`. What
    an algorithm keeps for itself, and what its owner opened to it, needs no scope.
    """
    if inside is None:
        caller.require(SCOPE)
    directory = find_directory(caller, place, inside)
    if directory is None:
        raise place.missing()
    if inside is not None and not place.is_algorithms:
        is_authors = directory.owner_id == inside.author_id
        if not is_authors or directory.read == DataDirectory.Read.PRIVATE:
            caller.require(SCOPE)
    return directory


def check_may_change(caller: Caller, place: Place, directory: DataDirectory) -> None:
    """Raise Forbidden where a directory that the caller sees is not his to change."""
    if place.is_algorithms:
        if not caller.viewer.is_authenticated:
            raise Forbidden("What an algorithm keeps for visitors goes by itself.")
        return
    caller.require(SCOPE)
    if not may_change_data(caller.viewer, directory.owner):
        raise Forbidden(
            f"The data of {directory.owner} is changed by its owner alone: the "
            "person, or the team's maintainers and owners."
        )


def find_file(*, caller: Caller, path: str, inside: Inside | None = None) -> DataFile:
    """Return a file's row, for its size and times; raises NotFound and Forbidden."""
    place = place_of(path, inside)
    directory = directory_seen(caller, place, inside)
    return _file_in(directory, place)


def _file_in(directory: DataDirectory, place: Place) -> DataFile:
    rows = DataFile.objects.select_related("blob")
    file = rows.filter(directory=directory, name=place.file).first()
    if file is None:
        raise place.missing()
    file.directory = directory
    return file


def open_file(
    *,
    caller: Caller,
    path: str,
    pick: Pick | None = None,
    inside: Inside | None = None,
) -> Opened:
    """Open a file, or what `pick` chooses of it.

    What is deleted while it is read is read to its end. Raises NotFound, Forbidden
    and StoreUnavailable.
    """
    place = place_of(path, inside)
    file = _file_in(directory_seen(caller, place, inside), place)
    try:
        return opened(file, pick)
    except FileNotFoundError:
        # Replaced or deleted between the two questions, and thrown away already.
        if DataFile.objects.filter(pk=file.pk, blob=file.blob_id).exists():
            raise StoreUnavailable(data_blobs.AWAY, retry_after=1) from None
        raise place.missing() from None


def opened(file: DataFile, pick: Pick | None = None) -> Opened:
    """Open the bytes of a row; raises FileNotFoundError and StoreUnavailable."""
    start, length = pick(file) if pick else (0, file.size)
    return Opened(file, data_blobs.read(file.blob, start, length), start, length)


def put_file(  # noqa: PLR0913 - one file, its parts
    *,
    caller: Caller,
    path: str,
    chunks: Iterable[bytes],
    length: int | None = None,
    sha256: str = "",
    content_type: str = "",
    inside: Inside | None = None,
) -> DataFile:
    """Store a file from a stream of bytes; another of the name is replaced.

    The file appears whole, when `chunks` has ended, or not at all. `length` is how
    many bytes were announced, to refuse too many before they are read, `sha256` (hex)
    what they are said to be. Raises NotFound, Forbidden, BadRequest, PayloadTooLarge,
    QuotaFull, StoreUnavailable, and what `chunks` raises.
    """
    place = _place_to_write(path, inside)
    directory = _directory_to_write(caller, place, inside)
    announced, limit = length or 0, settings.DATA_FILE_BYTES
    if announced > limit:
        raise _too_large(limit)
    is_visitors = passing_files.is_visitors(caller, place, inside)
    if is_visitors:
        passing_files.check_room(directory, announced)
    if announced > LARGE:
        check_room(directory.owner, announced + OVERHEAD - _size_of(directory, place))
    try:
        with blobs.receiving(
            chunks, into=data_blobs.incoming(), limit=limit
        ) as arrived:
            if sha256 and sha256 != arrived.digest:
                raise BadRequest(
                    "The bytes are not those of Content-Digest. Nothing was stored."
                )
            blob = data_blobs.keep(arrived)
    except blobs.TooLong:
        raise _too_large(limit) from None
    kind = content_type[:LONGEST_TYPE]
    return _record(place, directory, blob, kind, replaces=not is_visitors)


def _place_to_write(path: str, inside: Inside | None) -> Place:
    place = place_of(path, inside)
    if not place.file:
        raise BadRequest("A file's path is data://owner/directory/file.")
    leaked_keys.check_text(place.file, what="name")
    return place


def _too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"A file has at most {limit // (1024 * 1024)} MiB.")


def _size_of(directory: DataDirectory, place: Place) -> int:
    """Return what a file of this name is charged with already."""
    rows = DataFile.objects.filter(directory=directory, name=place.file)
    size = rows.values_list("size", flat=True).first()
    return 0 if size is None else size + OVERHEAD


def _directory_to_write(
    caller: Caller, place: Place, inside: Inside | None
) -> DataDirectory:
    if place.is_algorithms:
        if not place.is_writable:
            raise Forbidden(
                "Only the algorithm itself writes there; you may read and delete."
            )
        if inside is not None and passing_files.is_visitors(caller, place, inside):
            return passing_files.directory_to_write(place, inside)
        return _algorithms_directory(caller, place)
    directory = directory_seen(caller, place, inside)
    check_may_change(caller, place, directory)
    return directory


def _algorithms_directory(caller: Caller, place: Place) -> DataDirectory:
    """Return what an algorithm keeps for this caller; made when first written to."""
    owner = own_namespace(caller.viewer)
    if owner is None:
        raise place.missing()
    with transaction.atomic():
        found, is_new = DataDirectory.objects.get_or_create(
            owner=owner,
            name=place.directory,
            defaults={"read": DataDirectory.Read.PRIVATE},
        )
        if is_new:
            charge(owner, OVERHEAD)
    found.owner = owner
    return found


@transaction.atomic
def _record(
    place: Place,
    directory: DataDirectory,
    blob: Blob,
    content_type: str,
    *,
    replaces: bool,
) -> DataFile:
    """Let the name stand for these bytes; who comes last in one name stays."""
    if not locked(directory):
        raise place.missing()
    rows = DataFile.objects.filter(directory=directory, name=place.file)
    file = rows.first()
    if not replaces:
        passing_files.check_same(file, blob)
    before = 0 if file is None else file.size + OVERHEAD
    charge(directory.owner, blob.size + OVERHEAD - before)
    if not data_blobs.touch(blob):
        raise StoreUnavailable(data_blobs.AWAY, retry_after=1)
    if file is None:
        file = DataFile(directory=directory, name=place.file)
    file.blob, file.size, file.content_type = blob, blob.size, content_type
    file.modified_at = timezone.now()
    file.save()
    return file


def locked(directory: DataDirectory) -> bool:
    """Hold a directory in this transaction; False where it is no more."""
    rows = DataDirectory.objects.select_for_update().filter(pk=directory.pk)
    return rows.values_list("pk", flat=True).first() is not None


@transaction.atomic
def delete_file(*, caller: Caller, path: str, inside: Inside | None = None) -> int:
    """Delete a file; return 1. Raises NotFound and Forbidden."""
    place = place_of(path, inside)
    directory = directory_seen(caller, place, inside)
    file = _file_in(directory, place)
    check_may_change(caller, place, directory)
    if not locked(directory):
        raise place.missing()
    # Read anew: somebody may have been faster, or put another one there.
    file = _file_in(directory, place)
    size = file.size
    audit.note(
        actor=telling.person_of(caller.viewer),
        action="delete data file",
        target=file,
        category=AuditEntry.Category.VISIBILITY,
        team=directory.owner.team,
        changes={"size": (size, "")},
    )
    file.delete()
    charge(directory.owner, -(size + OVERHEAD))
    return 1
