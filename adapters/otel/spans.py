"""Spans by OTLP over HTTP. All that has one correlation id is one trace, in every process.

The stores hold no trace context, so a delivery hours later could not continue a trace. A trace's id
is made of the correlation id instead, which goes along anyway.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Token
from hashlib import sha256
from importlib.metadata import version

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import SpanKind, Status, StatusCode

CORRELATION = "ocpi.correlation_id"
"""On every span, and in the context of all that belongs to it."""
_EXPORTED_WITHIN_S = 2.0
Facts = Mapping[str, str | int | float | bool]


class Spans:
    """This process's spans; they leave in batches, by a thread. What has no room is dropped."""

    def __init__(self, endpoint: str) -> None:
        about = {"service.name": "ocpi-hub", "service.version": version("ocpi-hub")}
        self._provider = TracerProvider(
            id_generator=_IdsOfCorrelation(), resource=Resource.create(about)
        )
        self._provider.add_span_processor(_Correlated())
        exporter = OTLPSpanExporter(endpoint, timeout=_EXPORTED_WITHIN_S)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("ocpi-hub")

    def begin(self, correlation_id: str) -> "Begun":
        """A request has come in: what its thread does until `Begun.end` belongs to it."""
        given = contexts.set_value(CORRELATION, correlation_id, Context())
        token = contexts.attach(given)
        span = self._tracer.start_span("request", kind=SpanKind.SERVER)
        return Begun(span, (contexts.attach(trace.set_span_in_context(span)), token))

    @contextmanager
    def within(self, name: str, correlation_id: str, facts: Facts) -> Iterator[trace.Span]:
        """A request that goes out: in the trace of its correlation id, below what is under way."""
        token = contexts.attach(contexts.set_value(CORRELATION, correlation_id))
        try:
            with self._tracer.start_as_current_span(
                name,
                kind=SpanKind.CLIENT,
                attributes=facts,
                record_exception=False,
                set_status_on_exception=False,
            ) as span:
                yield span
        finally:
            contexts.detach(token)

    def start(self, name: str, facts: Facts) -> trace.Span | None:
        """A part of what is under way in this thread; None where nothing is."""
        if not trace.get_current_span().is_recording():
            return None
        return self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=facts)

    def close(self) -> None:
        """Send what is left; some seconds at most where the collector does not answer."""
        self._provider.shutdown()


class Begun:
    """A request's span, until it is answered."""

    def __init__(self, span: trace.Span, tokens: tuple[Token[Context], ...]) -> None:
        self._span, self._tokens = span, tokens

    def end(self, facts: Facts | None, *, failed: bool) -> None:
        """It was answered so; None: it is not worth a span, as a health check."""
        for token in self._tokens:
            contexts.detach(token)
        if facts is not None:
            self._span.set_attributes(facts)
            if failed:
                self._span.set_status(Status(StatusCode.ERROR))
            self._span.end()


class _IdsOfCorrelation(RandomIdGenerator):
    def is_trace_id_random(self) -> bool:
        """A caller chooses its correlation id."""
        return False

    def generate_trace_id(self) -> int:
        """The first half of the correlation id's hash; that is never zero in practice."""
        correlation_id = contexts.get_value(CORRELATION)
        if not isinstance(correlation_id, str):
            return super().generate_trace_id()
        digest = sha256(correlation_id.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:16], "big")


class _Correlated(SpanProcessor):
    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Write the correlation id on it."""
        correlation_id = contexts.get_value(CORRELATION, parent_context)
        if isinstance(correlation_id, str):
            span.set_attribute(CORRELATION, correlation_id)
