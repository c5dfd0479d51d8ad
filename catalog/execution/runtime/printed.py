"""What an algorithm printed during one call, of which the end is kept."""

from __future__ import annotations

#: bytes, of standard output and standard error together
OUTPUT_LIMIT = 4_000
#: stands before an end whose beginning was not kept
CUT = "[only the end is kept]\n"


def kept(before: bytes, more: bytes) -> bytes:
    """Add to what was printed: a byte over the limit tells that something is cut."""
    return (before + more)[-OUTPUT_LIMIT - 1 :]


def as_text(printed: bytes) -> str:
    """Return it as text and say where it is cut; never fails."""
    end = printed[-OUTPUT_LIMIT:]
    if len(end) == len(printed):
        return end.decode("utf-8", "replace")
    while end and end[0] & 0xC0 == 0x80:  # the rest of a character that was cut  # noqa: PLR2004 - UTF-8
        end = end[1:]
    return CUT + end.decode("utf-8", "replace")
