"""How these tests call out: an outbound port for development, or one as in production."""

import socket
import ssl
from typing import Any

from adapters.outbound import RequestsOutbound
from domain.ports import OutboundRequest, OutboundResponse
from domain.routing.outbound_urls import OutboundUrl

GET = "GET"
POST = "POST"


def development(**changes: Any) -> RequestsOutbound:
    """Private networks and plain http are open, as under `make run`."""
    return _outbound(allow_private_networks=True, **changes)


def production(**changes: Any) -> RequestsOutbound:
    """Public addresses and https only."""
    return _outbound(allow_private_networks=False, **changes)


def _outbound(**changes: Any) -> RequestsOutbound:
    usual = {"pool_connections": 8, "pool_maxsize": 8, "user_agent": "hub-under-test"}
    return RequestsOutbound(**{**usual, "trust": _no_authority(), **changes})


def _no_authority() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def call(
    outbound: RequestsOutbound,
    url: str,
    *,
    method: str = GET,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    deadline_s: float = 5.0,
    **limits: Any,
) -> OutboundResponse:
    request = OutboundRequest(method, OutboundUrl(url), headers or {}, body)
    return outbound.send(request, deadline_s=deadline_s, **limits)


class Names:
    """A name server: each look-up takes the next of its answers, and is counted."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *_: object) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        addresses = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [_row(address, port) for address in addresses]


def _row(address: str, port: int) -> tuple[Any, ...]:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
