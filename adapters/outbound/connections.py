"""urllib3's connections with the hub's promises built in at the socket, where nothing gets past.

They dial checked addresses only, hold every single read and write to the call's deadline, and
note whether any of the request has left. They raise the port's own errors: urllib3 and requests
close the connection and let those pass.
"""

import http
import http.client
import io
import socket
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from adapters.outbound.deadline import Deadline
from adapters.outbound.dialing import Dialer
from adapters.outbound.reasons import reason_of
from domain import errors

# One TLS record: it arrives as a whole or cannot be read, which `has_sent` relies on.
_PIECE = 16 * 1024
_MOST_INTERIM = 100


@dataclass
class OutboundCall:
    """What a connection has to know, and tell, of the call it serves: urllib3 has no way for it."""

    dialer: Dialer
    deadline: Deadline
    connect_s: float
    target: str
    has_sent: bool = False


CALL: ContextVar[OutboundCall] = ContextVar("outbound_call")


class TimedReader(io.RawIOBase):
    """The bytes of one answer. However many reads it takes, the last one ends by the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._deadline.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class TimedResponse(http.client.HTTPResponse):
    """An answer whose status line, headers and body are all read against the deadline."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        unbounded = self.fp.detach()
        self.fp = io.BufferedReader(TimedReader(unbounded, sock, CALL.get().deadline))

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the answer, past interim ones such as 103 Early Hints.

        http.client passes over 100 alone, however many come; here a hundred of any kind are enough.
        """
        for _ in range(_MOST_INTERIM + 1):
            status: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
            if status[1] >= http.HTTPStatus.OK or status[1] == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return status
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException("too many interim answers")


class GuardedConnection(HTTPConnection):
    """A connection over plain TCP, to a checked address."""

    response_class = TimedResponse
    scheme = "http"

    def _new_conn(self) -> socket.socket:
        call = CALL.get()
        host = f"[{self._dns_host}]" if ":" in self._dns_host else self._dns_host
        return call.dialer.dial(
            f"{self.scheme}://{host}:{self.port}/",
            until=call.deadline.or_within(call.connect_s),
            options=tuple(self.socket_options or ()),
        )

    def putrequest(self, method: str, url: str, *args: Any, **options: Any) -> None:
        """The target word for word: urllib3 writes the letters behind a `%` anew (T-HTTP-6)."""
        super().putrequest(method, CALL.get().target, *args, **options)

    def send(self, data: Any) -> None:
        """Send all of `data`, bounded as a whole also when the peer hardly reads.

        :raises errors.Unreachable: if nothing has left, as on a kept-alive connection that the
            peer has reset. urllib3 would go on and take the bytes that lie there for the answer.
        """
        if self.sock is None:
            self.connect()
        rest = memoryview(data)
        while rest:
            rest = rest[self._send_some(rest[:_PIECE]) :]

    def _send_some(self, piece: memoryview) -> int:
        call = CALL.get()
        try:
            self.sock.settimeout(call.deadline.left())
            sent: int = self.sock.send(piece)
        except OSError as failure:
            if call.has_sent:
                raise
            raise errors.Unreachable(reason_of(failure, f"{self.host}:{self.port}")) from None
        call.has_sent = True
        return sent


class GuardedTlsConnection(GuardedConnection, HTTPSConnection):
    """The same under TLS: urllib3 verifies the certificate against the name, not the address."""

    scheme = "https"


class GuardedPool(HTTPConnectionPool):
    """Kept-alive connections to one host and port."""

    ConnectionCls = GuardedConnection


class GuardedTlsPool(HTTPSConnectionPool):
    """Kept-alive TLS connections to one host and port."""

    ConnectionCls = GuardedTlsConnection
