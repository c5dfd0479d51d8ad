"""Links that show one file to whoever holds them, until their time is over.

A link is as good as who made it: when the file changes or goes, the key is revoked,
or the maker does not see the directory any more, the link ends.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.utils import timezone

from accounts import keys
from accounts.models import ApiKey, User
from catalog.content.images import sniff
from catalog.models import DataDirectory, DataFile
from catalog.services import data_store
from catalog.services.errors import BadRequest, NotFound
from catalog.visibility import data_visible_to

if TYPE_CHECKING:
    from catalog.services.callers import Caller
    from catalog.services.data_paths import Inside
    from catalog.services.data_store import Opened, Pick
    from catalog.visibility import Viewer

SALT = "catalog.data_links"
HOUR = 3600
LONGEST_SECONDS = 7 * 24 * HOUR
PATH = "/data/"
GONE = "This link leads nowhere, or its time is over."
#: of the digest, what tells one state of a file from another
STATE = 16
#: bytes that tell a picture
PEEKED = 64


def signed_url(
    *,
    caller: Caller,
    path: str,
    expires_in: int = HOUR,
    inside: Inside | None = None,
) -> str:
    """Return an address that serves this file, as it is now, for `expires_in` seconds.

    Whoever has the address reads the file without a key. Raises as
    `data_store.find_file`, and BadRequest for a time of less than a second or more
    than a week.
    """
    if not 1 <= expires_in <= LONGEST_SECONDS:
        raise BadRequest(f"expires_in: write 1 to {LONGEST_SECONDS} seconds.")
    file = data_store.find_file(caller=caller, path=path, inside=inside)
    said = [
        file.pk.hex,
        file.blob.digest[:STATE],
        int(time.time()) + expires_in,
        caller.key_id.hex if caller.key_id else caller.user_id,
        inside.author_id if inside else None,
    ]
    token = signing.dumps(said, salt=SALT)
    return f"{base()}{token}"


def base() -> str:
    """Return what every link begins with; its token follows."""
    return f"{settings.BASE_URL or settings.SERVED_AT}{PATH}"


def find_linked(*, token: str) -> DataFile:
    """Return the file of a link; raises the one NotFound for all that it is not."""
    pk, state, ends, maker, author_id = _read(token)
    if time.time() >= ends:
        raise NotFound(GONE)
    rows = DataFile.objects.select_related("blob", "directory__owner")
    file = rows.filter(pk=UUID(pk)).first()
    viewer = _viewer(maker)
    if file is None or viewer is None or not file.blob.digest.startswith(state):
        raise NotFound(GONE)
    seen = DataDirectory.objects.filter(data_visible_to(viewer, author_id=author_id))
    if not seen.filter(pk=file.directory_id).exists():
        raise NotFound(GONE)
    return file


@dataclass(frozen=True, slots=True)
class Linked:
    """An opened file; `picture` is its type where its own bytes are a picture."""

    opened: Opened
    picture: str | None


def open_linked(*, token: str, pick: Pick | None = None) -> Linked:
    """Open the file of a link, or what `pick` chooses of it; raises NotFound."""
    file = find_linked(token=token)
    try:
        start = data_store.opened(file, lambda file: (0, min(file.size, PEEKED)))
        with contextlib.closing(start.parts) as parts:
            picture = sniff(b"".join(parts))
        return Linked(data_store.opened(file, pick), picture)
    except FileNotFoundError:
        raise NotFound(GONE) from None


def _read(token: str) -> list[Any]:
    try:
        said: list[Any] = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise NotFound(GONE) from None
    return said


def _viewer(maker: str | int | None) -> Viewer | None:
    """Return who made a link, as far as he reaches now; None for who ended."""
    if maker is None:
        return AnonymousUser()
    if isinstance(maker, int):
        return User.objects.filter(pk=maker, is_active=True).first()
    rows = ApiKey.objects.select_related("user", "team__owner")
    key = rows.filter(pk=UUID(maker)).first()
    if key is None or not key.is_live(timezone.now()):
        return None
    if key.user is not None and not key.user.is_active:
        return None
    return keys.viewer_of(key)
