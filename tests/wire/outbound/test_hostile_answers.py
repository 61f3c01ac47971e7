"""Partners that drip, pour, hang, reset or talk nonsense: each ends in time, by its own name."""

import gzip
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from domain import errors
from tests.wire.outbound.calls import POST, Names, call, development
from tests.wire.outbound.peers import (
    OK,
    Peer,
    answering,
    answering_once,
    dripping,
    free_port,
    hanging,
    peer,
    pouring,
    read_request,
)

DEADLINE_S = 0.4
GRACE_S = 1.0
LARGE = b"x" * 20_000_000
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@contextmanager
def in_time() -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < DEADLINE_S + GRACE_S


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (ENDLESS, b"x"),
        (CHUNKED, b"1\r\nx\r\n"),
        (CHUNKED, b"0"),
        (CHUNKED + b"0\r\n", b"X: trailer\r\n"),
    ],
)
def test_a_drip_ends_at_the_deadline_wherever_it_drips(start: bytes, drop: bytes) -> None:
    drips = dripping(start, drop)
    with peer(drips) as partner, in_time(), pytest.raises(errors.NoAnswer) as failure:
        call(development(), partner.url(), deadline_s=DEADLINE_S)

    assert failure.value.timed_out


@pytest.mark.parametrize("status", ["100 Continue", "102 Processing", "103 Early Hints", "199 Odd"])
def test_interim_answers_are_passed_over(status: str) -> None:
    interim = f"HTTP/1.1 {status}\r\nLink: </style.css>; rel=preload\r\n\r\n".encode()
    with peer(answering(interim + interim + OK)) as partner:
        outbound = development()
        answers = [call(outbound, partner.url()) for _ in range(2)]

    assert [(answer.status, answer.body) for answer in answers] == [(200, b"ok")] * 2
    assert partner.connections == 1
    assert all("link" not in answer.headers for answer in answers)


@pytest.mark.parametrize("status", ["100 Continue", "103 Early Hints"])
def test_a_flood_of_interim_answers_is_no_answer(status: str) -> None:
    """It ends by their number, long before the deadline: reading them costs the hub its CPU."""
    flood = pouring(b"", f"HTTP/1.1 {status}\r\n\r\n".encode() * 500)
    begun = time.process_time()
    with peer(flood) as partner, pytest.raises(errors.NoAnswer) as failure:
        call(development(), partner.url(), deadline_s=30)

    assert not failure.value.timed_out
    assert time.process_time() - begun < 5


def test_a_switch_of_protocols_without_a_request_is_no_answer() -> None:
    switch = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"
    with peer(answering(switch + OK)) as partner, pytest.raises(errors.NoAnswer):
        call(development(), partner.url())


def test_a_peer_that_takes_the_request_and_hangs_is_left_at_the_deadline() -> None:
    with peer(hanging) as partner, in_time(), pytest.raises(errors.NoAnswer) as failure:
        call(development(), partner.url(), method=POST, body=b"{}", deadline_s=DEADLINE_S)

    assert failure.value.timed_out


def test_a_peer_that_does_not_read_is_left_at_the_deadline() -> None:
    def deaf(connection: socket.socket, serving: Peer) -> None:
        serving.rest(10)

    with peer(deaf) as partner, in_time(), pytest.raises(errors.NoAnswer) as failure:
        call(development(), partner.url(), method=POST, body=LARGE, deadline_s=DEADLINE_S)

    assert failure.value.timed_out


def test_a_peer_that_sips_the_request_is_left_at_the_deadline() -> None:
    def sipping(connection: socket.socket, serving: Peer) -> None:
        while serving.rest(0.02):
            connection.recv(20_000)

    with peer(sipping) as partner, in_time(), pytest.raises(errors.NoAnswer) as failure:
        call(development(), partner.url(), method=POST, body=LARGE, deadline_s=DEADLINE_S)

    assert failure.value.timed_out


def test_a_name_server_that_hangs_is_left_at_the_connect_limit() -> None:
    released = threading.Event()

    def stalling(*_: object) -> list[tuple[object, ...]]:
        released.wait(10)
        return []

    with in_time(), pytest.raises(errors.Unreachable):
        call(development(resolver=stalling), "http://partner.example/", connect_s=DEADLINE_S)
    released.set()


@pytest.mark.parametrize("start", [ENDLESS, CHUNKED + b"7fffffff\r\n", b"HTTP/1.0 200 OK\r\n\r\n"])
def test_an_endless_body_is_cut_off_at_the_cap(start: bytes) -> None:
    with peer(pouring(start, b"x" * 65536)) as partner, pytest.raises(errors.AnswerTooLarge):
        call(development(), partner.url(), max_bytes=100_000)


def test_a_body_of_exactly_the_cap_is_an_answer() -> None:
    with peer(answering(OK)) as partner:
        assert call(development(), partner.url(), max_bytes=2).body == b"ok"

        with pytest.raises(errors.AnswerTooLarge):
            call(development(), partner.url(), max_bytes=1)


def test_a_gzip_bomb_is_not_decompressed() -> None:
    bomb = gzip.compress(b"0" * 20_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    with peer(answering(head + bomb)) as partner:
        answer = call(development(), partner.url())

    assert answer.body == bomb
    assert b"Accept-Encoding: identity\r\n" in partner.requests[0]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status: int) -> None:
    with peer(answering(OK)) as inside:
        head = f"HTTP/1.1 {status} Moved\r\nLocation: {inside.url()}\r\nContent-Length: 0\r\n\r\n"
        with peer(answering(head.encode())) as partner:
            answer = call(development(), partner.url())

    assert answer.status == status
    assert answer.headers["location"] == inside.url()
    assert inside.connections == 0


def test_a_redirect_with_an_endless_body_is_cut_off_too() -> None:
    start = ENDLESS.replace(b"200 OK", b"302 Found\r\nLocation: http://127.0.0.1/")
    with peer(pouring(start, b"x" * 65536)) as partner, pytest.raises(errors.AnswerTooLarge):
        call(development(), partner.url(), max_bytes=100_000)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nX-", ENDLESS + b"half"])
def test_a_connection_reset_after_the_request_may_have_been_received(said: bytes) -> None:
    def resetting(connection: socket.socket, serving: Peer) -> None:
        read_request(connection, serving)
        connection.sendall(said)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with peer(resetting) as partner, pytest.raises(errors.NoAnswer) as failure:
        call(development(), partner.url(), method=POST, body=b"{}")

    assert not failure.value.timed_out


@pytest.mark.parametrize(
    "said",
    [
        b"",
        ENDLESS + b"half",
        CHUNKED + b"5\r\nha",
        CHUNKED + b"5\r\nhallo\r\n",
        CHUNKED + b"zz\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"220 smtp ready\r\n",
        b"\x00\xff\x00\xff" * 50,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"\r\n",
    ],
)
def test_half_an_answer_or_no_http_at_all_is_no_answer(said: bytes) -> None:
    with peer(answering_once(said)) as partner, pytest.raises(errors.NoAnswer) as failure:
        call(development(), partner.url())

    assert not failure.value.timed_out


def test_no_error_repeats_what_the_peer_said() -> None:
    wordy = answering_once(b"220 peers-own-words\r\n")
    with peer(wordy) as partner, pytest.raises(errors.NoAnswer) as failure:
        call(development(), partner.url())

    assert "peers-own-words" not in str(failure.value)
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__


def test_a_refused_port_is_certainly_not_received() -> None:
    with pytest.raises(errors.Unreachable) as failure:
        call(development(), f"http://127.0.0.1:{free_port()}/")

    assert not isinstance(failure.value, errors.AddressRefused)


def test_an_unknown_name_is_certainly_not_received() -> None:
    def unknown(*_: object) -> list[tuple[object, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(errors.Unreachable):
        call(development(resolver=unknown), "http://partner.example/")


def test_no_time_at_all_is_certainly_not_received() -> None:
    with peer(answering(OK)) as partner, pytest.raises(errors.Unreachable):
        call(development(), partner.url(), deadline_s=0)

    assert partner.requests == []


def test_the_second_address_of_a_name_is_tried_when_the_first_refuses() -> None:
    with peer(answering(OK)) as partner:
        names = Names(["127.0.0.9", "127.0.0.1"])

        assert call(development(resolver=names), partner.url(host="partner.example")).status == 200


def test_an_early_answer_to_a_large_body_is_heard() -> None:
    def impatient(connection: socket.socket, serving: Peer) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    with peer(impatient) as partner:
        answer = call(development(), partner.url(), method=POST, body=b"x" * 3_000_000)

    assert answer.status == 413
