"""Spans of a message, as a collector gets them by OTLP; and nothing of it where it is off."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import session
from entrypoints.sandbox.fixtures import location
from entrypoints.settings import Settings, SettingsError
from tests.collecting import Collector, collector
from tests.http.hub_server import HubServer, environment_of, hub_server

CORRELATION = "ocpi.correlation_id"
_PLACE = ("DE", "ABC", "LOC1")


@pytest.fixture
def collected() -> Iterator[Collector]:
    with collector() as there:
        yield there


def _played(
    collected: Collector, mongo_url: str, name: str, redis_url: str, **further: str
) -> tuple[Platform, Platform]:
    """A location goes to the hub and on to its reader; a session is passed on."""
    with ExitStack() as stack:
        hub: HubServer = stack.enter_context(
            hub_server(mongo_url, name, redis_url, HUB_TRACES_URL=collected.url, **further)
        )
        cpo = stack.enter_context(Platform([("CPO", "DE", "ABC", "ABC")]))
        msp = stack.enter_context(Platform([("EMSP", "NL", "MS1", "MS1")]))
        hub.register(cpo, "CPO:DE:ABC")
        hub.register(msp, "EMSP:NL:MS1")
        hub.deliver()
        msp.clear()
        assert cpo.hub.push("PUT", "locations", _PLACE, location(), to=("NL", "HUB")).ok
        hub.deliver()
        pushed = ("DE", "ABC", "SESSION1")
        assert cpo.hub.push("PUT", "sessions", pushed, session(), to=("NL", "MS1")).ok
        hub.get("/partners")
        return cpo, msp


def test_a_put_and_its_delivery_are_one_trace_with_one_correlation_id(
    collected: Collector, mongo_url: str, database_name: str, redis_url: str
) -> None:
    _, msp = _played(collected, mongo_url, database_name, redis_url)

    [put] = collected.named("request", ocpi__module="locations", http__request__method="PUT")
    [sent] = collected.named("delivered", ocpi__module="locations")
    [received] = [each for each in msp.received if each.module == "locations"]
    assert put.facts[CORRELATION] == sent.facts[CORRELATION] == _header(received, CORRELATION)
    assert put.trace == sent.trace
    assert put.parent == ""
    assert put.facts["ocpi.status_code"] == sent.facts["ocpi.status_code"] == 1000
    assert put.facts["ocpi.decision"] == "broadcast"
    stores = [each for each in collected.named("store") if each.parent == put.id]
    assert {each.facts["db.collection.name"] for each in stores} >= {"objects_locations"}
    assert {each.facts[CORRELATION] for each in stores} == {put.facts[CORRELATION]}


def test_what_is_passed_on_at_once_is_below_its_request(
    collected: Collector, mongo_url: str, database_name: str, redis_url: str
) -> None:
    _played(collected, mongo_url, database_name, redis_url)

    [put] = collected.named("request", ocpi__module="sessions")
    [relayed] = collected.named("relayed", ocpi__module="sessions")
    assert (relayed.parent, relayed.trace) == (put.id, put.trace)
    assert relayed.facts[CORRELATION] == put.facts[CORRELATION]
    assert relayed.facts["ocpi.receiver"] == "NL-MS1"
    assert collected.named("request", ocpi__surface="hub_api")


def test_every_span_has_a_correlation_id_and_none_a_token_or_a_url(
    collected: Collector, mongo_url: str, database_name: str, redis_url: str
) -> None:
    platforms = _played(collected, mongo_url, database_name, redis_url)

    tokens = {each.hub.peer.token for each in platforms}
    said = [str(value) for span in collected.spans for value in span.facts.values()]
    assert collected.spans
    assert all(span.facts.get(CORRELATION) for span in collected.spans)
    assert not [each for each in said if "://" in each or any(token in each for token in tokens)]


def test_a_partner_is_told_of_the_trace_only_where_it_asks(
    collected: Collector, mongo_url: str, database_name: str, redis_url: str
) -> None:
    _, silent = _played(collected, mongo_url, database_name, redis_url)
    assert not [each for each in silent.received if _header(each, "traceparent")]
    collected.spans.clear()

    _, asking = _played(
        collected, mongo_url, f"{database_name}_2", redis_url, HUB_TRACEPARENT_TO="nl-ms1"
    )

    [sent] = collected.named("delivered", ocpi__module="locations")
    [received] = [each for each in asking.received if each.module == "locations"]
    assert _header(received, "traceparent") == f"00-{sent.trace}-{sent.id}-01"


def test_what_fails_at_a_partner_is_an_error(
    collected: Collector, mongo_url: str, database_name: str, redis_url: str
) -> None:
    further = {"HUB_TRACES_URL": collected.url}
    with (
        hub_server(mongo_url, database_name, redis_url, **further) as hub,
        Platform([("CPO", "DE", "ABC", "ABC")]) as cpo,
    ):
        hub.register(cpo, "CPO:DE:ABC")
        with Platform([("EMSP", "NL", "MS1", "MS1")]) as msp:
            hub.register(msp, "EMSP:NL:MS1")
        pushed = ("DE", "ABC", "SESSION1")
        assert not cpo.hub.push("PUT", "sessions", pushed, session(), to=("NL", "MS1")).ok

    [relayed] = collected.named("relayed", ocpi__module="sessions")
    assert relayed.failed
    assert "http.response.status_code" not in relayed.facts


def test_a_collector_that_is_away_stops_no_request(
    mongo_url: str, database_name: str, redis_url: str
) -> None:
    nowhere = Collector("http://127.0.0.1:1/v1/traces")

    _, msp = _played(nowhere, mongo_url, database_name, redis_url)

    assert [each.module for each in msp.received if each.module == "locations"]


def test_where_it_is_off_nothing_of_it_is_loaded(
    mongo_url: str, database_name: str, redis_url: str
) -> None:
    program = (
        "import sys; from entrypoints import bootstrap; from entrypoints.settings import Settings;"
        "from entrypoints.web import app_of; app_of(bootstrap.build(Settings.from_environment()));"
        "sys.exit('adapters.otel' in sys.modules)"
    )
    environment = environment_of(mongo_url, database_name, redis_url)

    assert subprocess.run([sys.executable, "-c", program], env=environment).returncode == 0


def test_without_the_packages_the_setting_is_refused_at_the_start(
    mongo_url: str, database_name: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = environment_of(mongo_url, database_name, redis_url)
    for name in [each for each in sys.modules if each.partition(".")[0] == "opentelemetry"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)

    with pytest.raises(SettingsError, match=r"pip install 'ocpi-hub\[otel\]'"):
        Settings.read(environment | {"HUB_TRACES_URL": "http://collector:4318/v1/traces"})


def _header(received: object, name: str) -> str | None:
    headers = {each.lower(): text for each, text in received.headers.items()}  # type: ignore[attr-defined]
    return headers.get({CORRELATION: "x-correlation-id"}.get(name, name))
