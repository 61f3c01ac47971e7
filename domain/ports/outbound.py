"""Calling partners: plain HTTP behind the guard, and OCPI on top of it.

Two ports, so that what is safe to call is decided below what is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from domain.documents import Document, JsonValue
from domain.journal.legs import CONNECTING, Errand
from domain.partners.party import PartyId
from domain.routing.outbound_urls import OutboundUrl


@dataclass(frozen=True)
class OutboundRequest:
    method: str
    url: OutboundUrl
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class OutboundResponse:
    """Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed_s: float


class Outbound(Protocol):
    """Calls partners. Follows no redirect, uses no proxy of the environment, sends no cookie."""

    def send(
        self,
        request: OutboundRequest,
        *,
        deadline_s: float,
        connect_s: float = 3.0,
        max_bytes: int = 1_048_576,
    ) -> OutboundResponse:
        """One call, `deadline_s` in all.

        :raises errors.AddressRefused: the guard refused the address; nothing was sent.
        :raises errors.Unreachable: certainly not received.
        :raises errors.NoAnswer: it may have been received.
        :raises errors.AnswerTooLarge: more than `max_bytes` came.
        """
        ...


@dataclass(frozen=True)
class WireRequest:
    """One OCPI request to a partner. `token` is in clear: never log this object.

    A `RawToken` goes out without base64.

    `sender` and `receiver` become the routing headers; None for configuration modules (R-2).
    `errand` is for the journal: what the request belongs to.
    """

    method: str
    url: OutboundUrl
    token: str = field(repr=False)
    correlation_id: str
    sender: PartyId | None = None
    receiver: PartyId | None = None
    body: bytes | None = field(default=None, repr=False)
    errand: Errand = CONNECTING


@dataclass(frozen=True)
class WireAnswer:
    """What a partner answered. `code` is None where the body was no envelope; `data` unchecked.

    `bare` is the JSON object that the body is where it is no envelope. `message` and `headers` are
    storable text (`domain.noted_text`); `body` and `data` are as they came.
    """

    status: int
    code: int | None
    message: str
    data: JsonValue
    body: bytes
    headers: Mapping[str, str]
    elapsed_s: float
    bare: Document | None = None
    request_id: str = ""


class Wire(Protocol):
    """OCPI as a client: headers, ids, envelope. A new X-Request-ID for every request (T-ID-2)."""

    def ask(self, request: WireRequest, *, deadline_s: float, connect_s: float = 3.0) -> WireAnswer:
        """:raises errors.OutboundFailed: as the Outbound port says."""
        ...
