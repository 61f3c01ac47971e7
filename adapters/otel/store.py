"""A span for each question to MongoDB that a request asks: its command and its collection."""

from threading import local

from opentelemetry.trace import Span, Status, StatusCode
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from adapters.otel.spans import Spans


class StoreSpans(CommandListener):
    """What the driver tells, in the thread that asked. No query and no document is in a span."""

    def __init__(self, spans: Spans) -> None:
        self._spans = spans
        self._open = local()

    def started(self, event: CommandStartedEvent) -> None:
        """Begin one, where the thread has a request in hand."""
        collection = event.command.get(event.command_name)
        facts = {
            "db.system.name": "mongodb",
            "db.namespace": event.database_name,
            "db.operation.name": event.command_name,
            "db.collection.name": collection if isinstance(collection, str) else "",
        }
        self._open.span = self._spans.start("store", facts)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """End it."""
        self._end(failed=False)

    def failed(self, event: CommandFailedEvent) -> None:
        """End it as an error."""
        self._end(failed=True)

    def _end(self, *, failed: bool) -> None:
        span: Span | None = getattr(self._open, "span", None)
        self._open.span = None
        if span is None:
            return
        if failed:
            span.set_status(Status(StatusCode.ERROR))
        span.end()
