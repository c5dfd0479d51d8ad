"""Keep a picture in the data store, under the digest of its bytes."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import Algorithmia
from picture import InputError, decoded, guard, picture_of

#: of formats: the ending of a file's name, and the media type
KINDS = {
    "BMP": ("bmp", "image/bmp"),
    "GIF": ("gif", "image/gif"),
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", re.ASCII)

client = Algorithmia.client()


def load() -> None:
    """Set the guard against huge pictures."""
    guard()


def apply(input: Any) -> dict[str, Any]:
    """Store the picture as it came; return where it is and what it is."""
    raw, name = checked(input)
    picture, kind = picture_of(raw)
    ending, content_type = KINDS[kind]
    digest = hashlib.sha256(raw).hexdigest()
    stem = f"{digest}-{name}" if name else digest
    file = client.file(f"data://.algo/perm/{stem}.{ending}").put(raw)
    return {
        "uri": file.getUri(),
        "sha256": digest,
        "width": picture.width,
        "height": picture.height,
        "bytes": len(raw),
        "content_type": content_type,
    }


def checked(input: Any) -> tuple[bytes, str]:
    """Return the picture's bytes and the wanted name, or ""; raise InputError."""
    if isinstance(input, bytes):
        return input, ""
    if not isinstance(input, dict) or "image" not in input:
        raise InputError('The input must be a picture: {"image": "..."}, or its bytes.')
    name = input.get("name", "")
    if name and not (isinstance(name, str) and NAME.fullmatch(name)):
        raise InputError(
            "`name` must have 1 to 60 of the characters A-Z, a-z, 0-9, - and _, and "
            f"begin with a letter or digit; got {name!r:.80}."
        )
    return decoded(input["image"], "image"), name
