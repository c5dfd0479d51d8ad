"""A worker's JSON: quick where that surely gives what the standard library gives.

The standard library is the measure: what it gives, keeps and refuses, authors see.
orjson is five to twenty times quicker, but has other rules: it turns integers past
64 bits into floats, writes NaN as null, takes enums and UUIDs, and ends the process
where memory is short. Each of these is ruled out beforehand (docs/decisions/0022).
The one difference that is left is how it spells the exponent of a number: 1e16.
"""

from __future__ import annotations

import json
import marshal
import mmap
import re
from typing import Any

try:
    import orjson
except ImportError:  # it makes a worker quicker, and no worker needs it
    HAS_ORJSON = False
else:
    HAS_ORJSON = True

_encode_exactly = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode

#: every digit becomes 0, all else a blank
_DIGITS = bytes(ord("0") if chr(code).isdecimal() else ord(" ") for code in range(256))
#: an integer that may not fit into 64 bits has at least this many digits
_LONG = b"0" * 19

#: how many times the bytes of marshal's second version, which writes each object in
#: full, orjson may ask for: 64 for an item of a list before it writes that, up to a
#: power of two, beside the buffer before; marshal takes one byte for None
_WRITING = 320
#: how many times the bytes of a text it may ask for to parse it; 47 were measured
_READING = 64
_MAPPED = 64 * 1024
_UNTOUCHED = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)

# A float in marshal's second version: g and eight bytes, the sign and exponent last.
_NOT_FINITE = re.compile(rb"g.{6}[\xf0-\xff][\x7f\xff]", re.DOTALL)


def decode(data: bytes) -> Any:
    """Parse as json.loads does; raises what it raises."""
    if HAS_ORJSON and _LONG not in data.translate(_DIGITS):
        try:
            _ask_for_memory(_READING * len(data))
            return orjson.loads(data)
        except (ValueError, MemoryError):
            pass  # the standard library takes more, and has the words of a refusal
    return json.loads(data)


def encode(value: Any) -> bytes:
    """Write compact JSON as a strict json.JSONEncoder does; raises what it raises."""
    if HAS_ORJSON:
        try:
            # Writes built-in types alone, and no classes made of them.
            packed = marshal.dumps(value, 2)
            _ask_for_memory(_WRITING * len(packed))
            text = orjson.dumps(value)
        except (ValueError, TypeError, MemoryError):
            pass  # as above
        else:
            if b"null" not in text or not _NOT_FINITE.search(packed):
                return text
    return _encode_exactly(value).encode()


def _ask_for_memory(size: int) -> None:
    """Raise MemoryError where `size` bytes are not to be had."""
    if size < _MAPPED:
        bytes(size)
        return
    try:
        # Touches none of them, and leaves malloc's thresholds alone.
        mmap.mmap(-1, size, flags=_UNTOUCHED).close()
    except OSError:
        raise MemoryError from None
