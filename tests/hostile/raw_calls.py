"""Requests to the hub as no client library sends them: the target goes out byte for byte."""

import json
import socket
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

from entrypoints.sandbox import Platform
from entrypoints.sandbox.routing import routing_headers
from entrypoints.sandbox.wire import authorization
from tests.conformance.running import RunningHub
from tests.conformance.steps import party_of

_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Said:
    """HTTP status and OCPI status code, 0 without an envelope."""

    status: int
    code: int
    data: Any = None


def ask(
    hub: RunningHub,
    asker: Platform,
    target: str,
    *,
    to: tuple[str, str],
    method: str = "GET",
    body: bytes = b"",
) -> Said:
    """`target` is what stands below /ocpi/2.3.0/, in latin-1."""
    named = routing_headers(to, party_of(asker)) | {
        "Host": "127.0.0.1",
        "Authorization": authorization(asker.hub.peer.token),
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    head = f"{method} /ocpi/2.3.0/{target} HTTP/1.1\r\n{lines}\r\n"
    address = ("127.0.0.1", hub.process.port)
    with socket.create_connection(address, timeout=_PATIENCE_S) as connection:
        connection.sendall(head.encode("latin-1") + body)
        with HTTPResponse(connection, method=method) as response:
            response.begin()
            return _said(response.status, response.read())


def _said(status: int, raw: bytes) -> Said:
    try:
        envelope = json.loads(raw)
    except ValueError:
        return Said(status, 0)
    return Said(status, int(envelope.get("status_code", 0)), envelope.get("data"))
