"""The Outbound port over requests: one call, one request, one answer or the name of what failed."""

import os
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from requests import RequestException
from ssrfguard import Resolver
from urllib3.exceptions import HTTPError

from adapters.outbound.certificates import expired_at
from adapters.outbound.connections import CALL, OutboundCall
from adapters.outbound.deadline import Deadline
from adapters.outbound.dialing import Dialer
from adapters.outbound.reasons import has_expired, reason_of
from adapters.outbound.transport import GuardedTransport, prepared, public_authorities
from domain import errors
from domain.ports import OutboundRequest, OutboundResponse
from domain.routing.outbound_urls import target_of

_PORTS = {"http": 80, "https": 443}
_READ_AT_ONCE = 64 * 1024

# Framing and connection are this adapter's business; the hub uses no cookies and no proxies.
_NEVER_SENT = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "cookie",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def _passed_by(_: str) -> None:
    """No fail point is armed."""


class _Answer(NamedTuple):
    """Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class RequestsOutbound:
    """Calls partners over connections that it keeps alive; safe among threads and across a fork.

    `pool_connections` hosts are kept connected, each by up to `pool_maxsize` connections (threads).
    `allow_private_networks` opens loopback and private addresses and plain http, for development.
    `reached` is told of the fail point between an answer's arrival and its reading.
    Answers come as they were sent. The hub asks for no compression and decompresses nothing.
    """

    allow_private_networks: bool
    pool_connections: int
    pool_maxsize: int
    user_agent: str
    reached: Callable[[str], None] = _passed_by
    resolver: Resolver = socket.getaddrinfo
    trust: ssl.SSLContext = field(default_factory=public_authorities, repr=False)
    _transports: dict[int, GuardedTransport] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def send(
        self,
        request: OutboundRequest,
        *,
        deadline_s: float,
        connect_s: float = 3.0,
        max_bytes: int = 1024 * 1024,
    ) -> OutboundResponse:
        """As the port promises. The deadline covers everything: name, connection, answer."""
        started, deadline = time.monotonic(), Deadline.after(deadline_s)
        dialer = Dialer(self.allow_private_networks, self.resolver)
        dialer.check(request.url)
        call = OutboundCall(dialer, deadline, connect_s, target_of(request.url))
        former = CALL.set(call)
        try:
            answer = self._exchange(request, max_bytes)
        except (RequestException, HTTPError, HTTPException, OSError) as failure:
            # Not chained: what these exceptions quote is the peer's.
            raise _as_outbound_failure(failure, call, _place(request.url)) from None
        finally:
            CALL.reset(former)
        return OutboundResponse(*answer, elapsed_s=time.monotonic() - started)

    def _exchange(self, request: OutboundRequest, max_bytes: int) -> _Answer:
        message = prepared(request.method, request.url, self._headers(request), request.body)
        with self._transport().send(message, stream=True) as answer:
            if answer.status_code < 200:
                raise errors.NoAnswer("an interim answer only", timed_out=False)
            self.reached("sent")
            headers = {name.lower(): value for name, value in answer.raw.headers.itermerged()}
            return _Answer(answer.status_code, headers, _read(answer.raw, max_bytes))

    def _headers(self, request: OutboundRequest) -> dict[str, str]:
        given = {name.lower(): (name, value) for name, value in request.headers.items()}
        sent = {name: value for key, (name, value) in given.items() if key not in _NEVER_SENT}
        if "user-agent" not in given:
            sent["User-Agent"] = self.user_agent
        if request.body is not None:
            sent["Content-Length"] = str(len(request.body))
        return {**sent, "Accept-Encoding": "identity"}

    def _transport(self) -> GuardedTransport:
        """This process's own: connections shared across a fork mix up each other's answers."""
        mine = self._transports.get(os.getpid())
        return mine or self._transports.setdefault(
            os.getpid(),
            GuardedTransport(
                trust=self.trust,
                pool_connections=self.pool_connections,
                pool_maxsize=self.pool_maxsize,
            ),
        )


def _as_outbound_failure(
    failure: Exception, call: OutboundCall, place: str
) -> errors.OutboundFailed:
    reason = reason_of(failure, place)
    if has_expired(failure):
        host, _, port = place.rpartition(":")
        at = expired_at(call.dialer, host, int(port), call.deadline)
        reason += f" on {at:%Y-%m-%d}" if at is not None else ""
    if not call.has_sent:
        return errors.Unreachable(reason)
    return errors.NoAnswer(reason, timed_out=call.deadline.has_passed)


def _place(url: str) -> str:
    """Host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"


def _read(answer: Any, max_bytes: int) -> bytes:
    body = bytearray()
    while piece := answer.read(_READ_AT_ONCE, decode_content=False):
        body += piece
        if len(body) > max_bytes:
            raise errors.AnswerTooLarge(f"more than {max_bytes} bytes")
    return bytes(body)
