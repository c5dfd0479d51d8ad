"""Frames survive how a stream is cut, and refuse what is none."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.execution.runtime.frames import (
    HEADER_LIMIT,
    PREFIX,
    BodyTooLargeError,
    Channel,
    ProtocolError,
    decode_header,
    encode_header,
)


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    theirs.settimeout(5)
    with ours, theirs:
        yield Channel(ours), Channel(theirs)


@given(st.binary(max_size=200), st.binary(max_size=3000))
def test_a_frame_arrives_as_it_was_sent(header, body):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Channel(ours).send(header, body)
        assert Channel(theirs).receive() == (header, body)


def test_a_large_body_arrives_whole(pair):
    body = bytes(range(256)) * 20_000
    sender = threading.Thread(target=pair[0].send, args=(b"{}", body))
    sender.start()
    assert pair[1].receive() == (b"{}", body)
    sender.join()


def test_a_frame_may_come_byte_by_byte(pair):
    data = PREFIX.pack(2, 5) + b"{}" + b"hello"

    def dribble():
        for byte in data:
            pair[0].sock.sendall(bytes([byte]))

    sender = threading.Thread(target=dribble)
    sender.start()
    assert pair[1].receive() == (b"{}", b"hello")
    sender.join()


def test_a_body_above_the_limit_is_refused_by_its_prefix_alone(pair):
    pair[0].sock.sendall(PREFIX.pack(2, 2**31))
    with pytest.raises(BodyTooLargeError, match="limit 100"):
        pair[1].receive(100)


@pytest.mark.parametrize(
    "data",
    [PREFIX.pack(HEADER_LIMIT + 1, 0), PREFIX.pack(2, 0) + b"{}and more", b"x" * 100],
)
def test_what_is_no_frame_is_refused(pair, data):
    pair[0].sock.sendall(data)
    with pytest.raises(ProtocolError):
        pair[1].receive()


@pytest.mark.parametrize("sent", [b"", b"\x00\x00", PREFIX.pack(2, 5) + b"{}he"])
def test_an_end_inside_or_between_frames_is_an_eof(pair, sent):
    pair[0].sock.sendall(sent)
    pair[0].close()
    with pytest.raises(EOFError):
        pair[1].receive()


@pytest.mark.parametrize("header", [b"", b"\xff", b"[]", b"nul", b"[" * 100_000])
def test_a_header_is_a_json_object_or_refused(header):
    with pytest.raises(ProtocolError):
        decode_header(header)


def test_a_header_is_ascii_whatever_text_it_carries():
    header = encode_header({"message": "č \ud800"}).encode("ascii")
    assert decode_header(header) == {"message": "č \ud800"}
