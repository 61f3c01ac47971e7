"""One line in the log for each request, its count and time in the metrics, its leg in the journal.

What was refused for its number alone has no leg: a flood of it would be all that the journal has.
Of callers that are not known those alone have one that were refused for their token, so many a
minute of each address.

Neither line nor count has a path, a query, a header or a body: they may be secret. A request only
leaves its facts behind; the thread that writes the log counts them and makes the line, many at a
time.
"""

import logging
import time
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from application.partners.request_gates import Gate
from domain.partners.naming import called
from domain.partners.partner import Partner
from domain.ports import Counters
from entrypoints import logs
from entrypoints.inbound_legs import InboundLegs, decision_on
from entrypoints.ocpi.errors import WIRE
from entrypoints.ocpi.exchange import HubRequest, MessageIds
from entrypoints.places import Places

_log = logging.getLogger(__name__)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Ended(NamedTuple):
    """What is known of a request that was answered; nothing of it is large."""

    at: float
    took_s: float
    surface: str
    module: str
    method: str
    http: int
    ocpi: int
    decision: str
    by_operator: bool
    partner: Partner | None
    ids: MessageIds


@dataclass(frozen=True)
class RequestNotes:
    """Notes how requests ended. Health checks and scrapes are none: they have no ids.

    `strangers` is this process's own: how many legs of an address are kept without a caller.
    """

    counters: Counters
    legs: InboundLegs
    places: Places
    strangers: Gate

    def note(self, request: HubRequest, took_s: float) -> None:
        """`took_s`: from when the request was whole until its answer was."""
        reply = request.reply
        if reply is None:
            return
        caller = getattr(request, "caller", None)
        ended = _Ended(
            time.time(),
            took_s,
            "ocpi" if request.wire is WIRE else "hub_api",
            request.module,
            request.method,
            reply.status,
            reply.code,
            decision_on(request, reply)[0],
            request.operator is not None,
            None if caller is None else caller.partner,
            request.ids,
        )
        if self._has_leg(request, reply.status):
            self.legs.note(request, reply, took_s)
        if not logs.later(partial(self._counted, ended)):
            self._count(ended)

    def _has_leg(self, request: HubRequest, status: int) -> bool:
        if request.operator is not None or getattr(request, "caller", None) is not None:
            return status != HTTPStatus.TOO_MANY_REQUESTS
        is_refused = status == HTTPStatus.UNAUTHORIZED
        return is_refused and not self.strangers.enter(self.places.network_of(request.environ))

    def _counted(self, ended: _Ended) -> logging.LogRecord | None:
        """Its line, where lines of this level are written."""
        self._count(ended)
        if not _log.isEnabledFor(logging.INFO):
            return None
        record = logging.LogRecord(_log.name, logging.INFO, "", 0, "request", (), None)
        record.created, record.said = ended.at, _said(ended)
        return record

    def _count(self, ended: _Ended) -> None:
        self.counters.count(
            "requests",
            surface=ended.surface,
            module=ended.module,
            method=_method(ended),
            http=str(ended.http),
            ocpi=str(ended.ocpi),
        )
        self.counters.time("request", ended.took_s, surface=ended.surface, module=ended.module)


def _said(ended: _Ended) -> dict[str, object]:
    return {
        "surface": ended.surface,
        "partner": _partner(ended),
        "method": _method(ended),
        "module": ended.module,
        "http": ended.http,
        "ocpi": ended.ocpi,
        "decision": ended.decision or None,
        "ms": round(ended.took_s * 1000, 1),
        "request_id": ended.ids.request,
        "correlation_id": ended.ids.correlation,
    }


def _method(ended: _Ended) -> str:
    return ended.method if ended.method in _METHODS else "other"


def _partner(ended: _Ended) -> str | None:
    """Who calls, as far as the token says it."""
    if ended.by_operator:
        return "operator"
    return None if ended.partner is None else called(ended.partner)
