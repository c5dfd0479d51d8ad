"""What may be asked: which addresses (URLs), of which ports, in which scheme."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from catalog.egress import addresses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.egress.addresses import AllowedPair

MAX_CHARACTERS = 2000
#: no space, control character or backslash, which parsers read differently
PLAIN = re.compile(r"[!-\[\]-~]+")
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.?")
#: where the part with user, host and port ends
AUTHORITY = re.compile(r"(?<![:/])/|[?#]")
LITERAL_6 = re.compile(r"\[[0-9A-Fa-f:.]+\]")
#: names that mean a machine or a network inside (RFC 6761, 6762, 8375, 9476)
INSIDE = re.compile(r"(?i)(^|\.)(localhost|local|internal|home\.arpa|alt|onion)$")
DEFAULT_PORTS = {"http": 80, "https": 443}


class EgressRefused(Exception):
    """This address is not asked; the message says why, nothing was sent."""


@dataclass(frozen=True, slots=True)
class EgressRules:
    """What a deployment allows besides https to public addresses.

    `allowed` are pairs of address and port that may be asked wherever they are, also
    by http.
    """

    allows_http: bool = False
    allowed: frozenset[AllowedPair] = frozenset()
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads: the scheme, the host as it is written, the port."""

    scheme: str
    host: str
    port: int

    @property
    def literal(self) -> addresses.Address | None:
        """The address that the host is in any notation, or None for a name."""
        return _literal(self.host, self.port)


def rules_from(pairs: Iterable[str], *, allows_http: bool) -> EgressRules:
    """Read pairs `ip:port` (`[ip]:port` for IPv6); raises ValueError."""
    allowed = set()
    for pair in pairs:
        host, _, port = pair.rpartition(":")
        allowed.add((addresses.parse(host.strip("[]")), int(port)))
    return EgressRules(allows_http=allows_http, allowed=frozenset(allowed))


def check_url(url: str, rules: EgressRules) -> Place:
    """Return where `url` leads; raises EgressRefused for what is not asked.

    A name is looked up only when it is asked: its address may change.
    """
    place = _place_of(url)
    literal = place.literal
    if literal is not None and (literal, place.port) in rules.allowed:
        return place
    if place.scheme != "https" and not rules.allows_http:
        raise EgressRefused("Write an address that begins with https://.")
    if place.port not in rules.ports:
        ports = ", ".join(map(str, sorted(rules.ports)))
        raise EgressRefused(f"Port {place.port} is not asked; these are: {ports}.")
    if literal is not None:
        check_address(literal, place.port, rules)
    else:
        name = place.host.rstrip(".")
        if "." not in name or INSIDE.search(name):
            raise EgressRefused(f"{name} is no name of the public Internet.")
    return place


def check_address(address: addresses.Address, port: int, rules: EgressRules) -> None:
    """Raise EgressRefused for an address that is not outside and not allowed."""
    if (address, port) not in rules.allowed and not addresses.is_outside(address):
        raise EgressRefused(f"{address} is no address of the public Internet.")


def _place_of(url: str) -> Place:
    if len(url) > MAX_CHARACTERS or not PLAIN.fullmatch(url):
        raise EgressRefused(
            f"Write an address of at most {MAX_CHARACTERS:,} plain ASCII characters."
        )
    parsed = _parsed(url)
    scheme = (parsed.scheme or "").lower()
    if scheme not in DEFAULT_PORTS or not parsed.host:
        raise EgressRefused("Write an address that begins with https://.")
    if parsed.auth is not None or "@" in AUTHORITY.split(url)[0].partition("//")[2]:
        raise EgressRefused("Leave user and password out of the address.")
    if not (HOST.fullmatch(parsed.host) or LITERAL_6.fullmatch(parsed.host)):
        raise EgressRefused("The host is no name and no address.")
    port = DEFAULT_PORTS[scheme] if parsed.port is None else parsed.port
    return Place(scheme, parsed.host, port)


def _parsed(url: str) -> Url:
    # The parser of what sends the request: two would read some addresses differently.
    try:
        return parse_url(url)
    except LocationParseError:
        raise EgressRefused("This is no address that can be read.") from None


def _literal(host: str, port: int) -> addresses.Address | None:
    """Read an address as the system does, which takes `127.1` and `0x7f000001` too."""
    try:
        found = socket.getaddrinfo(
            host.strip("[]").rstrip("."), port, flags=socket.AI_NUMERICHOST
        )
    except (socket.gaierror, UnicodeError, OverflowError):
        return None
    return addresses.parse(str(found[0][4][0]))
