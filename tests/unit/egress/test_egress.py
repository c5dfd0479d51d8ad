"""Nothing inside is asked: every notation, every answer of the DNS, every trick.

A recorder stands in the place of `connect`: what matters is not that a request fails
but that no connection was tried. No name leaves the machine: the DNS is a dict.
"""

from __future__ import annotations

import gzip
import ipaddress
import socket
import ssl
import threading
import time

import pytest

from catalog.egress import (
    EgressFailed,
    EgressRefused,
    EgressRules,
    EgressSession,
    check_url,
    is_outside,
    rules_from,
)

PUBLIC, METADATA = "93.184.216.34", "169.254.169.254"
INSIDE_4_TEXT = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254
    172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1
    192.88.99.1 192.168.1.1 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1
    203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
    100.100.100.200
"""
INSIDE_4 = INSIDE_4_TEXT.split()
INSIDE_6_TEXT = """
    :: ::1 ::2 100::1 2001::1 2001:2::1 2001:3::1 2001:4:112::1 2001:10::1 2001:20::1
    2001:db8::1 2002::1 2620:4f:8000::1 3fff::1 5f00::1 64:ff9b:1::1 fc00::1 fd00::1
    fd00:ec2::254 fe80::1 febf::1 fec0::1 ff02::1 4000::1 1::1
"""
INSIDE_6 = INSIDE_6_TEXT.split()


def in_every_form(text: str) -> list[str]:
    """Return the notations of an IPv4 address that some parser takes for it."""
    address = ipaddress.IPv4Address(text)
    a, b, c, d = address.packed
    number = int(address)
    forms = [
        text,
        f"{text}.",
        str(number),
        hex(number),
        f"0{number:o}",
        f"{a}.{b}.{c << 8 | d}",
        f"{a}.{b << 16 | c << 8 | d}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
    ]
    embedding = [
        f"::ffff:{text}",
        f"::{text}",
        f"::ffff:0:{text}",
        f"64:ff9b::{text}",
        f"64:ff9b:1::{text}",
        f"2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1",
        f"2001:0:{a:02x}{b:02x}:{c:02x}{d:02x}::1",
        f"2001:0:808:808:0:0:{a ^ 255:02x}{b ^ 255:02x}:{c ^ 255:02x}{d ^ 255:02x}",
        f"2606:4700::5efe:{text}",
        f"2606:4700::200:5efe:{text}",
        f"fe80::5efe:{text}",
    ]
    return [*forms, *(f"[{ipaddress.IPv6Address(one)}]" for one in embedding)]


HOSTILE = [
    "",
    "https://",
    "//example.org/",
    "example.org",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "javascript:alert(1)",
    "http://example.org/",
    "https://example.org:22/",
    "https://example.org:25/",
    "https://example.org:6379/",
    "https://example.org:0/",
    "https://example.org:99999/",
    "https://example.org:x/",
    "https://user@example.org/",
    "https://user:pass@example.org/",
    "https://@example.org/",
    "https://example.org@127.0.0.1/",
    "https://127.0.0.1@example.org/",
    "https://127.0.0.1#@example.org/",
    "https://127.0.0.1?@example.org/",
    "https://127.0.0.1\\@example.org/",
    "https://example.org\\@127.0.0.1/",
    "https://example.org /",
    " https://example.org/",
    "https://example.org/\n",
    "https://exa\tmple.org/",
    "https://example.org/\x00",
    "https://example\u3002org/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://\u24d4xample.org/",
    "https://%31%32%37.0.0.1/",
    "https://127.0.0.1%2f@example.org/",
    "https://[::1]/",
    "https://[::1%25lo]/",
    "https://[fe80::1%25eth0]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[v1.x]/",
    "https://[127.0.0.1]/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://router.home.arpa/",
    "https://intranet/",
    "https://-x.org/",
    "https://x_y.org/",
    "https://127.0.0.1.:443/",
    "https://127.1/",
    "https://0/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://017700000001/",
    "https://127.0.0.1:8443/",
    "https://example.org/" + "x" * 2000,
]


@pytest.fixture
def tried(monkeypatch):
    """Every address that a connection was tried to; none of them is reached."""
    found = []

    def connect(_socket, address):
        found.append(address)
        raise ConnectionRefusedError("recorded")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return found


@pytest.fixture
def dns(monkeypatch):
    """Answers of the DNS by name, one list after another; and what it was asked."""
    answers: dict[str, list[list[str]]] = {}
    asked = []
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *args, flags=0, **kwargs):
        try:
            return real(
                host, port, *args, flags=flags | socket.AI_NUMERICHOST, **kwargs
            )
        except socket.gaierror:
            if flags & socket.AI_NUMERICHOST:
                raise
        asked.append(host)
        if host not in answers:
            raise socket.gaierror("no such name")
        given = answers[host]
        now = given.pop(0) if len(given) > 1 else given[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port))
            for one in now
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    answers["asked"] = asked
    return answers


def ask(url, rules=None, **more):
    return EgressSession(rules or EgressRules()).request(
        "POST", url, body=b"{}", **more
    )


@pytest.mark.parametrize("text", INSIDE_4)
def test_an_address_inside_is_asked_in_no_notation(text, tried, dns):
    assert not is_outside(ipaddress.ip_address(text))
    for host in in_every_form(text):
        url = f"https://{host}/"
        with pytest.raises(EgressRefused):
            check_url(url, EgressRules())
        with pytest.raises(EgressRefused):
            ask(url)
    assert tried == []


@pytest.mark.parametrize("text", INSIDE_6)
def test_an_ipv6_address_inside_is_not_asked(text, tried, dns):
    assert not is_outside(ipaddress.ip_address(text))
    with pytest.raises(EgressRefused):
        ask(f"https://[{text}]/")
    dns["six.example.org"] = [[text]]
    with pytest.raises((EgressRefused, EgressFailed)):
        ask("https://six.example.org/")
    assert tried == []


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_refused_before_anything_is_tried(url, tried, dns):
    dns["example.org"] = [[PUBLIC]]
    with pytest.raises(EgressRefused):
        ask(url)
    assert tried == []
    assert dns["asked"] == []


@pytest.mark.parametrize(
    "text", [PUBLIC, "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"]
)
def test_what_is_public_is_asked(text, tried, dns):
    assert is_outside(ipaddress.ip_address(text))
    dns["api.example.org"] = [[text]]
    with pytest.raises(EgressFailed):
        ask("https://api.example.org:8443/hook?x=a:b")
    assert [address[:2] for address in tried] == [(text, 8443)]
    assert dns["asked"] == ["api.example.org"]


@pytest.mark.parametrize(
    "answer",
    [[METADATA], [PUBLIC, "127.0.0.1"], ["::ffff:10.0.0.1"], [PUBLIC, "fe80::1%2"]],
    ids=" ".join,
)
def test_every_address_of_a_name_must_be_public(answer, tried, dns):
    dns["mixed.example.org"] = [answer]
    check_url("https://mixed.example.org/", EgressRules())
    with pytest.raises(EgressRefused):
        ask("https://mixed.example.org/")
    assert tried == []


def test_a_name_that_answers_otherwise_the_second_time_is_asked_once(tried, dns):
    dns["rebind.example.org"] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(EgressFailed):
        ask("https://rebind.example.org/")
    assert [address[0] for address in tried] == [PUBLIC]
    assert dns["asked"] == ["rebind.example.org"]


def test_a_proxy_of_the_environment_is_not_used(tried, dns, monkeypatch):
    dns["api.example.org"] = [[PUBLIC]]
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    with pytest.raises(EgressFailed):
        ask("https://api.example.org/")
    assert [address[0] for address in tried] == [PUBLIC]


def test_a_name_whose_dns_does_not_answer_ends_in_time(tried, monkeypatch):
    over = threading.Event()
    real = socket.getaddrinfo

    def silent(host, port, *args, flags=0, **kwargs):
        if flags & socket.AI_NUMERICHOST:
            return real(host, port, *args, flags=flags, **kwargs)
        over.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    with pytest.raises(EgressFailed, match=r"0\.3 s"):
        ask("https://slow.example.org/", seconds=0.3)
    over.set()
    assert tried == []


def test_http_is_asked_only_where_the_deployment_says_so(tried, dns):
    dns["api.example.org"] = [[PUBLIC]]
    with pytest.raises(EgressFailed):
        ask("http://api.example.org/", EgressRules(allows_http=True))
    assert [address[:2] for address in tried] == [(PUBLIC, 80)]


def test_a_pair_that_is_allowed_is_that_address_and_port_alone(tried, dns):
    rules = rules_from(["127.0.0.1:9000", "[::1]:9001"], allows_http=False)
    for url in ("http://127.0.0.1:9000/", "https://[::1]:9001/"):
        with pytest.raises(EgressFailed):
            ask(url, rules)
    assert [address[:2] for address in tried] == [("127.0.0.1", 9000), ("::1", 9001)]
    for url in (
        "http://127.0.0.1:9001/",
        "http://127.0.0.2:9000/",
        "http://localhost:9000/",
        "http://[::1]:9000/",
        "http://[::ffff:127.0.0.1]:9000/",
    ):
        with pytest.raises(EgressRefused):
            ask(url, rules)
    assert len(tried) == 2


@pytest.fixture
def receiver():
    """A server on loopback that reads one request and answers as it is told."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    requests = []
    cut = threading.Event()

    def serve(*parts, pause=0.0):
        def run():
            connection, _peer = listening.accept()
            with connection:
                read = b""
                while b"\r\n\r\n" not in read:
                    read += connection.recv(65536)
                requests.append(read)
                for part in parts:
                    try:
                        connection.sendall(part)
                    except OSError:
                        cut.set()
                        return
                    time.sleep(pause)

        threading.Thread(target=run, daemon=True).start()
        rules = rules_from([f"127.0.0.1:{port}"], allows_http=False)
        return f"http://127.0.0.1:{port}/hook", rules, requests

    serve.cut = cut
    yield serve
    listening.close()


OK = b"HTTP/1.1 200 OK\r\n"


def test_an_answer_comes_back_whole(receiver):
    url, rules, requests = receiver(OK + b"X-A: b\r\nContent-Length: 2\r\n\r\nhi")
    answer = ask(url, rules, headers={"X-Sent": "1"})
    assert (answer.status, answer.body, answer.headers["X-A"]) == (200, b"hi", "b")
    sent = requests[0].lower()
    assert b"accept-encoding: identity" in sent
    assert b"x-sent: 1" in sent
    assert url.split("/")[2].encode() in sent


def test_a_netrc_adds_nothing(receiver, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    url, rules, requests = receiver(OK + b"Content-Length: 0\r\n\r\n")
    ask(url, rules)
    assert b"authorization" not in requests[0].lower()


def test_a_redirect_is_an_answer_and_is_not_followed(receiver):
    url, rules, _requests = receiver(
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n"
        b"Content-Length: 0\r\n\r\n"
    )
    assert ask(url, rules).status == 302


@pytest.mark.parametrize(
    "head",
    [b"", OK, OK + b"Content-Length: 1000\r\n\r\n"],
    ids=["start", "head", "body"],
)
def test_a_server_that_drips_is_left_in_time(receiver, head):
    url, rules, _requests = receiver(head, *[b"x"] * 300, pause=0.05)
    with pytest.raises(EgressFailed, match=r"No whole answer in 0\.5 s"):
        ask(url, rules, seconds=0.5)
    assert receiver.cut.wait(20)  # it found nobody to drip to


def test_an_answer_over_the_limit_is_left(receiver):
    url, rules, _requests = receiver(OK + b"\r\n", *[b"x" * 65536] * 40)
    with pytest.raises(EgressFailed, match="over 100,000 bytes"):
        ask(url, rules, most_bytes=100_000)


def test_a_bomb_is_not_unpacked(receiver):
    bomb = gzip.compress(b"\0" * 50_000_000)
    url, rules, _requests = receiver(
        OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb), bomb
    )
    with pytest.raises(EgressFailed, match="compressed"):
        ask(url, rules)


def test_what_is_no_http_is_a_failure(receiver):
    for said in (b"\x00\xff" * 50, b"HTTP/9.9 abc\r\n\r\n", b""):
        url, rules, _requests = receiver(said)
        with pytest.raises(EgressFailed):
            ask(url, rules)


def test_a_certificate_that_nobody_trusts_is_refused(receiver):
    url, rules, _requests = receiver(b"not tls")
    with pytest.raises(EgressFailed):
        ask(url.replace("http://", "https://"), rules)
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
