"""Which names a file of a bundle may have, and the digest of named files."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 240
_REFUSED = re.compile(r"[\x00-\x1f\x7f\\]")


def name_problem(name: str) -> str:
    """Say why a relative POSIX path may not name a file; '' if it may."""
    if not name or len(name.encode(errors="replace")) > _LONGEST:
        return f"a path has 1 to {_LONGEST} bytes"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "an absolute path is not allowed"
    if _REFUSED.search(name) or not _is_utf8(name):
        return "control characters, backslashes and bad UTF-8 are not allowed"
    if any(step in {"", ".", ".."} for step in name.split("/")):
        return "empty steps, . and .. are not allowed"
    return ""


def content_digest(files: Mapping[str, bytes]) -> str:
    """Give the SHA-256 (hex) of files by name, whatever their order.

    Lengths are part of it, so that no two sets of files read alike.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        written, data = name.encode(), files[name]
        digest.update(b"%d:%b%d:" % (len(written), written, len(data)))
        digest.update(data)
    return digest.hexdigest()


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
