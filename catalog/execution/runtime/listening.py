"""The executor's place in the file system: directory, lock, socket."""

from __future__ import annotations

import fcntl
import os
import socket
import stat
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

EXIT_MISCONFIGURED = 2
EXIT_ALREADY_RUNNING = 3
BACKLOG = 256
DIRECTORY_MODE = 0o700
#: sockaddr_un has room for 108 bytes with the closing zero
PATH_LIMIT = 107


class MisconfiguredError(Exception):
    """The socket's place is not fit for it."""


class AlreadyRunningError(Exception):
    """Another executor holds the lock of this socket."""


class Listener:
    """The listening socket of the one executor that holds the lock beside it."""

    def __init__(self, path: Path) -> None:
        """Take the lock and listen, or raise one of the errors above."""
        self._path = path
        if len(os.fsencode(path)) > PATH_LIMIT:
            raise MisconfiguredError(
                f"{path} is longer than the {PATH_LIMIT} bytes of a socket's name"
            )
        _prepare_directory(path.parent)
        self._lock = _take_lock(path.with_name(f"{path.name}.lock"))
        self.sock = self._listen()

    def write_pid(self, pid: int) -> None:
        """Leave the executor's process id in the lock file, for operators."""
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, b"%d\n" % pid, 0)

    def close(self) -> None:
        """Stop listening; the lock goes with the process."""
        self._path.unlink(missing_ok=True)
        self.sock.close()

    def _listen(self) -> socket.socket:
        if self._path.exists() and not self._path.is_socket():
            raise MisconfiguredError(f"{self._path} exists and is no socket")
        self._path.unlink(missing_ok=True)  # of an executor that is gone
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o177)
        try:
            sock.bind(str(self._path))
        finally:
            os.umask(mask)
        sock.listen(BACKLOG)
        return sock


def is_same_user(sock: socket.socket) -> bool:
    """Tell whether the peer runs as this process's user (Linux, unix(7))."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True  # the modes of socket and directory have to do
    credentials = struct.Struct("3i")
    data = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, credentials.size)
    _pid, uid, _gid = credentials.unpack(data)
    return bool(uid == os.geteuid())


def _prepare_directory(directory: Path) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.mkdir(mode=DIRECTORY_MODE, exist_ok=True)
    found = directory.stat()
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise MisconfiguredError(
            f"{directory} must belong to this user alone (mode 0700)"
        )


def _take_lock(path: Path) -> int:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise AlreadyRunningError(f"{path} is held by another executor") from None
    return lock
