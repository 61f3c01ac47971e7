"""One client's connection: what has arrived, what is to be sent, and how long it may take.

A request is handed to a thread when all of it is here, and its answer is taken from the thread at
once, however slowly the client reads it.
"""

import io
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from gunicorn.http.errors import NoMoreData
from gunicorn.http.message import Request

from entrypoints.serving.framing import (
    BodyCutShort,
    Chunks,
    Held,
    Length,
    end_of_head,
    framing_of,
)
from entrypoints.serving.outbox import Outbox
from entrypoints.serving.parsing import ParsedRequest
from entrypoints.serving.refusals import ids_in

LINGER_S = 1.0
LINGER_BYTES = 1_048_576
PIECE = 65_536
_GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class Wait(Enum):
    """What the connection waits for."""

    FIRST_BYTE = "a request"
    HEAD = "the rest of the head"
    BODY = "the rest of the body"
    THREAD = "a thread to answer"
    READER = "the client to read the answer"
    GOODBYE = "the client to close"
    NOTHING = "closed"


@dataclass(frozen=True)
class Pace:
    """How long clients may take: seconds, bytes a second, and bytes of a body."""

    head_s: float
    bytes_per_s: int
    grace_s: float
    idle_s: float
    longest_body: int


class Connection:
    """Belongs to the loop, but while it `is_away`: then to one thread.

    `watched_for` is the event that the loop waits for there, 0 for none.
    """

    def __init__(
        self, peer: socket.socket, client: Any, server: Any, cfg: Any, pace: Pace, now: float
    ) -> None:
        peer.setblocking(False)
        self.peer, self.client, self.server = peer, client, server
        self.sock = Outbox()
        self.request: Request | None = None
        self.has_ended, self.keep, self.is_away = False, False, False
        self.watched_for = 0
        self._cfg, self._pace, self._count = cfg, pace, 0
        self._inbox, self._searched = bytearray(), 0
        self._framing: Length | Chunks | None = None
        self._wait_for(Wait.HEAD, now)

    # --- time ---------------------------------------------------------------------------------

    def _wait_for(self, wait: Wait, now: float) -> None:
        self.wait, self.since, self._moved = wait, now, 0

    @property
    def deadline(self) -> float:
        """When it has had its time, if nothing more moves."""
        if self.wait is Wait.FIRST_BYTE:
            return self.since + self._pace.idle_s
        if self.wait is Wait.HEAD:
            return self.since + self._pace.head_s
        if self.wait is Wait.GOODBYE:
            return self.since + LINGER_S
        return self.since + self._pace.grace_s + self._moved / self._pace.bytes_per_s

    @property
    def held(self) -> int:
        """Bytes of it in memory."""
        return len(self._inbox) + self.sock.length

    @property
    def is_silent(self) -> bool:
        """Whether no byte of a request is there."""
        return self.wait in (Wait.FIRST_BYTE, Wait.HEAD) and not self._inbox

    # --- in -----------------------------------------------------------------------------------

    def receive(self, now: float) -> None:
        """Take what has arrived.

        :raises OSError: if the connection is gone.
        """
        try:
            piece = self.peer.recv(PIECE)
        except BlockingIOError:
            return
        self.has_ended = not piece
        self._moved += len(piece)
        if self.wait is Wait.GOODBYE:
            self.has_ended |= self._moved > LINGER_BYTES
            return
        self._inbox += piece
        if self.wait is Wait.FIRST_BYTE and piece:
            self._wait_for(Wait.HEAD, now)

    def is_whole(self, now: float) -> bool:
        """Whether a request is here to its end: it can be answered then.

        :raises ParseException: if it never can be.
        """
        if self.wait is Wait.HEAD:
            self._read_head(now)
        if self.wait is not Wait.BODY or self.request is None or self._framing is None:
            return False
        end = self._framing.end(self._inbox)
        if end is None and self.has_ended:
            raise BodyCutShort
        if end is not None:
            self._read_body(self.request, end, now)
        return end is not None

    def _read_head(self, now: float) -> None:
        end = end_of_head(self._inbox, self._searched)
        self._searched = len(self._inbox)
        if end is None:
            return
        self._count += 1
        held = Held(bytes(self._inbox[:end]))
        try:
            self.request = ParsedRequest(self._cfg, held, self.client, self._count)
        except StopIteration:
            raise NoMoreData from None
        del self._inbox[:end]
        self._framing = framing_of(self.request, self._pace.longest_body)
        self._wait_for(Wait.BODY, now)
        if self.request._expected_100_continue:
            self.request._expected_100_continue = False
            if not self._inbox:
                self.peer.send(_GO_ON)

    def _read_body(self, request: Request, end: int, now: float) -> None:
        """Have the parser read it, to the byte: what it leaves would be taken for a request."""
        held: Held = request.unreader
        held.give(bytes(self._inbox[:end]))
        del self._inbox[:end]
        body = request.body.read()
        if not held.is_empty:
            raise BodyCutShort
        request.body = io.BytesIO(body)
        self._wait_for(Wait.THREAD, now)

    def headers(self) -> Iterable[tuple[str, str]]:
        """What is known of the request's headers."""
        if self.request is not None:
            return list(self.request.headers)
        return list(ids_in(bytes(self._inbox[:PIECE])))

    # --- out ----------------------------------------------------------------------------------

    def send(self, now: float) -> bool:
        """Send what can be sent now; whether that was all.

        :raises OSError: if the connection is gone.
        """
        if self.wait is not Wait.READER:
            self._wait_for(Wait.READER, now)
        while pieces := self.sock.some():
            try:
                sent = self.peer.sendmsg(pieces)
            except BlockingIOError:
                return False
            self.sock.sent(sent)
            self._moved += sent
        return True

    def begin_anew(self, now: float) -> None:
        """Wait for the next request, of which something may be here already."""
        self.request, self._framing, self._searched = None, None, 0
        self._wait_for(Wait.HEAD if self._inbox else Wait.FIRST_BYTE, now)

    def say_goodbye(self, now: float) -> None:
        """Send no more, and let the client read the answer before the connection is cut.

        :raises OSError: if the connection is gone.
        """
        self._inbox.clear()
        self._wait_for(Wait.GOODBYE, now)
        self.peer.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """End it."""
        self._wait_for(Wait.NOTHING, self.since)
        self._inbox.clear()
        self.sock.clear()
        self.peer.close()
