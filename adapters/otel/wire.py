"""A span for each request to a partner, around the Wire port; and who is told of its trace.

A partner that does not ask for it gets no `traceparent`: the hub's traces are not its business.
"""

from collections.abc import Collection
from contextvars import ContextVar
from dataclasses import dataclass, replace

from opentelemetry.trace import Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from adapters.otel.spans import Spans
from domain import errors
from domain.ports import Outbound, OutboundRequest, OutboundResponse, Wire, WireAnswer, WireRequest

_told: ContextVar[bool] = ContextVar("told", default=False)
_PROPAGATOR = TraceContextTextMapPropagator()
_FROM_HERE_IT_FAILED = 500


@dataclass(frozen=True)
class TracedWire:
    """`asks`: the partner ids, as `DE-ABC`, of those that want `traceparent`."""

    wire: Wire
    spans: Spans
    asks: Collection[str]

    def ask(self, request: WireRequest, *, deadline_s: float, connect_s: float = 3.0) -> WireAnswer:
        """The same, in a span that is called after what the request is for, as `delivered`."""
        receiver = request.receiver
        party = "" if receiver is None else f"{receiver.country_code}-{receiver.party_id}"
        facts = {
            "http.request.method": request.method,
            "ocpi.module": request.errand.module,
            "ocpi.receiver": party,
        }
        purpose = request.errand.purpose.value
        with self.spans.within(purpose, request.correlation_id, facts) as span:
            token = _told.set(party in self.asks)
            try:
                answer = self.wire.ask(request, deadline_s=deadline_s, connect_s=connect_s)
            except errors.OutboundFailed as failure:
                span.set_status(Status(StatusCode.ERROR, type(failure).__name__))
                raise
            finally:
                _told.reset(token)
            span.set_attribute("http.response.status_code", answer.status)
            if answer.code is not None:
                span.set_attribute("ocpi.status_code", answer.code)
            if answer.status >= _FROM_HERE_IT_FAILED:
                span.set_status(Status(StatusCode.ERROR))
            return answer


@dataclass(frozen=True)
class TracedOutbound:
    """Puts `traceparent` on what goes to a partner that asks for it."""

    outbound: Outbound

    def send(
        self,
        request: OutboundRequest,
        *,
        deadline_s: float,
        connect_s: float = 3.0,
        max_bytes: int = 1_048_576,
    ) -> OutboundResponse:
        """The same otherwise."""
        if _told.get():
            headers = dict(request.headers)
            _PROPAGATOR.inject(headers)
            request = replace(request, headers=headers)
        return self.outbound.send(
            request, deadline_s=deadline_s, connect_s=connect_s, max_bytes=max_bytes
        )
