"""One HTTP request to an address outside, with an end to its time and its size.

Closes what requests-hardened leaves open: its addresses, the whole time, the size of
an answer, compressed answers, ports, and what a `.netrc` would add.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from catalog.egress import addresses
from catalog.egress.rules import (
    EgressRules,
    Place,
    check_address,
    check_url,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONNECT_SECONDS = 5.0
CHUNK = 64 * 1024
AGENT = "Vitrine"


class EgressFailed(Exception):
    """The request was allowed, but gave no answer that could be read."""


@dataclass(frozen=True, slots=True)
class EgressAnswer:
    """What came back, whole and undecoded; a redirect is an answer as any other."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class EgressSession:
    """Sends requests under `rules`; one instance serves all threads."""

    def __init__(self, rules: EgressRules) -> None:
        self._rules = rules

    def request(  # noqa: PLR0913 - one request, its parts
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        seconds: float = 30.0,
        most_bytes: int = 8 * 1024 * 1024,
    ) -> EgressAnswer:
        """Return the answer; `seconds` bound all of it, from the name to its last byte.

        Raises EgressRefused where nothing was sent, EgressFailed otherwise.
        """
        check_url(url, self._rules)
        sent = {**(headers or {}), "Accept-Encoding": "identity", "User-Agent": AGENT}
        with _watching(seconds) as watch, self._session() as session:
            try:
                with session.request(
                    method,
                    url,
                    data=body,
                    headers=sent,
                    stream=True,
                    timeout=(min(CONNECT_SECONDS, seconds), seconds),
                ) as answer:
                    content = _read(answer, most_bytes)
                    return EgressAnswer(answer.status_code, answer.headers, content)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                if watch.is_over:
                    raise EgressFailed(f"No whole answer in {seconds:g} s.") from error
                raise EgressFailed(_said(error)) from error

    def _session(self) -> requests.Session:
        session: requests.Session = HTTPSession(
            Config(
                ip_filter_enable=False,  # the adapter below checks more
                ip_filter_allow_loopback_ips=False,
                never_redirect=True,
                default_timeout=(CONNECT_SECONDS, CONNECT_SECONDS),
            )
        )
        session.trust_env = False  # no proxy, no .netrc
        session.mount("https://", _Adapter(self._rules))
        session.mount("http://", _Adapter(self._rules))
        return session


class _Watch:
    """Ends the connection of one request when its time is over."""

    def __init__(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends_at

    def connected(self, sock: socket.socket) -> None:
        """Watch a connection, by a handle of its own: TLS takes the other over."""
        with self._lock:
            self._close()
            self._socket = sock.dup()

    def cut(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


_watch: ContextVar[_Watch] = ContextVar("watch")


@contextlib.contextmanager
def _watching(seconds: float) -> Iterator[_Watch]:
    watch = _Watch(seconds)
    timer = threading.Timer(seconds, watch.cut)
    timer.daemon = True
    token = _watch.set(watch)
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        _watch.reset(token)
        watch.end()


def _watched(connect: Any) -> Any:
    def new_connection(self: HTTPConnection) -> socket.socket:
        sock: socket.socket = connect(self)
        _watch.get().connected(sock)
        return sock

    return new_connection


class _Plain(HTTPConnection):
    _new_conn = _watched(HTTPConnection._new_conn)  # noqa: SLF001 - made to be overridden


class _Encrypted(HTTPSConnection):
    _new_conn = _watched(HTTPSConnection._new_conn)  # noqa: SLF001 - made to be overridden


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


class _Adapter(HTTPAdapter):
    """Connects to the address that was checked, and to no other.

    As requests-hardened's adapter does: the name is looked up once, the connection
    goes to the address, and TLS asks for and checks the name.
    """

    def __init__(self, rules: EgressRules) -> None:
        self._rules = rules
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _PlainPool,
            "https": _EncryptedPool,
        }

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        # What is sent is checked, not what was asked for: requests rewrites addresses.
        place = check_url(request.url or "", self._rules)
        if place.scheme == "https":
            name = place.host.strip("[]").rstrip(".")
            pool["assert_hostname"] = name  # type: ignore[typeddict-unknown-key] # known to the pool
            pool["server_hostname"] = name  # type: ignore[typeddict-unknown-key] # as above
        default = {"http": 80, "https": 443}[place.scheme]
        suffix = "" if place.port == default else f":{place.port}"
        request.headers["Host"] = place.host + suffix
        host["host"] = str(_checked_address(place, self._rules))
        host["port"] = place.port
        return host, pool


def _checked_address(place: Place, rules: EgressRules) -> addresses.Address:
    """Return the first address of a host, where all of them are outside."""
    found = [place.literal] if place.literal else _looked_up(place)
    for address in found:
        check_address(address, place.port, rules)
    return found[0]


def _looked_up(place: Place) -> list[addresses.Address]:
    """Ask for a name's addresses while there is time: the question has no other end."""
    answers: list[Any] = []

    def ask() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            answers.extend(
                socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
            )

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(0.0, _watch.get().ends_at - time.monotonic()))
    found = [addresses.parse(str(answer[4][0])) for answer in list(answers)]
    if not found:
        raise requests.ConnectionError(f"{place.host} has no address.")
    return found


def _read(answer: requests.Response, most_bytes: int) -> bytes:
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise EgressFailed("The answer is compressed, which was not asked for.")
    content = bytearray()
    while part := answer.raw.read(CHUNK, decode_content=False):
        content += part
        if len(content) > most_bytes:
            raise EgressFailed(f"The answer is over {most_bytes:,} bytes.")
    if _watch.get().is_over:
        raise requests.ConnectionError("The time is over.")
    return bytes(content)


def _said(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "No trusted TLS connection."
    if isinstance(error, requests.ConnectionError):
        return "No connection, or it broke off."
    return f"No answer ({type(error).__name__})."
