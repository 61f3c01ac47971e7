"""What OpenTelemetry is told, where `HUB_TRACES_URL` is set. Its packages are an extra: `otel`."""

from adapters.otel.spans import Spans
from adapters.otel.store import StoreSpans
from adapters.otel.wire import TracedOutbound, TracedWire

__all__ = ["Spans", "StoreSpans", "TracedOutbound", "TracedWire"]
