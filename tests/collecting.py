"""A real receiver of OTLP over HTTP: it decodes what comes by OpenTelemetry's own protobuf."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """What came of one."""

    name: str
    trace: str
    id: str
    parent: str
    facts: dict[str, Any]
    failed: bool


@dataclass
class Collector:
    """`url` is for HUB_TRACES_URL."""

    url: str = ""
    spans: list[Span] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        """One export."""
        asked = ExportTraceServiceRequest.FromString(body)
        for resource in asked.resource_spans:
            for scope in resource.scope_spans:
                self.spans.extend(map(_span, scope.spans))

    def named(self, name: str, **facts: Any) -> list[Span]:
        """Those of this name whose facts are so; `_` stands for a dot."""
        wanted = {each.replace("__", "."): value for each, value in facts.items()}
        return [
            each
            for each in list(self.spans)
            if each.name == name and wanted.items() <= each.facts.items()
        ]


@contextmanager
def collector() -> Iterator[Collector]:
    """One that listens until the end of the block."""
    collected = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collected.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collected.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield collected
        server.shutdown()
        thread.join()


def _span(given: Any) -> Span:
    facts = {each.key: _value(each.value) for each in given.attributes}
    trace, own, parent = (
        each.hex() for each in (given.trace_id, given.span_id, given.parent_span_id)
    )
    return Span(given.name, trace, own, parent, facts, given.status.code == 2)


def _value(given: Any) -> Any:
    return getattr(given, given.WhichOneof("value"))
