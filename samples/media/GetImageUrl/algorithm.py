"""Make a link to a picture of the data store, for whoever has the link."""

from __future__ import annotations

from typing import Any

import Algorithmia
from Algorithmia.errors import DataApiError

HOUR, WEEK = 3_600, 7 * 24 * 3_600

client = Algorithmia.client()


class InputError(ValueError):
    """The caller sent something that cannot be used."""

    error_type = "InputError"


def apply(input: Any) -> dict[str, str]:
    """Return an address that shows the picture for `expires_in` seconds."""
    uri, seconds = checked(input)
    try:
        return {"url": client.file(uri).getUrl(expires_in=seconds)}
    except DataApiError as error:
        if error.error_type != "EntityNotFoundError":
            raise
        raise InputError(
            f"`uri` leads to no file that you may read: {uri!r:.200}. Store the "
            "picture with media/PutImage, or check the address."
        ) from error


def checked(input: Any) -> tuple[str, int]:
    """Return the address and the seconds; raise InputError."""
    if not isinstance(input, dict) or not isinstance(input.get("uri"), str):
        raise InputError('The input must be an address: {"uri": "data://..."}.')
    uri, seconds = input["uri"], input.get("expires_in", HOUR)
    if not uri.startswith("data://"):
        raise InputError(f"`uri` must begin with data://; got {uri!r:.80}.")
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise InputError("`expires_in` must be a whole number of seconds.")
    if not 1 <= seconds <= WEEK:
        raise InputError(f"`expires_in` must be 1 to {WEEK:,}; got {seconds:,}.")
    return uri, seconds
