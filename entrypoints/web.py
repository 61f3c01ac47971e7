"""The web application: the OCPI surface, the hub API and the health checks, in one Flask app.

Made in each gunicorn worker after the fork; connections are opened when a request first needs them.
"""

from functools import partial

from flask import Flask, Request, Response

from application.partners.request_gates import Gate
from domain.partners.limits import LimitClass
from entrypoints import bootstrap, logs
from entrypoints.bootstrap import Container
from entrypoints.guesses import Guesses
from entrypoints.hub_api.app import HubApi
from entrypoints.inbound_legs import InboundLegs
from entrypoints.metrics import MetricsPage
from entrypoints.observing import RequestNotes
from entrypoints.ocpi.app import Limits, OcpiApp
from entrypoints.ocpi.custom import know_custom_names
from entrypoints.ocpi.exchange import Exchange
from entrypoints.ocpi.raw_paths import route_on_raw_paths
from entrypoints.places import Places
from entrypoints.plain_flask import PlainFlask
from entrypoints.request_spans import RequestSpans
from entrypoints.serving.stopping import TOLD_TO_STOP
from entrypoints.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application; settings come from the environment unless given."""
    settings = settings or Settings.from_environment()
    lines = logs.to_stderr(settings.log_level, settings.signals.log_format)
    container = bootstrap.build(settings)
    lines.note_dropped = partial(container.counters.count, "log_lines_dropped")
    return app_of(container)


def app_of(container: Container) -> Flask:
    """The application of a hub that is put together already."""
    settings, hub = container.settings, container.hub
    app = PlainFlask("ocpi-hub", static_folder=None)
    legs = InboundLegs(hub.party.party, container.journal, container.clock)
    places, wrong = Places(settings.limits.proxies), LimitClass.FAILED
    strangers = Gate(wrong, settings.limits.requests.of(wrong), container.clock)
    app.url_map.merge_slashes = False
    know_custom_names(app.url_map)
    guesses = Guesses(
        hub.request_gates.of(wrong),
        places,
        container.tally,
        container.counters,
    )
    exchange = Exchange(hub.party.party, container.clock, container.ids, guesses)
    limits = Limits(settings.max_body_bytes, settings.page_limit, settings.public_url)
    exchange.install(app)
    app.note_end = RequestNotes(container.counters, legs, places, strangers).note
    if (begins := container.traced.requests()) is not None:
        spans = RequestSpans(begins, app.note_end)
        app.before_request(spans.begin)  # type: ignore[type-var]
        app.note_end = spans.end
    app.register_blueprint(OcpiApp(hub, exchange, limits).blueprint())
    hub_api = HubApi(hub, exchange, limits, settings.admin_token, container.tally)
    app.register_blueprint(hub_api.blueprint())
    _add_health(app, container)
    container.settling.begin()
    app.wsgi_app = route_on_raw_paths(app.wsgi_app)  # type: ignore[method-assign, assignment]
    return app


def _add_health(app: Flask, container: Container) -> None:
    def healthz(_: Request) -> Response:
        return Response("ok\n", content_type="text/plain")

    def readyz(_: Request) -> Response:
        if TOLD_TO_STOP.is_set():
            return Response("this process stops\n", status=503, content_type="text/plain")
        if container.is_ready():
            container.look_beside()
            return Response("ready\n", content_type="text/plain")
        return Response("the store does not answer\n", status=503, content_type="text/plain")

    page = MetricsPage(container)
    app.add_url_rule("/metrics", "metrics", view_func=lambda _: page)
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)
