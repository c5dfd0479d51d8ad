"""The data store's verbs on directories: make, list, open to others, delete."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Count, Sum

from catalog.content.data_names import directory_problem
from catalog.models import AuditEntry, DataDirectory, DataFile
from catalog.services import audit, leaked_keys, telling
from catalog.services.data_errors import DirectoryExists, NotEmpty
from catalog.services.data_paths import (
    ALGO,
    Place,
    find_owner,
    own_namespace,
    owners_seen,
    place_of,
)
from catalog.services.data_store import (
    SCOPE,
    check_may_change,
    directory_seen,
    locked,
)
from catalog.services.data_usage import OVERHEAD, charge
from catalog.services.errors import BadMarker, BadRequest, Forbidden
from catalog.visibility import data_visible_to, may_change_data

if TYPE_CHECKING:
    from accounts.models import Owner
    from catalog.services.callers import Caller
    from catalog.services.data_paths import Inside

PAGE = 1000
#: who reads a directory, as the contract's clients say it
ACLS: dict[str, list[str]] = {
    DataDirectory.Read.PRIVATE: [],
    DataDirectory.Read.MY_ALGOS: ["algo://.my/*"],
    DataDirectory.Read.PUBLIC: ["user://*"],
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page: owners or directories by name, or files; `marker` leads on, or "".

    `directory` is the one listed, None for an owner's directories and for owners.
    """

    folders: list[tuple[str, str]] = field(default_factory=list)
    files: list[DataFile] = field(default_factory=list)
    marker: str = ""
    directory: DataDirectory | None = None


def read_of(acl: object) -> str:
    """Return the access that `{"read": [...]}` means; raises BadRequest."""
    read = acl.get("read") if isinstance(acl, dict) else None
    for name, words in ACLS.items():
        if read == words:
            return name
    raise BadRequest(
        'acl: write {"read": []} for you alone, {"read": ["algo://.my/*"]} for your '
        'algorithms as well, or {"read": ["user://*"]} for everybody.'
    )


def list_place(
    *,
    caller: Caller,
    path: str,
    marker: str = "",
    inside: Inside | None = None,
    page: int = PAGE,
) -> Listing:
    """List a directory's files, an owner's directories, or the owners, by name.

    A page begins after the name that its marker holds, so that what comes and goes
    meanwhile moves nothing. Raises NotFound, Forbidden, BadRequest and BadMarker.
    """
    place = place_of(path, inside)
    after = _name_in(marker)
    if place.directory and place.directory != ALGO:
        return _files(directory_seen(caller, place, inside), after, page)
    caller.require(SCOPE)
    if place.is_root:
        return _owners(caller, after, page)
    owner = find_owner(caller, place)
    if owner is None:
        raise place.missing()
    return _directories(caller, place, owner, after, page)


def _files(directory: DataDirectory, after: str, page: int) -> Listing:
    rows = DataFile.objects.filter(directory=directory, name__gt=after)
    files = list(rows.order_by("name")[: page + 1])
    marker = _marker(files[page - 1].name) if len(files) > page else ""
    return Listing(files=files[:page], marker=marker, directory=directory)


def _directories(
    caller: Caller, place: Place, owner: Owner, after: str, page: int
) -> Listing:
    seen = DataDirectory.objects.filter(data_visible_to(caller.viewer), owner=owner)
    if place.directory == ALGO:
        seen = seen.filter(name__startswith=f"{ALGO}/")
    else:
        seen = seen.exclude(name__startswith=".")
    rows = seen.filter(name__gt=after).order_by("name")
    found = list(rows.values_list("name", "read")[: page + 1])
    marker = _marker(found[page - 1][0]) if len(found) > page else ""
    start = len(ALGO) + 1 if place.directory == ALGO else 0
    shown = [(name[start:], read) for name, read in found[:page]]
    return Listing(folders=shown, marker=marker)


def _owners(caller: Caller, after: str, page: int) -> Listing:
    """List owners, the caller's own first: clients take it for the caller's name."""
    own = own_namespace(caller.viewer)
    others = owners_seen(caller).exclude(pk=own.pk) if own else owners_seen(caller)
    rows = others.filter(slug__gt=after).order_by("slug")
    slugs = list(rows.values_list("slug", flat=True)[: page + 1])
    marker = _marker(slugs[page - 1]) if len(slugs) > page else ""
    first = [own.slug] if own and not after else []
    return Listing(folders=[(slug, "") for slug in first + slugs[:page]], marker=marker)


def _marker(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _name_in(marker: str) -> str:
    try:
        packed = marker.encode("ascii")
        packed += b"=" * (-len(packed) % 4)
        text = base64.b64decode(packed, b"-_", validate=True).decode()
    except (UnicodeError, binascii.Error):
        text = "\0"
    if "\0" in text:
        raise BadMarker("marker: send one as the last page gave it, or none.")
    return text


@leaked_keys.refuses_keys("name")
@transaction.atomic
def create_directory(
    *, caller: Caller, parent: str, name: str, read: str = DataDirectory.Read.MY_ALGOS
) -> DataDirectory:
    """Make a directory under an owner; `read` says who reads it besides.

    Raises NotFound, Forbidden, BadRequest, DirectoryExists and QuotaFull.
    """
    place = place_of(parent)
    caller.require(SCOPE)
    if place.is_root or place.directory:
        raise BadRequest(
            "A directory is made under an owner: POST to data://.my or data://owner."
        )
    if problem := directory_problem(name):
        raise BadRequest(f"name: {problem}.")
    owner = find_owner(caller, place)
    if owner is None:
        raise place.missing()
    if not may_change_data(caller.viewer, owner):
        raise Forbidden(
            f"Only {owner} makes directories there: the person, or the team's "
            "maintainers and owners."
        )
    try:
        with transaction.atomic():
            made = DataDirectory.objects.create(owner=owner, name=name, read=read)
    except IntegrityError:
        raise DirectoryExists(f"data://{owner}/{name} exists already.") from None
    charge(owner, OVERHEAD)
    _note(caller, "make data directory", made, {"read": ("", read)})
    return made


@transaction.atomic
def change_access(*, caller: Caller, path: str, read: str) -> DataDirectory:
    """Let nobody else, one's algorithms, or everybody read a directory from now on.

    Raises NotFound, Forbidden and BadRequest.
    """
    place = place_of(path)
    if not place.directory or place.file:
        raise BadRequest("Who reads is said of a directory: data://owner/directory.")
    directory = directory_seen(caller, place, None)
    if place.is_algorithms:
        raise Forbidden("What an algorithm keeps for you stays yours alone.")
    check_may_change(caller, place, directory)
    if not locked(directory):
        raise place.missing()
    directory.refresh_from_db(fields=["read"])
    before = directory.read
    if before != read:
        directory.read = read
        directory.save(update_fields=["read", "changed_at"])
        _note(caller, "change data access", directory, {"read": (before, read)})
    return directory


@transaction.atomic
def delete_directory(
    *, caller: Caller, path: str, force: bool = False, inside: Inside | None = None
) -> int:
    """Delete a directory, with `force` also its files; return how many things went.

    Raises NotFound, Forbidden, BadRequest and NotEmpty.
    """
    place = place_of(path, inside)
    if place.file or not place.directory or place.directory == ALGO:
        raise BadRequest("An owner's directories are deleted one by one.")
    directory = directory_seen(caller, place, inside)
    check_may_change(caller, place, directory)
    if not locked(directory):
        raise place.missing()
    files = DataFile.objects.filter(directory=directory)
    held = files.aggregate(count=Count("pk"), size=Sum("size"))
    count, size = held["count"], held["size"] or 0
    if count and not force:
        raise NotEmpty(
            f"data://{place.text} has {count} files. Delete them first, or all with "
            "force=true."
        )
    _note(caller, "delete data directory", directory, {"files": (count, "")})
    files.delete()
    directory.delete()
    charge(directory.owner, -(size + (count + 1) * OVERHEAD))
    return int(count) + 1


def check_there(*, caller: Caller, path: str, inside: Inside | None = None) -> None:
    """Raise NotFound where the caller sees no directory and no owner there."""
    place = place_of(path, inside)
    if place.directory and place.directory != ALGO:
        directory_seen(caller, place, inside)
        return
    caller.require(SCOPE)
    if not place.is_root and find_owner(caller, place) is None:
        raise place.missing()


def _note(
    caller: Caller,
    action: str,
    directory: DataDirectory,
    changes: dict[str, tuple[object, object]],
) -> None:
    audit.note(
        actor=telling.person_of(caller.viewer),
        action=action,
        target=directory,
        category=AuditEntry.Category.VISIBILITY,
        team=directory.owner.team,
        changes=changes,
    )
