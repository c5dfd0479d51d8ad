"""The way back: what a running algorithm asks of the gateway, on its call's channel."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING, Any

from .failures import ERROR_TYPES, CallError
from .frames import decode_header, encode_header

if TYPE_CHECKING:
    from collections.abc import Callable

    #: takes header and body of an ask, gives those of the answer
    Carry = Callable[[bytes, bytes], tuple[bytes, bytes]]

#: a file travels in parts of at most this many bytes
PART_BYTES = 1024 * 1024
#: header of an ask in bytes: an address and a few numbers
ASK_HEADER_BYTES = 16 * 1024
ASKS_PER_CALL = 2_000


class RefusedError(Exception):
    """The gateway will not do it; `error_type` is one that callers know."""

    def __init__(self, message: str, error_type: str) -> None:
        super().__init__(message)
        self.error_type = error_type


class OversteppedError(CallError):
    """The worker asked more than is answered: it waits for an answer for ever."""


class WayBack:
    """One way per loaded source, open while a call runs. For any of its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._carry: Carry | None = None
        self._pid = os.getpid()
        #: temporary files of the call, which end with it
        self.leftovers: list[str] = []
        #: an ask was cut short, so that the channel may hold the rest of its answer
        self.is_broken = False

    def open(self, carry: Carry) -> None:
        self._carry = carry

    def close(self) -> None:
        """End the way with the call; waits for an ask of another thread."""
        with self._lock:
            self._carry = None
        if self.leftovers:
            for path in self.leftovers:
                with contextlib.suppress(OSError):  # the author may have moved it
                    os.unlink(path)  # noqa: PTH108 - pathlib is not needed here else
            self.leftovers.clear()

    def ask(self, kind: str, body: bytes = b"", **fields: Any) -> tuple[Any, bytes]:
        """Return the answer's fields and body; raises RefusedError."""
        header = encode_header({"ask": kind, **fields}).encode()
        if len(header) > ASK_HEADER_BYTES:
            raise RefusedError("The address is too long.", "InputError")
        with self._lock:
            answer, data = self._carried(header, body)
        fields = decode_header(answer)
        refused = fields.get("refused")
        if refused is not None:
            raise RefusedError(refused["message"], refused["error_type"])
        return fields["answer"], data

    def _carried(self, header: bytes, body: bytes) -> tuple[bytes, bytes]:
        if self._carry is None or self.is_broken or self._pid != os.getpid():
            raise RefusedError(
                "Files and algorithms can be used during a call alone: in apply(), "
                "not in load() or at the top of the source, and in no other process.",
                "UnsupportedError",
            )
        # A handler of the author's that raises must not leave half a frame behind.
        held = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            self.is_broken = True
            answer = self._carry(header, body)
            self.is_broken = False
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
        return answer


def check_ask(count: int, header: bytes, body: bytes) -> None:
    """Hold an untrusted worker's ask, its `count`th of the call, to the limits.

    Raises OversteppedError.
    """
    if count > ASKS_PER_CALL:
        what = f"asked the platform more than {ASKS_PER_CALL:,} times in one call"
    elif len(header) > ASK_HEADER_BYTES or len(body) > PART_BYTES:
        what = "sent the platform more at once than it takes"
    else:
        return
    raise OversteppedError(
        "algorithm_error", f"The algorithm {what}.", error_type="TooLargeError"
    )


def refusal(message: str, error_type: str) -> bytes:
    """Return the header that answers an ask with no."""
    known = error_type if error_type in ERROR_TYPES else "AlgorithmError"
    return encode_header(
        {"refused": {"message": message[:1000], "error_type": known}}
    ).encode()
