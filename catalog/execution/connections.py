"""Connections of one process to the executor, kept and shared by its threads."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from catalog.execution.answering import answer
from catalog.execution.base import BackendUnavailable
from catalog.execution.executor import start_detached
from catalog.execution.loan import LendingChannel
from catalog.execution.loans import Loans
from catalog.execution.runtime.frames import (
    ProtocolError,
    decode_header,
    encode_header,
)
from catalog.execution.runtime.release import PROTOCOL, release_stamp

if TYPE_CHECKING:
    from pathlib import Path

    from catalog.execution.base import Host

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
#: between two looks for an executor that the supervisor starts again (s)
RETRY_SECONDS = 0.05
#: how much later than its own deadline the executor may answer (s)
ANSWER_GRACE = 5.0
KEPT = 64

_GONE = (OSError, EOFError, ProtocolError)


class Asked(NamedTuple):
    """What the executor is asked; `timeout` is the call's own (s).

    `host` answers what the algorithm asks meanwhile; `key` is the deployment's, whose
    worker may be lent.
    """

    header: bytes
    body: bytes
    timeout: float
    host: Host | None = None
    key: str = ""


class Connections:
    """One frame out, one frame back; each connection serves one thread at a time.

    With `start_command` an executor is started when none listens. Never sends a
    request again that an executor may have read.
    """

    def __init__(
        self, path: Path, start_command: list[str] | None, start_seconds: float
    ) -> None:
        self._path = path
        self._start_command = start_command
        self._start_seconds = start_seconds
        self._release = ""
        self._pid = os.getpid()
        self._idle: deque[LendingChannel] = deque()
        #: workers that the executor has lent, with the connections they came over
        self.loans = Loans(partial(_keep, self._idle))

    def exchange(self, asked: Asked) -> tuple[dict[str, Any], bytes]:
        """Return the answer's header and body; raises BackendUnavailable."""
        channel = self._kept()
        if channel is not None:
            outcome = self._try(channel, asked)
            if outcome is not None:
                return outcome
            self.close()  # the executor they led to is gone
        for _attempt in (1, 2):
            channel = self._connected(asked.timeout)
            outcome = self._try(channel, asked)
            if outcome is not None:
                return outcome
        raise BackendUnavailable("The executor takes no calls")

    def ask_if_up(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Ask a running executor; None where there is none. Starts nothing."""
        asked = Asked(encode_header(request).encode(), b"", ANSWER_GRACE)
        try:
            kept = self._kept()
            told = self._try(kept, asked) if kept else None
            if told is None:  # none kept, or one to an executor that is gone
                told = self._try(self._greeted(), asked)
        except (*_GONE, BackendUnavailable):
            return None
        return None if told is None else told[0]

    def close(self) -> None:
        self.loans.close()
        while self._idle:
            try:
                self._idle.pop().close()
            except IndexError:  # another thread was faster
                return

    def __del__(self) -> None:
        """Close what a registry let go of when its settings changed."""
        self.close()

    def _kept(self) -> LendingChannel | None:
        if self._pid != os.getpid():  # a fork: the parent goes on to use these
            self._pid = os.getpid()
            self.close()
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _try(
        self, channel: LendingChannel, asked: Asked
    ) -> tuple[dict[str, Any], bytes] | None:
        """Return the answer, or None where surely nothing was executed."""
        started = time.monotonic()
        try:
            channel.wait_at_most(asked.timeout + ANSWER_GRACE)
            channel.send(asked.header, asked.body)
        except OSError:  # an executor acts on whole frames only
            channel.close()
            return None
        try:
            told, result = channel.receive()
            fields = decode_header(told)
        except ConnectionResetError:  # unix(7): not all that was sent had been read
            channel.close()
            return None
        except _GONE as error:
            raise _broken_off(channel, error) from error
        if "ask" in fields:
            deadline = started + asked.timeout
            fields, result = _attend(channel, fields, result, asked.host, deadline)
        if fields.get("error", {}).get("code") == "closing":
            channel.close()
            return None
        if "lent" in fields:
            self.loans.add(channel, asked.key, fields["lent"], asked.timeout)
        else:
            _keep(self._idle, channel)
        return fields, result

    def _connected(self, timeout: float) -> LendingChannel:
        """Connect, start an executor, or wait for the supervisor to start one.

        Nothing was sent yet, so waiting is safe; it ends with the call's own time.
        """
        if self._start_command is None:
            return self._awaited(min(timeout, self._start_seconds))
        try:
            return self._greeted()
        except _GONE as error:
            problem = str(error) or type(error).__name__
        try:
            problem = start_detached(
                self._start_command, self._path, self._start_seconds, self._is_up
            )
            if not problem:
                return self._greeted()
        except _GONE as error:
            problem = str(error) or type(error).__name__
        raise self._away(problem)

    def _awaited(self, seconds: float) -> LendingChannel:
        give_up = time.monotonic() + seconds
        while True:
            try:
                return self._greeted()
            except _GONE as error:
                if time.monotonic() >= give_up:
                    raise self._away(str(error) or type(error).__name__) from error
            time.sleep(RETRY_SECONDS)

    def _away(self, problem: str) -> BackendUnavailable:
        """Tell the caller that, and the log where and why."""
        logger.warning("no executor at %s: %s", self._path, problem)
        return BackendUnavailable("The executor is away. Try again in a moment.")

    def _is_up(self) -> bool:
        try:
            self._greeted().close()
        except _GONE:
            return False
        return True

    def _greeted(self) -> LendingChannel:
        """Connect and read the greeting; an executor of an old release is stopped."""
        channel = LendingChannel(self._connect())
        try:
            channel.sock.settimeout(CONNECT_SECONDS)
            greeting = decode_header(channel.receive(0)[0])
            if self._is_wanted(greeting):
                return channel
            channel.send(encode_header({"op": "stop"}).encode())
            channel.receive(0)
        except BaseException:
            channel.close()
            raise
        channel.close()
        raise ConnectionRefusedError("an executor of another release is stopping")

    def _connect(self) -> socket.socket:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        give_up = time.monotonic() + CONNECT_SECONDS
        sock.settimeout(CONNECT_SECONDS)
        while True:
            try:
                sock.connect(str(self._path))
            except BlockingIOError:  # unix(7): its queue of connections is full
                if time.monotonic() > give_up:
                    sock.close()
                    raise
                time.sleep(0.01)
            except BaseException:
                sock.close()
                raise
            else:
                return sock

    def _is_wanted(self, greeting: dict[str, Any]) -> bool:
        """Accept the release that a fresh executor would have, by the files on disk."""
        release = greeting.get("release")
        if not self._release or release != self._release:
            self._release = release_stamp()
        if release != self._release:
            return False
        if greeting.get("protocol") != PROTOCOL:
            raise BackendUnavailable(
                "The executor speaks a newer protocol; restart this process"
            )
        return True


def _keep(idle: deque[LendingChannel], channel: LendingChannel) -> None:
    """Keep a connection on which nothing is owed; a closed one is none."""
    if channel.sock.fileno() >= 0 and len(idle) < KEPT:
        idle.append(channel)
    else:
        channel.close()


def _attend(
    channel: LendingChannel,
    fields: dict[str, Any],
    body: bytes,
    host: Host | None,
    deadline: float,
) -> tuple[dict[str, Any], bytes]:
    """Answer what the running algorithm asks until its outcome comes; return that.

    From the first ask on it is sure that the call was executed.
    """
    try:
        while "ask" in fields:
            said = answer(host, fields, body, deadline - time.monotonic())
            left = max(0.0, deadline - time.monotonic())
            channel.sock.settimeout(left + ANSWER_GRACE)
            told, body = channel.exchange(*said)
            fields = decode_header(told)
    except _GONE as error:
        raise _broken_off(channel, error) from error
    except BaseException:
        channel.close()  # an answer is owed on it
        raise
    return fields, body


def _broken_off(channel: LendingChannel, error: Exception) -> BackendUnavailable:
    channel.close()
    logger.warning("the executor broke off: %r", error)
    return BackendUnavailable(
        "The executor ended in the middle of this call.", may_have_run=True
    )
