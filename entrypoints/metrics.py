"""`/metrics`: the counts of all processes of this machine, and what the stores say just now.

Each web process answers for all. A worker or a sweeper that is alone in its container has a place
of its own for it (HUB_METRICS_BIND), with `/healthz` beside it.
"""

import hmac
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from socketserver import ThreadingMixIn
from threading import Lock, Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from adapters.prometheus import Figure, MetricFiles, exposed
from adapters.prometheus.exposing import CONTENT_TYPE
from application.delivery.figures import Figures
from domain.operators.alarm_kinds import AlarmKind
from entrypoints import logs
from entrypoints.bootstrap import Container
from entrypoints.folder import CannotRun
from entrypoints.places import address_of
from entrypoints.signals import Place, Signals

KEPT_S = 10.0
"""So long the stores are not asked again by one process, however often it is scraped."""
_CLIENT_S = 10.0
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class MetricsPage:
    """A WSGI application: the page for those who may have it."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._signals = container.settings.signals
        self._files = MetricFiles(self._signals.metrics_dir)
        self._lock = Lock()
        self._figures: tuple[Figure, ...] = ()
        self._kept_until = 0.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """200 with the page; 403, or 401 where a token would do. What waits is counted first."""
        if not may_scrape(environ, self._signals):
            status = "401 Unauthorized" if self._signals.metrics_token else "403 Forbidden"
            return _answered(start_response, status, b"not for you\n")
        logs.lines().flush()
        page = exposed(self._files, self._present())
        return _answered(start_response, "200 OK", page, CONTENT_TYPE)

    def _present(self) -> tuple[Figure, ...]:
        with self._lock:
            if time.monotonic() >= self._kept_until:
                self._figures = tuple(figures_of(self._container.figures()))
                self._kept_until = time.monotonic() + KEPT_S
            return self._figures


def may_scrape(environ: WSGIEnvironment, signals: Signals) -> bool:
    """By the token, where there is one; else by where the request comes from, itself."""
    if signals.metrics_token:
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        wanted = signals.metrics_token.encode()
        is_it = hmac.compare_digest(token.strip().encode("utf-8", "replace"), wanted)
        return scheme.lower() == "bearer" and is_it
    if any(name in environ for name in _FORWARDED):
        return False
    peer = address_of(environ.get("REMOTE_ADDR", ""))
    return peer is not None and any(peer in network for network in signals.metrics_from)


def serve(container: Container) -> None:
    """Serve this process's page beside its work, where the settings say so.

    :raises CannotRun: if another process listens there.
    """
    place = container.settings.signals.metrics_at
    if place is None:
        return
    try:
        server = _listening(place, _with_health(MetricsPage(container)))
    except OSError as error:
        raise CannotRun(f"HUB_METRICS_BIND: cannot listen there: {error.strerror}") from error
    Thread(target=server.serve_forever, daemon=True, name="metrics").start()


def figures_of(figures: Figures | None) -> Iterator[Figure]:
    """What the stores say, as gauges; None: they do not answer."""
    named = {"version": version("ocpi-hub")}
    yield Figure("build_info", "The version that runs.", 1.0, named)
    yield Figure("store_up", "Whether MongoDB answers.", float(figures is not None))
    if figures is None:
        return
    yield Figure("cdrs_owed", "CDRs in custody that their receiver lacks.", figures.cdrs_owed)
    yield Figure("cdrs_parked", "CDRs that wait for an operator.", figures.cdrs_parked)
    for kind in AlarmKind:
        its = {"kind": kind.value}
        yield Figure("alarms_open", "Alarms that are open.", figures.alarms.get(kind, 0), its)
    for lane in figures.lanes:
        its = {"partner": lane.partner, "class": lane.delivery_class.value}
        yield Figure("lane_oldest_seconds", "For how long the oldest is due.", lane.oldest_s, its)
        yield Figure("lane_due", "How much is due.", lane.due, its)
        yield Figure("breaker_open", "Whether sending is held back.", float(lane.is_held), its)


def _with_health(page: WSGIApplication) -> WSGIApplication:
    def serve_one(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            return page(environ, start_response)
        if path == "/healthz":
            return _answered(start_response, "200 OK", b"ok\n")
        return _answered(start_response, "404 Not Found", b"there is nothing here\n")

    return serve_one


def _answered(
    start_response: StartResponse, status: str, body: bytes, content_type: str = "text/plain"
) -> Iterable[bytes]:
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    if status.startswith("401"):
        headers.append(("WWW-Authenticate", "Bearer"))
    start_response(status, headers)
    return [body]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    timeout = _CLIENT_S

    def log_message(self, format: str, *arguments: Any) -> None:
        """No line for a scrape."""

    def address_string(self) -> str:
        """Its number: no name is looked up for it."""
        return str(self.client_address[0])


def _listening(place: Place, application: WSGIApplication) -> WSGIServer:
    return make_server(place.host, place.port, application, _Server, _Handler)
