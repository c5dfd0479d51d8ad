"""The WSGI application: whole bodies for Django, and no orphan workers."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import sys
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Environ = dict[str, Any]
    Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

PR_SET_PDEATHSIG = 1
MEGABYTE = 1024 * 1024
LIMIT = 10 * MEGABYTE
#: how much of a refused body is still read, so that its sender gets the answer
DRAINED = 64 * MEGABYTE


def die_with_parent() -> None:
    """End this worker when the server's master is killed.

    Granian's worker goes on serving after kill -9 of the master, and a second
    server then binds the same port.
    """
    if not sys.platform.startswith("linux") or "VITRINE_SERVER_PID" not in os.environ:
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def whole_body(application: Application) -> Application:
    """Read a chunked body to its end, so that Django sees a Content-Length.

    What catalog.wire.streaming names passes as it comes, with limits of its own.

    Django reads only as much as Content-Length says, which is nothing for a chunked
    request. Over the limit the length is kept as it was counted, so that the view
    answers 413 without the bytes.
    """

    def wrapped(
        environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        is_chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        if is_streamed(environ):
            stream = environ["wsgi.input"]
            response = application(environ, start_response)
            # What a refusal left unread; of an upload that was read, nothing.
            _drain(stream)
            return response
        if is_chunked:
            environ["vitrine.chunked"] = True
            environ["wsgi.input"], length = _spool(environ["wsgi.input"])
            environ["CONTENT_LENGTH"] = str(length)
        elif _length(environ) > LIMIT:
            _drain(environ["wsgi.input"])
            environ["wsgi.input"] = BytesIO()
        return application(environ, start_response)

    return wrapped


def _length(environ: Environ) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _drain(stream: IO[bytes]) -> None:
    """Read on: a server that answers and closes early breaks the sender's pipe."""
    left = DRAINED
    # A sender that is gone makes the read fail; nobody waits for the answer then.
    with contextlib.suppress(OSError):
        while left > 0 and (part := stream.read(256 * 1024)):
            left -= len(part)


def _spool(stream: IO[bytes]) -> tuple[IO[bytes], int]:
    kept: IO[bytes] = SpooledTemporaryFile(max_size=MEGABYTE)  # noqa: SIM115 - lives as long as the request
    length = 0
    while length <= LIMIT and (part := stream.read(64 * 1024)):
        length += len(part)
        kept.write(part)
    if length > LIMIT:
        _drain(stream)
    kept.seek(0)
    return kept, length


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A page must not hold its thread for long; commands may take their time.
os.environ.setdefault("VITRINE_STATEMENT_SECONDS", "5")
die_with_parent()
_django = get_wsgi_application()
# Its routes need the apps that the line above has loaded.
from catalog.wire.gateway import WireGateway  # noqa: E402 - needs loaded apps
from catalog.wire.streaming import is_streamed  # noqa: E402 - as above

# What is loaded stays: collections need not look at it again.
gc.freeze()
application = whole_body(WireGateway(_django))
