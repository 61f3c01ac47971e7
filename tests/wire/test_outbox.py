"""An answer goes out to its byte, in any pieces and however slowly it is read."""

import socket
from datetime import UTC, datetime

import pytest
from gunicorn.config import Config
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.ocpi.replies import PIECE, of_list
from entrypoints.serving.connection import Connection, Pace
from entrypoints.serving.outbox import AT_ONCE, MOST_PIECES, Outbox
from entrypoints.serving.parsing import at_hand

_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
_PACE = Pace(head_s=10, bytes_per_s=1000, grace_s=10, idle_s=30, longest_body=1000)


@given(pieces=st.lists(st.binary(max_size=20), max_size=20), steps=st.lists(st.integers(0, 30)))
def test_what_was_sent_is_let_go_of(pieces: list[bytes], steps: list[int]) -> None:
    outbox, whole, sent = Outbox(), b"".join(pieces), 0
    for piece in pieces:
        outbox.sendall(piece)

    for step in steps:
        count = min(step, sum(map(len, outbox.some())))
        outbox.sent(count)
        sent += count
        assert b"".join(outbox.waiting) == whole[sent:]
        assert outbox.length == len(whole) - sent


def test_one_call_is_given_a_part_of_a_long_answer() -> None:
    outbox = Outbox()
    for piece in [b"x"] * 100 + [b"y" * AT_ONCE] * 3:
        outbox.sendall(piece)

    assert len(outbox.some()) == MOST_PIECES
    outbox.sent(100)
    assert outbox.some() == [b"y" * AT_ONCE]


def test_a_client_that_reads_slowly_gets_every_byte() -> None:
    here, there = socket.socketpair()
    with here, there:
        connection = Connection(here, ("192.0.2.1", 1), ("h", 1), at_hand(Config()), _PACE, 0.0)
        pieces = [bytes([number]) * 40_000 for number in range(100)]
        for piece in pieces:
            connection.sock.sendall(piece)
        assert connection.held == 4_000_000
        received = b""
        while not connection.send(0.0):
            received += there.recv(70_000)
        here.shutdown(socket.SHUT_WR)
        while piece := there.recv(70_000):
            received += piece

    assert connection.held == 0
    assert received == b"".join(pieces)


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 20_000])
@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_a_list_is_the_same_in_pieces(size: int, count: int) -> None:
    items = [b"%d" % number * size for number in range(count)]

    reply = of_list(items, headers={})

    listed = b"[" + b",".join(items) + b"]"
    assert reply.body(_NOON).startswith(b'{"data":' + listed + b',"status_code":1000')
    assert all(reply.pieces(_NOON))
