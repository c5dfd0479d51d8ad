"""What one thread of this process prints, beside others that print as well."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
from typing import TYPE_CHECKING, TextIO, cast

from catalog.execution.runtime.printed import as_text, kept

if TYPE_CHECKING:
    from collections.abc import Iterator


class Printed:
    """The end of what was printed, as bytes in UTF-8."""

    def __init__(self) -> None:
        self._kept = b""

    def add(self, text: str) -> None:
        self._kept = kept(self._kept, text.encode("utf-8", "replace"))

    def text(self) -> str:
        return as_text(self._kept)


_threads = threading.local()
_lock = threading.Lock()
_users = 0


class _Switch(io.TextIOBase):
    """A stream that takes from the threads that are listened to, and hands on."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        printed: Printed | None = getattr(_threads, "printed", None)
        if printed is None:
            return self.stream.write(text)
        printed.add(text)
        return len(text)

    def flush(self) -> None:
        self.stream.flush()


@contextlib.contextmanager
def captured() -> Iterator[Printed]:
    """Keep what this thread prints meanwhile, to standard output and error."""
    _switch(1)
    printed = _threads.printed = Printed()
    try:
        yield printed
    finally:
        _threads.printed = None
        _switch(-1)


def _switch(change: int) -> None:
    """Put the switches in with the first user, and take them out with the last."""
    global _users  # noqa: PLW0603 - the streams are the process's as well
    with _lock:
        _users += change
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if isinstance(stream, _Switch):
                if not _users:
                    setattr(sys, name, stream.stream)
            elif _users:
                setattr(sys, name, cast("TextIO", _Switch(stream)))
