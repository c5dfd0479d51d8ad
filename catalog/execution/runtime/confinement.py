"""What a worker does to itself before it loads an author's source."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

#: isolation that `confine` reaches: 0 = own process group, limits, deadline only
SANDBOX_LEVEL = 0

MIB = 1024 * 1024
#: below this not even the interpreter's own modules import reliably
MEMORY_FLOOR_MB = 64
FILE_SIZE_LIMIT = 32 * MIB
OPEN_FILES_LIMIT = 256

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def worker_environment() -> dict[str, str]:
    """Return all that a worker sees: nothing of ours, one thread per library."""
    return {
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",  # an arena reserves 64 MB of the address space
        "MKL_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def die_with_parent(parent: int) -> None:
    """Ask the kernel for SIGKILL when the zygote ends (Linux, prctl(2)).

    An algorithm in an endless loop never sees that its channel is closed.
    """
    if sys.platform == "linux":
        if _libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it ended before the kernel was asked
        os._exit(0)


def confine(memory_mb: int) -> None:
    """Set the limits; the sandbox (Landlock, seccomp) has its place here, last.

    No RLIMIT_CPU: it counts over the worker's whole life and would end a healthy
    one; the deadline of a call is the executor's.
    """
    _prefer_as_victim()
    address_space = _mapped_bytes() + max(memory_mb, MEMORY_FLOOR_MB) * MIB
    for kind, limit in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_FSIZE, FILE_SIZE_LIMIT),
        (resource.RLIMIT_NOFILE, OPEN_FILES_LIMIT),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        lower = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (lower, lower))


def _prefer_as_victim() -> None:
    """Let a machine without memory end workers, not the web or the database."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def _mapped_bytes() -> int:
    """Return what interpreter and preloaded libraries have mapped already."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return 256 * MIB
    return pages * resource.getpagesize()
