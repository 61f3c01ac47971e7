"""OCPI as a client: one for all modules, because every request and every answer look the same.

Authorization, message ids, routing headers and the envelope are put on and taken off here
(OCPI 2.3.0, transport and format; T-AUTH-1, T-ID-2, R-2).
"""

import base64
import codecs
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from adapters.ocpi.legs import note_answered, note_unanswered
from domain import errors
from domain.documents import Document, JsonValue
from domain.noted_text import storable
from domain.partners.options import RawToken
from domain.ports import (
    Clock,
    Ids,
    Journal,
    Json,
    Outbound,
    OutboundRequest,
    WireAnswer,
    WireRequest,
)

MAX_ANSWER_BYTES = 10 * 1_048_576
"""A page of a list may be as large; anything larger is no answer."""
_MAX_RECEIPT_BYTES = 1_048_576
"""An answer to a change has no list in it."""
_LONGEST_MESSAGE = 1000


class _Envelope(NamedTuple):
    """What an answer says; `bare`: the object that its body is where it is no envelope."""

    code: int | None = None
    message: str = ""
    data: JsonValue = None
    bare: Document | None = None


@dataclass(frozen=True)
class OcpiWire:
    """The Wire port over the Outbound port."""

    outbound: Outbound
    json: Json
    ids: Ids
    journal: Journal
    clock: Clock

    def ask(self, request: WireRequest, *, deadline_s: float, connect_s: float = 3.0) -> WireAnswer:
        """Send one request and read the answer's envelope, if it has one. It is a leg."""
        headers, at, begun = self._headers(request), self.clock.now(), time.monotonic()
        sent = OutboundRequest(request.method, request.url, headers, request.body)
        try:
            answer = self._ask(sent, deadline_s=deadline_s, connect_s=connect_s)
        except errors.OutboundFailed as failure:
            took_s = time.monotonic() - begun
            failure.request_id = headers["X-Request-ID"]
            note_unanswered(self.journal, request, headers, str(failure), at, took_s)
            raise
        note_answered(self.journal, request, headers, answer, at)
        return answer

    def _ask(self, sent: OutboundRequest, *, deadline_s: float, connect_s: float) -> WireAnswer:
        response = self.outbound.send(
            sent,
            deadline_s=deadline_s,
            connect_s=connect_s,
            max_bytes=MAX_ANSWER_BYTES if sent.method == "GET" else _MAX_RECEIPT_BYTES,
        )
        body = response.body.removeprefix(codecs.BOM_UTF8)
        envelope = self._envelope(body)
        return WireAnswer(
            status=response.status,
            code=envelope.code,
            message=envelope.message,
            data=envelope.data,
            body=body,
            bare=envelope.bare,
            headers={name: storable(value) for name, value in response.headers.items()},
            elapsed_s=response.elapsed_s,
            request_id=sent.headers["X-Request-ID"],
        )

    def _headers(self, request: WireRequest) -> dict[str, str]:
        headers = {
            "Authorization": f"Token {_spelt_token(request.token)}",
            "X-Request-ID": self.ids.new(),
            "X-Correlation-ID": request.correlation_id,
            "Accept": "application/json",
        }
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        if request.receiver is not None:
            headers["OCPI-to-country-code"] = request.receiver.country_code
            headers["OCPI-to-party-id"] = request.receiver.party_id
        if request.sender is not None:
            headers["OCPI-from-country-code"] = request.sender.country_code
            headers["OCPI-from-party-id"] = request.sender.party_id
        return headers

    def _envelope(self, body: bytes) -> _Envelope:
        try:
            envelope = self.json.parse(body)
        except errors.MalformedJson:
            return _Envelope()
        if not isinstance(envelope, Mapping):
            return _Envelope()
        code = envelope.get("status_code")
        if not isinstance(code, int) or isinstance(code, bool) or not 1000 <= code <= 4999:
            return _Envelope(bare=envelope)
        message = envelope.get("status_message")
        said = storable(message, _LONGEST_MESSAGE) if isinstance(message, str) else ""
        return _Envelope(code, said, envelope.get("data"))


def _spelt_token(token: str) -> str:
    """As OCPI 2.2.1 and later have it, but for partners that want it as it is (T-AUTH-6)."""
    return token if isinstance(token, RawToken) else base64.b64encode(token.encode()).decode()
