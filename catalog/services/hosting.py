"""What a running algorithm may have of the platform: its caller's files.

It acts as the caller, within what algorithm.toml declares ([permissions] data) and
what the caller may do himself (docs/decisions/0024).
"""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings

from catalog.execution import AskRefused
from catalog.execution.runtime.asks import PART_BYTES
from catalog.models import DataDirectory
from catalog.services import (
    data_directories,
    data_links,
    data_store,
    data_upkeep,
    passing_files,
)
from catalog.services.data_paths import (
    ALGO,
    KEPT,
    MY,
    PASSING,
    SESSION,
    Inside,
    find_directory,
    place_of,
)
from catalog.services.errors import (
    BadRequest,
    NotFound,
    PayloadTooLarge,
    ServiceError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO
    from uuid import UUID

    from catalog.execution import Ask
    from catalog.services.callers import Caller
    from catalog.services.data_directories import Listing
    from catalog.services.resolving import Target

    Answer = tuple[dict[str, Any], bytes]

#: what each ask needs of [permissions] data
NEEDED = {
    "file.stat": "read",
    "file.read": "read",
    "file.link": "read",
    "dir.list": "read",
    "file.write": "write",
    "file.delete": "write",
    "dir.create": "write",
    "dir.update": "write",
    "dir.delete": "write",
}
#: how the client reads a time, which is in UTC
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
#: bytes of a file on its way that stay in memory
IN_MEMORY = 2 * PART_BYTES


def host_of(*, caller: Caller, target: Target, run_id: UUID) -> CallHost:
    """Return the host of one call; close it when the call is over."""
    return CallHost(caller, target, run_id)


class CallHost:
    """Answers one call's algorithm; the errors of services become refusals."""

    def __init__(self, caller: Caller, target: Target, run_id: UUID) -> None:
        self._caller = caller
        self._target = target
        self._run_id = run_id
        self._coming: IO[bytes] | None = None
        self._coming_path = ""
        #: digests of files that are being read, by path
        self._read: dict[str, str] = {}
        self._has_session = False

    def answer(self, ask: Ask, /) -> Answer:
        need = NEEDED[ask.kind]
        if need not in self._target.data:
            raise AskRefused(
                f"This algorithm may not {need} files: its algorithm.toml has no "
                f'"{need}" in [permissions] data.',
                "UnsupportedError",
            )
        verb = getattr(self, "_" + ask.kind.replace(".", "_"))
        try:
            self._check_visitor(ask)
            answer: Answer = verb(ask)
        except ServiceError as error:
            raise AskRefused(error.message, _type_of(error)) from None
        return answer

    @cached_property
    def _inside(self) -> Inside:
        owner, _, name = self._target.full_name.partition("/")
        return Inside(self._target.author_id, owner, name, str(self._run_id))

    def close(self) -> None:
        """Let go of what the call left half done, and of its `.session`."""
        if self._coming is not None:
            self._coming.close()
        if self._has_session:
            place = place_of(SESSION, self._inside)
            directory = find_directory(self._caller, place, self._inside)
            if directory is not None:
                data_upkeep.end_session(
                    owner_id=directory.owner_id, session=self._inside.session
                )

    def _check_visitor(self, ask: Ask) -> None:
        """Say clearly what a visitor lacks; services know him as nobody."""
        if self._caller.is_known:
            return
        place = place_of(ask.fields["path"], self._inside)
        is_passing = passing_files.is_visitors(self._caller, place, self._inside)
        if is_passing and not ask.kind.startswith("dir."):
            return
        if is_passing or place.is_algorithms or not place.owner:
            raise AskRefused(
                f"Sign in: a visitor has no data://{place.text or MY}. An algorithm "
                "may keep files for him in data://.algo, for a day.",
                "UnsupportedError",
            )

    def _file_stat(self, ask: Ask) -> Answer:
        file = data_store.find_file(
            caller=self._caller, path=ask.fields["path"], inside=self._inside
        )
        return {"size": file.size, "uri": self._uri(ask.fields["path"])}, b""

    def _uri(self, path: str) -> str:
        """Return the address by which the caller finds a file outside as well."""
        place = place_of(path, self._inside)
        steps = place.text.split("/")
        if steps[0] == ALGO and steps[1] in {KEPT, PASSING}:
            steps[1:1] = self._target.full_name.split("/")
        return f"data://{'/'.join(steps)}"

    def _file_read(self, ask: Ask) -> Answer:
        path, offset = ask.fields["path"], ask.fields["offset"]
        opened = data_store.open_file(
            caller=self._caller,
            path=path,
            pick=lambda file: _part(offset, file.size),
            inside=self._inside,
        )
        with closing(opened.parts) as parts:
            digest = opened.file.digest
            if offset and self._read.get(path) not in (None, digest):
                raise AskRefused("It was changed while it was read. Read it again.")
            self._read[path] = digest
            return {"size": opened.file.size}, b"".join(parts)

    def _file_write(self, ask: Ask) -> Answer:
        path, offset = ask.fields["path"], ask.fields["offset"]
        if not offset:
            self._begin(path)
        coming = self._coming
        if coming is None or path != self._coming_path or coming.tell() != offset:
            raise AskRefused("Parts of a file are written one after the other.")
        limit = settings.DATA_FILE_BYTES
        if not self._caller.is_known:
            limit = min(limit, settings.VISITORS_DATA_BYTES)
        if offset + len(ask.body) > limit:
            words = f"A file has at most {limit // (1024 * 1024)} MiB here."
            raise AskRefused(words, "TooLargeError")
        coming.write(ask.body)
        if not ask.fields["last"]:
            return {}, b""
        self._coming = None
        with coming:
            length = coming.tell()
            coming.seek(0)
            data_store.put_file(
                caller=self._caller,
                path=path,
                chunks=_chunks(coming),
                length=length,
                inside=self._inside,
            )
        self._has_session |= path.lstrip("/").startswith(SESSION)
        return {}, b""

    def _begin(self, path: str) -> None:
        if self._coming is not None:
            self._coming.close()
        self._coming = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the call
        self._coming_path = path

    def _file_delete(self, ask: Ask) -> Answer:
        self._check_own(ask.fields["path"])
        data_store.delete_file(
            caller=self._caller, path=ask.fields["path"], inside=self._inside
        )
        return {}, b""

    def _check_own(self, path: str) -> None:
        """Keep one algorithm from deleting what another one keeps for the caller."""
        place = place_of(path, self._inside)
        if place.is_algorithms and not place.is_writable:
            raise AskRefused("Another algorithm's files may be read alone.")

    def _file_link(self, ask: Ask) -> Answer:
        seconds = ask.fields["seconds"]
        url = data_links.signed_url(
            caller=self._caller,
            path=ask.fields["path"],
            expires_in=data_links.HOUR if seconds is None else seconds,
            inside=self._inside,
        )
        return {"url": url}, b""

    def _dir_list(self, ask: Ask) -> Answer:
        listing = data_directories.list_place(
            caller=self._caller,
            path=ask.fields["path"],
            marker=ask.fields["marker"],
            inside=self._inside,
        )
        page = _page(listing, with_acl=ask.fields["acl"])
        return {}, json.dumps(page).encode()

    def _dir_create(self, ask: Ask) -> Answer:
        place_of(ask.fields["path"], self._inside)  # refuses what is no path
        parent, _, name = ask.fields["path"].strip("/").rpartition("/")
        data_directories.create_directory(
            caller=self._caller, parent=parent, name=name, read=_read_in(ask)
        )
        return {}, b""

    def _dir_update(self, ask: Ask) -> Answer:
        data_directories.change_access(
            caller=self._caller, path=ask.fields["path"], read=_read_in(ask)
        )
        return {}, b""

    def _dir_delete(self, ask: Ask) -> Answer:
        self._check_own(ask.fields["path"])
        data_directories.delete_directory(
            caller=self._caller,
            path=ask.fields["path"],
            force=ask.fields["force"],
            inside=self._inside,
        )
        return {}, b""


def _part(offset: int, size: int) -> tuple[int, int]:
    """Return where the part at `offset` starts and how long it is."""
    start = min(offset, size)
    return start, min(PART_BYTES, size - start)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(PART_BYTES):
        yield part


def _read_in(ask: Ask) -> str:
    read = ask.fields["read"]
    if read is None:
        return str(DataDirectory.Read.MY_ALGOS)
    return data_directories.read_of({"read": read})


def _page(listing: Listing, *, with_acl: bool) -> dict[str, Any]:
    """Return a page in the words of /v1/data, as far as the client reads it."""
    page: dict[str, Any] = {
        "folders": [{"name": name} for name, _read in listing.folders],
        "files": [
            {
                "filename": file.name,
                "size": file.size,
                "last_modified": f"{file.modified_at.astimezone(UTC):{MOMENT}}",
            }
            for file in listing.files
        ],
        "marker": listing.marker,
    }
    directory = listing.directory
    if with_acl and directory is not None and not directory.name.startswith("."):
        page["acl"] = {"read": data_directories.ACLS[directory.read]}
    return page


def _type_of(error: ServiceError) -> str:
    """Name a refusal for authors, by what they can do about it."""
    if isinstance(error, NotFound):
        return "EntityNotFoundError"
    if isinstance(error, PayloadTooLarge):
        return "TooLargeError"
    return "InputError" if isinstance(error, BadRequest) else "AlgorithmError"
