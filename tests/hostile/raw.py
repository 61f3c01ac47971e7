"""HTTP as bytes on a socket: what no client library lets a test send, and when it sends it."""

import json
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

from entrypoints.sandbox.wire import authorization

PATIENCE_S = 60.0
IDS = {"X-Request-ID": "request-1", "X-Correlation-ID": "correlation-1"}


@dataclass(frozen=True)
class Said:
    """One answer: `headers` in lower case, `raw` its body."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def envelope(self) -> dict[str, Any]:
        """The OCPI envelope, empty where the body is none."""
        with suppress(ValueError):
            return dict(json.loads(self.raw))
        return {}

    @property
    def outcome(self) -> tuple[int, int]:
        """HTTP status and OCPI status code."""
        return self.status, int(self.envelope.get("status_code", 0))


def opened(port: int) -> socket.socket:
    """A connection to loopback."""
    return socket.create_connection(("127.0.0.1", port), PATIENCE_S)


def head(
    method: str, target: str, *, token: str = "", version: str = "1.1", **further: str
) -> bytes:
    """A whole head with ids; `further` headers have `_` for `-`."""
    named = IDS | {"Host": "hub"}
    if token:
        named["Authorization"] = authorization(token)
    named |= {name.replace("_", "-"): value for name, value in further.items()}
    return with_lines(f"{method} {target} HTTP/{version}", *map(": ".join, named.items()))


def with_lines(*lines: str) -> bytes:
    """These lines as a head."""
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def answer(connection: socket.socket, method: str = "GET") -> Said:
    """The next answer on the connection, read to its end."""
    response = HTTPResponse(connection, method=method)
    response.begin()
    body = response.read()
    return Said(response.status, {k.lower(): v for k, v in response.getheaders()}, body)


def ask(port: int, *pieces: bytes, end: bool = False) -> Said:
    """Send all, and read one answer. `end`: nothing more is sent, and the hub is told so."""
    with opened(port) as connection:
        send(connection, pieces)
        if end:
            connection.shutdown(socket.SHUT_WR)
        return answer(connection)


def send(connection: socket.socket, pieces: Iterable[bytes]) -> None:
    """As much of them as the other side takes."""
    with suppress(BrokenPipeError, ConnectionResetError):
        for piece in pieces:
            connection.sendall(piece)


def is_closed(connection: socket.socket) -> bool:
    """Read until the other side ends the connection: true, also if it resets it."""
    with suppress(ConnectionResetError, BrokenPipeError):
        while connection.recv(65_536):
            pass
    return True
