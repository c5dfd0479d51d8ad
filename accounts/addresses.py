"""The address that a request comes from, also behind proxies."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

#: a home has a whole /64 of addresses: counted one by one they would be no limit
IPV6_PREFIX = 64


def address_of(request: HttpRequest) -> str:
    """Return the caller's address as text; empty where the server knows none.

    Behind n proxies of ours it is the nth from the right of X-Forwarded-For: each
    proxy appends whom it spoke with, and what stands further left anybody may write.
    What is missing or is no address there counts as the nearest proxy's own.
    """
    near = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.TRUSTED_PROXIES
    if proxies:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(hops) >= proxies and (far := _plain(hops[-proxies].strip())):
            return far
    return _plain(near)


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return what is counted as one caller: an IPv4 address, an IPv6 network."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, IPV6_PREFIX), strict=False))
    return address


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    found = _parsed(text)
    return str(found) if found else ""


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address; a port, brackets and a zone are left out."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped
    return found
