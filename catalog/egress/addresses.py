"""Which addresses are outside: an allowlist of what is public, whatever its notation.

Sources: the special-purpose address registries of IANA (RFC 6890 and later), and the
addresses at which clouds serve what their machines know of themselves.
"""

from __future__ import annotations

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

Address = IPv4Address | IPv6Address
#: an address that may be asked though it is inside, and its port
AllowedPair = tuple[Address, int]

_INSIDE_4 = tuple(
    map(
        IPv4Network,
        [
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "168.63.129.16/32",
        ],
    )
)
#: what is assigned for the whole world; nothing else of IPv6 is outside
_WORLD = IPv6Network("2000::/3")
_INSIDE_6 = tuple(
    map(
        IPv6Network,
        [
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
            "3fff::/20",
        ],
    )
)
#: networks whose last 32 bits are the IPv4 address that is meant
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
#: the second half of an ISATAP address, but for its bit "universal" (RFC 5214)
_ISATAP = 0x00005EFE


def parse(text: str) -> Address:
    """Read an address as getaddrinfo writes it, with or without a zone."""
    return ip_address(text.partition("%")[0])


def is_outside(address: Address) -> bool:
    """Tell whether the address is one of the public Internet."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in net for net in _INSIDE_4)
    if address in _MAPPED or address in _NAT64:
        return is_outside(_last_32_bits(address))
    if address not in _WORLD or any(address in net for net in _INSIDE_6):
        return False
    if _is_isatap(address):
        return is_outside(_last_32_bits(address))
    return address.is_global


def _last_32_bits(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)


def _is_isatap(address: IPv6Address) -> bool:
    return (int(address) >> 32) & 0xFDFFFFFF == _ISATAP
