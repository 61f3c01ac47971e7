"""One line in the log for each request, its count and time in the metrics, its leg in the journal.

Neither line nor count has a path, a query, a header or a body: they may be secret.
"""

import logging
from dataclasses import dataclass

from domain.partners.naming import called
from domain.ports import Counters
from entrypoints.inbound_legs import InboundLegs, decision_on
from entrypoints.ocpi.errors import WIRE
from entrypoints.ocpi.exchange import HubRequest

_log = logging.getLogger(__name__)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True)
class RequestNotes:
    """Notes how requests ended. Health checks and scrapes are none: they have no ids."""

    counters: Counters
    legs: InboundLegs

    def note(self, request: HubRequest, took_s: float) -> None:
        """`took_s`: from when the request was whole until its answer was."""
        reply = request.reply
        if reply is None:
            return
        surface = "ocpi" if request.wire is WIRE else "hub_api"
        method = request.method if request.method in _METHODS else "other"
        self.counters.count(
            "requests",
            surface=surface,
            module=request.module,
            method=method,
            http=str(reply.status),
            ocpi=str(reply.code),
        )
        self.counters.time("request", took_s, surface=surface, module=request.module)
        self.legs.note(request, reply, took_s)
        if not _log.isEnabledFor(logging.INFO):
            return
        said = {
            "surface": surface,
            "partner": _partner(request),
            "method": method,
            "module": request.module,
            "http": reply.status,
            "ocpi": reply.code,
            "decision": decision_on(request, reply)[0] or None,
            "ms": round(took_s * 1000, 1),
            "request_id": request.ids.request,
            "correlation_id": request.ids.correlation,
        }
        _log.info("request", extra={"said": said})


def _partner(request: HubRequest) -> str | None:
    """Who calls, as far as the token says it."""
    if request.operator is not None:
        return "operator"
    caller = getattr(request, "caller", None)
    return None if caller is None else called(caller.partner)
