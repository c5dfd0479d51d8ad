"""Sounds by their first bytes, and the sounds inside a JSON result."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from .images import strings_in
from .pointers import to_pointer

_DATA_URI = re.compile(r"data:(audio/[\w.+-]+);base64,")
_MAGIC = (
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
)
#: what browsers call the same
_PLAYED = {"audio/x-wav": "audio/wav", "audio/wave": "audio/wav"}


@dataclass(frozen=True, slots=True)
class ResultSound:
    """A sound in a result: where it is, its type by its own bytes, its data URI."""

    pointer: str
    media_type: str
    uri: str

    def data(self) -> bytes:
        """Decode the sound's bytes."""
        return base64.b64decode(self.uri.partition(",")[2])


def result_sounds(value: Any, limit: int = 6) -> list[ResultSound]:
    """Find sounds given as base64 data URIs, in the order of the result."""
    found = []
    for path, text in strings_in(value):
        media = sound_type(text)
        if media is not None:
            found.append(ResultSound(to_pointer(path), media, text))
        if len(found) >= limit:
            break
    return found


def sniff_sound(data: bytes) -> str | None:
    """Tell WAV, MP3, Ogg, FLAC and M4A by their first bytes; None for others."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    if data[4:11] == b"ftypM4A":
        return "audio/mp4"
    return next((media for magic, media in _MAGIC if data.startswith(magic)), None)


def sound_type(text: str) -> str | None:
    """Give the type of a base64 data URI that is the sound it claims; else None."""
    head = _DATA_URI.match(text)
    if head is None:
        return None
    try:
        start = base64.b64decode(text[head.end() : head.end() + 64], validate=True)
    except (binascii.Error, ValueError):
        return None
    found = sniff_sound(start)
    return found if found == _PLAYED.get(head[1], head[1]) else None
