"""Spans around the parts of the hub, where a setting asks for them; else the parts as they are.

OpenTelemetry is imported only then: it is an extra, and nothing of it is in the way otherwise.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Protocol

from adapters.mongo import Mongo
from domain.ports import Outbound, Wire
from entrypoints.signals import Signals


class Begun(Protocol):
    """A request that has come in."""

    def end(self, facts: dict[str, str | int | float | bool] | None, *, failed: bool) -> None: ...


class Traced:
    """Nothing is traced."""

    def mongo(self, mongo: Mongo) -> Mongo:
        """The store, whose questions are spans of the request that asks them."""
        return mongo

    def wire(self, wire: Wire) -> Wire:
        """What goes to partners."""
        return wire

    def outbound(self, outbound: Outbound) -> Outbound:
        """The same below, where headers are put on."""
        return outbound

    def requests(self) -> Callable[[str], Begun] | None:
        """What begins a request that came in, by its correlation id; None where none is traced."""
        return None

    def close(self) -> None:
        """Send what is left."""


def traced(signals: Signals) -> Traced:
    """What these settings ask for."""
    if not signals.traces_url:
        return Traced()
    return _by_open_telemetry(signals.traces_url, signals.traceparent_to)


def _by_open_telemetry(endpoint: str, asks: Collection[str]) -> Traced:
    from adapters import otel

    spans = otel.Spans(endpoint)

    class ByOpenTelemetry(Traced):
        def mongo(self, mongo: Mongo) -> Mongo:
            return replace(mongo, listeners=(otel.StoreSpans(spans),))

        def wire(self, wire: Wire) -> Wire:
            return otel.TracedWire(wire, spans, asks)

        def outbound(self, outbound: Outbound) -> Outbound:
            return otel.TracedOutbound(outbound) if asks else outbound

        def requests(self) -> Callable[[str], Begun]:
            return spans.begin

        def close(self) -> None:
            spans.close()

    return ByOpenTelemetry()
