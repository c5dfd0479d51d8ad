"""What the data API says of directories, and what it is told to make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse

from catalog.models import DataDirectory
from catalog.services.data_directories import ACLS, read_of
from catalog.services.errors import BadRequest
from catalog.wire.fields import body_of, object_in, text_in

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from catalog.services.data_directories import Listing

FILE, DIRECTORY = "file", "directory"


def listing(found: Listing, *, with_acl: bool) -> dict[str, Any]:
    """Return a page as the contract has it: keys in order, absent where empty."""
    shown: dict[str, Any] = {}
    if found.folders:
        shown["folders"] = [
            _folder(name, read if with_acl else "") for name, read in found.folders
        ]
    if found.files:
        shown["files"] = [
            {
                "filename": file.name,
                "size": file.size,
                "last_modified": moment(file.modified_at),
            }
            for file in found.files
        ]
    if found.marker:
        shown["marker"] = found.marker
    directory = found.directory
    # An algorithm's own directory has no such setting, and clients expect none.
    if with_acl and directory is not None and not directory.name.startswith("."):
        shown["acl"] = {"read": ACLS[directory.read]}
    return shown


def _folder(name: str, read: str) -> dict[str, Any]:
    return {"name": name, "acl": {"read": ACLS[read]}} if read else {"name": name}


def moment(time: datetime) -> str:
    """Write a time in UTC as the clients parse it: 2020-03-18T17:00:33.000Z."""
    text = time.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def directory_headers() -> HttpResponse:
    """Answer HEAD of a directory that is there."""
    headers = {
        **settings.WIRE_HEADERS,
        "Content-Type": "application/json",
        "Cache-Control": "private, no-store",
        "X-Data-Type": DIRECTORY,
    }
    return HttpResponse(headers=headers)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A directory to be made: its name and who reads it."""

    name: str
    read: str


def directory_in(request: HttpRequest) -> Wanted:
    """Read `{"name": ..., "acl": {"read": [...]}}`, or a name as bare text.

    Clients send headers that are left of another request: what begins as an object is
    one. Raises BadRequest, InvalidJson and PayloadTooLarge.
    """
    body = body_of(request)
    kind = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if "json" in kind or body.lstrip().startswith(b"{"):
        fields = object_in(request)
        acl = fields.get("acl")
        read = DataDirectory.Read.MY_ALGOS if acl is None else read_of(acl)
        return Wanted(text_in(fields, "name", needed=True), read)
    try:
        name = body.decode().strip()
    except UnicodeDecodeError:
        raise BadRequest("The name is no UTF-8.") from None
    if not name:
        raise BadRequest("name: is needed.")
    return Wanted(name, DataDirectory.Read.MY_ALGOS)
