"""The text of an API key: `vtr_` + 8 of look-up + 32 of secret + 6 of CRC-32, base62.

The layout follows GitHub's token format of 2021: a prefix that scanners know, and
a checksum that lets a mistyped key be refused without asking the database. 32
base62 characters are 190 bits.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "vtr_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
LOOKUP, SECRET, CHECK = 8, 32, 6
LENGTH = len(PREFIX) + LOOKUP + SECRET + CHECK
SCHEMES = frozenset({"simple", "bearer"})
#: what stands for a key where one must not be shown
MASK = f"{PREFIX}…"
_BODY = re.compile(rb"vtr_[0-9A-Za-z]{%d}" % (LENGTH - len(PREFIX)))
#: the look-up part may be shown; what goes on may be a key, or the first part of one
_LIKE_A_KEY = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{LOOKUP + 1},}}")


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_secret() -> str:
    """Return a new key's text."""
    body = PREFIX + _random(LOOKUP) + _random(SECRET)
    return body + checksum(body)


def checksum(text: str) -> str:
    """Return the CRC-32 of `text` as 6 base62 digits."""
    number = zlib.crc32(text.encode())
    digits = []
    for _ in range(CHECK):
        number, rest = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[rest])
    return "".join(reversed(digits))


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def lookup_of(secret: str) -> str:
    return secret[len(PREFIX) : len(PREFIX) + LOOKUP]


def is_well_formed(secret: str) -> bool:
    """Tell whether `secret` has the layout and the checksum of a key."""
    return (
        len(secret) == LENGTH
        and secret.startswith(PREFIX)
        and secret.isascii()
        and secret[-CHECK:] == checksum(secret[:-CHECK])
    )


def secret_in(header: str) -> str:
    """Take the key out of an Authorization header: raw, Simple or Bearer.

    The scheme is read in any case, with any blanks around it. What is none of the
    three comes back as it is, and is no key.
    """
    header = header.strip(" \t")
    if header.startswith(PREFIX):
        return header
    scheme, _, rest = header.replace("\t", " ").partition(" ")
    return rest.strip(" ") if scheme.lower() in SCHEMES else header


def keys_in(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield place and text of all well-formed keys in `data`, whatever surrounds them.

    Files of many megabytes are searched: the prefix is looked for before anything else.
    """
    place = data.find(b"vtr_")
    while place >= 0:
        found = _BODY.match(data, place)
        if found and is_well_formed(found[0].decode()):
            yield place, found[0].decode()
        place = data.find(b"vtr_", place + 1)


def masked(text: str) -> str:
    """Return `text` without what is, or nearly is, a key."""
    return _LIKE_A_KEY.sub(MASK, text) if PREFIX in text else text
