"""Requests as they arrive: from any pieces the same requests come out, each to its byte."""

import socket
from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidChunkSize, ParseException
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.serving.connection import Connection, Pace, Wait
from entrypoints.serving.framing import BodyTooLong, Chunks, Held
from entrypoints.serving.parsing import ParsedRequest, at_hand

_PACE = Pace(head_s=10, bytes_per_s=1000, grace_s=10, idle_s=30, longest_body=1000)
_BODIES = st.binary(max_size=300)


def _chunked(body: bytes, sizes: list[int]) -> bytes:
    written = b""
    for size in sizes:
        piece, body = body[:size], body[size:]
        written += b"%x;note=x\r\n%b\r\n" % (len(piece), piece) if piece else b""
    last = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
    return written + last + b"0\r\nTrailer-Note: x\r\n\r\n"


@st.composite
def _requests(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """Some requests as one stream of bytes, and their bodies."""
    stream, bodies = b"", draw(st.lists(_BODIES, min_size=1, max_size=4))
    for body in bodies:
        if draw(st.booleans()):
            sizes = draw(st.lists(st.integers(1, 100), max_size=5))
            head, sent = b"Transfer-Encoding: chunked", _chunked(body, sizes)
        else:
            head, sent = b"Content-Length: %d" % len(body), body
        stream += b"PUT /x HTTP/1.1\r\nHost: h\r\n" + head + b"\r\n\r\n" + sent
    return stream, bodies


@given(asked=_requests(), cuts=st.lists(st.integers(1, 60), min_size=1, max_size=30))
def test_any_pieces_make_the_same_requests(
    asked: tuple[bytes, list[bytes]], cuts: list[int]
) -> None:
    stream, bodies = asked

    assert list(_bodies_of(stream, cuts)) == bodies


def _bodies_of(stream: bytes, cuts: list[int]) -> Iterator[bytes]:
    here, there = socket.socketpair()
    with here, there:
        connection = Connection(here, ("192.0.2.1", 1), ("h", 1), at_hand(Config()), _PACE, 0.0)
        at, turn = 0, 0
        while at < len(stream) or connection.held:
            piece = stream[at : at + cuts[turn % len(cuts)]]
            at, turn = at + len(piece), turn + 1
            if piece:
                there.sendall(piece)
                connection.receive(0.0)
            while connection.is_whole(0.0):
                assert connection.request is not None
                yield connection.request.body.read()
                connection.begin_anew(0.0)
            if not piece:
                break
        assert connection.wait is Wait.FIRST_BYTE


@given(st.binary(max_size=200))
def test_bytes_that_are_no_chunks_are_refused_or_waited_for(content: bytes) -> None:
    with_end = bytearray(content)
    try:
        end = Chunks(100).end(with_end)
    except ParseException:
        return
    assert end is None or 0 < end <= len(with_end)


def test_chunks_that_are_too_many_or_too_much_are_refused() -> None:
    with pytest.raises(InvalidChunkSize):
        Chunks(10**6).end(bytearray(b"1\r\n \r\n" * 2000))
    with pytest.raises(BodyTooLong):
        Chunks(1000).end(bytearray(b"3e9\r\n"))
    with pytest.raises(BodyTooLong):
        Chunks(1000).end(bytearray(b"f" * 20 + b"\r\n"))


def test_time_is_for_the_whole_and_a_rate_for_the_rest() -> None:
    here, there = socket.socketpair()
    with here, there:
        connection = Connection(here, ("192.0.2.1", 1), ("h", 1), at_hand(Config()), _PACE, 5.0)
        there.sendall(b"PUT /x HTTP/1.1\r\n")
        connection.receive(9.0)
        assert not connection.is_whole(9.0)
        assert connection.deadline == 15.0
        there.sendall(b"Content-Length: 900\r\n\r\n")
        connection.receive(12.0)
        assert not connection.is_whole(12.0)
        assert connection.deadline == 22.0
        there.sendall(b"x" * 500)
        connection.receive(13.0)
        assert not connection.is_whole(13.0)
        assert connection.deadline == 22.5


@pytest.mark.parametrize("trusted", [True, False])
def test_a_peer_moves_a_request_only_where_a_setting_says_so(trusted: bool) -> None:
    config = Config()
    config.set("forwarded_allow_ips", "192.0.2.1" if trusted else "192.0.2.9")
    config.set("secure_scheme_headers", {"X-FORWARDED-PROTO": "https"})
    head = b"GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-Proto: https\r\n\r\n"

    request = ParsedRequest(at_hand(config), Held(head), ("192.0.2.1", 1))

    assert request.scheme == ("https" if trusted else "http")
