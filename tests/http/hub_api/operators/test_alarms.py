"""Alarms in the hub API and on the command line: raised, told, looked after, and over."""

from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from standardwebhooks import Webhook

from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.e2e.hub_process import until
from tests.http.commands import failed, printed, run
from tests.http.hub_api.webhooks.test_webhooks import Subscriber, subscriber
from tests.http.hub_server import HubServer, hub_server

__all__ = ["subscriber"]
_EVENTS = ["alarm.raised", "alarm.cleared"]


@pytest.fixture
def hub(mongo_url: str, database_name: str, redis_url: str) -> Iterator[HubServer]:
    """Its operators are called after a second."""
    with hub_server(mongo_url, database_name, redis_url, HUB_ALARM_AFTER_S="1") as running:
        yield running


def _look(hub: HubServer) -> None:
    """What the sweeper does every few seconds."""
    hub.container.hub.alarm_watch.sweep()
    hub.container.hub.alarm_events.sweep()
    hub.deliver()


def _open(hub: HubServer) -> dict[str, Any]:
    return {each["kind"]: each for each in hub.get("/alarms?state=open").data}


def test_a_blocked_lane_is_an_alarm_that_is_told_and_over_when_it_goes_on(
    hub: HubServer, cpo: Platform, msp: Platform, subscriber: Subscriber
) -> None:
    hook = {"url": subscriber.url, "events": _EVENTS}
    secret = hub.call("POST", "/webhooks", body=hook).data["secret"]
    hub.deliver()
    msp.behave("http:401", "locations")
    assert hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location()).ok
    hub.deliver()
    held = _until_open(hub, "lane.held")

    assert (held["whom"], held["acknowledged"], held["cleared"]) == ("NL-MS1", None, None)
    raised = [Webhook(secret).verify(each.body, dict(each.headers)) for each in subscriber.told]
    assert held["id"] in {each["data"]["id"] for each in raised}
    assert {each["type"] for each in raised} == {"alarm.raised"}

    msp.behave("well")
    assert hub.call("POST", "/deliveries/retry", body={"partner": "NL-MS1"}).ok
    hub.deliver()
    _look(hub)

    assert "lane.held" not in _open(hub)
    [over] = hub.get("/alarms?state=cleared&kind=lane.held").data
    assert over["cleared"] >= over["since"]
    assert subscriber.told[-1].json()["type"] == "alarm.cleared"


def _until_open(hub: HubServer, kind: str) -> Any:
    while kind not in (found := _open(hub)):
        _look(hub)
    return found[kind]


@pytest.fixture
def alarm(hub: HubServer) -> str:
    raised = hub.container.hub.operator_alarms.note(Rung(AlarmKind.KEY_OLD, said="2 of 3"))
    return raised.id


def test_an_observer_sees_alarms_and_an_operator_looks_after_them(
    hub: HubServer, alarm: str
) -> None:
    path = f"/alarms/{alarm}/acknowledge"
    token = {
        role: hub.call("POST", "/operators", body={"name": role, "role": role}).data["token"]
        for role in ("observer", "operator", "finance")
    }
    assert hub.call("GET", "/alarms", token=token["observer"]).data[0]["id"] == alarm
    assert hub.call("POST", path, token=token["observer"]).status == 403
    assert hub.call("POST", path, token=token["finance"]).status == 403

    done = hub.call("POST", path, token=token["operator"], headers={"Hub-Reason": "ticket 4711"})

    assert done.data["acknowledged"]["by"] == "operator"
    ended, begun = hub.get("/audit?act=alarm.acknowledge").data
    assert (begun["outcome"], ended["outcome"]) == ("begun", "done")
    assert (ended["object"], ended["reason"]) == ("key.old of hub", "ticket 4711")
    assert ended["after"]["acknowledged"]["by"] == "operator"


def test_what_is_over_or_unknown_is_not_acknowledged(hub: HubServer, alarm: str) -> None:
    hub.container.hub.operator_alarms.clear(alarm, is_over=lambda _: True)

    assert hub.call("POST", f"/alarms/{alarm}/acknowledge").status == 409
    assert hub.call("POST", "/alarms/none/acknowledge").status == 404
    assert hub.get("/alarms?state=ringing").status == 400
    assert hub.get("/alarms?kind=engine.overheated").status == 400


def test_a_partner_sees_none_of_it(hub: HubServer, cpo: Platform, alarm: str) -> None:
    assert hub.get("/alarms", by=cpo.hub).status == 403
    assert hub.call("POST", f"/alarms/{alarm}/acknowledge", by=cpo.hub).status == 403
    body = {"url": "https://hooks.example/", "events": ["alarm.raised", "cdr.parked"]}
    for refused in (
        hub.call("POST", "/webhooks", by=cpo.hub, body=body),
        hub.call("POST", "/webhooks", body={**body, "partner": "DE-ABC"}),
    ):
        assert refused.status == 422
        assert "alarm.raised is for operators alone" in refused.message
    assert hub.get("/webhooks").data == []


def test_the_command_line_shows_the_same(hub: HubServer, alarm: str) -> None:
    assert printed(hub, "alarm", "list", "--state", "open") == hub.get("/alarms").data
    assert "ocpi-hub partner reseal" in run(hub, "alarm", "list", "--kind", "key.old").stdout

    done = printed(hub, "alarm", "acknowledge", alarm, "--reason", "tonight")

    assert done["acknowledged"]["by"] == printed(hub, "audit", "list")[0]["actor"]
    assert "looks after it" in run(hub, "alarm", "acknowledge", alarm).stdout
    assert failed(hub, "alarm", "acknowledge", "none") == "ocpi-hub: there is no alarm of this id"
    assert printed(hub, "audit", "list", "--object", "none")[0]["outcome"] == "failed"


def test_alarms_are_counted_by_kind(hub: HubServer, alarm: str) -> None:
    connection = HTTPConnection(urlsplit(hub.url).netloc, timeout=60)
    connection.request("GET", "/metrics")
    page = connection.getresponse().read().decode()
    connection.close()

    assert 'ocpi_hub_alarms_open{kind="key.old"} 1.0' in page
    assert 'ocpi_hub_alarms_open{kind="lane.held"} 0.0' in page
    assert 'ocpi_hub_alarms_total{kind="key.old"}' in page


def test_a_web_process_notices_that_no_sweeper_looks(hub: HubServer) -> None:
    beside = hub.container.hub.look_beside
    beside.noted["first"] = hub.container.clock.now() - timedelta(minutes=2)

    connection = HTTPConnection(urlsplit(hub.url).netloc, timeout=60)
    connection.request("GET", "/readyz")
    assert connection.getresponse().status == 200
    connection.close()

    until(lambda: "sweeper.stands" in _open(hub), 60)
    assert _open(hub)["sweeper.stands"]["said"] == "never"
    assert "clock.skew" not in _open(hub)
