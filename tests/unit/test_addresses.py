"""Where a request comes from: what our own proxies say, and nothing else."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from accounts.addresses import address_of, network_of


def asked(near="10.0.0.1", far=None):
    headers = {} if far is None else {"HTTP_X_FORWARDED_FOR": far}
    return RequestFactory().get("/", REMOTE_ADDR=near, **headers)


def test_without_a_proxy_nobody_is_believed(settings):
    settings.TRUSTED_PROXIES = 0
    assert address_of(asked("192.0.2.7", "203.0.113.5")) == "192.0.2.7"


@pytest.mark.parametrize(
    ("proxies", "far", "address"),
    [
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "1.1.1.1, 203.0.113.5", "203.0.113.5"),
        (1, "evil, 203.0.113.5 ", "203.0.113.5"),
        (2, "1.1.1.1, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        (2, "203.0.113.5", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "unknown", "10.0.0.1"),
        (1, "203.0.113.5, ", "10.0.0.1"),
        (1, "203.0.113.5:4711", "203.0.113.5"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:DB8:0:0::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.5", "203.0.113.5"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "1" * 5000, "10.0.0.1"),
        (1, "203.0.113.5\u0660", "10.0.0.1"),
    ],
)
def test_the_entry_that_our_outermost_proxy_wrote_counts(
    settings, proxies, far, address
):
    settings.TRUSTED_PROXIES = proxies
    assert address_of(asked(far=far)) == address


def test_a_server_on_a_socket_file_knows_no_address(settings):
    settings.TRUSTED_PROXIES = 0
    assert address_of(asked("")) == ""


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("", ""),
    ],
)
def test_ipv6_is_counted_by_network(address, network):
    assert network_of(address) == network
