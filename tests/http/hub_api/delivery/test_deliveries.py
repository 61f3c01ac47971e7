"""What is owed, as operators and partners see it, and trying it again."""

from urllib.parse import quote

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.http.hub_server import HubServer


@pytest.fixture
def owed(hub: HubServer, cpo: Platform, msp: Platform) -> Platform:
    """An eMSP that fails, and so is owed the locations LOC1 and LOC2, and nothing else."""
    hub.deliver()
    msp.behave("http:500", "locations")
    for name in ("LOC1", "LOC2"):
        document = location(id=name)
        assert hub.call("PUT", f"/locations/{name}", by=cpo.hub, body=document).ok
    hub.container.hub.sweep.publisher.sweep(older_than_s=-1)
    return msp


def test_a_delivery_says_what_is_owed_to_whom_and_why_still(hub: HubServer, owed: Platform) -> None:
    hub.pump()

    answer = hub.get("/deliveries")

    assert answer.headers["x-total-count"] == "2"
    shown = answer.data[0]
    assert (shown["receiver"], shown["module"], shown["state"]) == ("NL-MS1", "locations", "due")
    assert shown["object"] == {"owner": "DE-ABC", "id": "LOC1"}
    assert shown["partner"]["id"] == hub.get("/partners/NL-MS1").data["id"]
    assert shown["attempts"] >= 1
    assert set(shown["last"]) == {"at", "http", "ocpi", "reason", "unsure"}
    assert (shown["last"]["http"], shown["last"]["ocpi"]) == (500, None)


def test_a_delivery_is_found_by_its_id_and_by_its_short_id(hub: HubServer, owed: Platform) -> None:
    shown = hub.get("/deliveries").data[1]

    by_id = hub.get(f"/deliveries/{quote(shown['id'], safe='')}")
    by_short_id = hub.get(f"/deliveries/{shown['short_id']}")

    assert by_id.data == by_short_id.data == shown
    assert hub.get("/deliveries/0123456789ab").status == 404
    assert hub.get("/deliveries/nothing").status == 404


def test_a_partner_sees_what_it_is_owed_itself(
    hub: HubServer, cpo: Platform, owed: Platform
) -> None:
    mine = hub.get("/deliveries", by=owed.hub)
    name = mine.data[0]["short_id"]

    assert len(mine.data) == 2
    assert hub.get(f"/deliveries/{name}", by=owed.hub).status == 200
    assert hub.get("/deliveries?partner=NL-MS1", by=owed.hub).status == 200
    assert hub.get("/deliveries", by=cpo.hub).data == []
    assert hub.get(f"/deliveries/{name}", by=cpo.hub).status == 404
    assert hub.get("/deliveries?partner=NL-MS1", by=cpo.hub).status == 403
    assert hub.get("/deliveries?partner=XX-XXX", by=cpo.hub).status == 403


def test_deliveries_are_listed_by_partner_and_state(hub: HubServer, owed: Platform) -> None:
    def count(query: str) -> int:
        return len(hub.get(f"/deliveries?{query}").data)

    assert (count("partner=NL-MS1"), count("partner=DE-ABC")) == (2, 0)
    assert (count("state=due"), count("state=REFUSED"), count("limit=1")) == (2, 0, 1)
    assert hub.get("/deliveries?state=lost").code == 2001
    assert hub.get("/deliveries?partner=XX-XXX").status == 404


def test_what_was_refused_is_delivered_after_a_retry(hub: HubServer, owed: Platform) -> None:
    owed.behave("ocpi:2001", "locations")
    hub.pump()
    [refused, _] = hub.get("/deliveries?state=refused").data
    owed.behave("well")

    retried = hub.call("POST", f"/deliveries/{refused['short_id']}/retry")
    hub.pump()

    assert (retried.data["id"], retried.data["state"]) == (refused["id"], "due")
    assert owed.holds("locations", "DE", "ABC", "LOC1") == location()
    assert len(hub.get("/deliveries").data) == 1


def test_lanes_say_how_sending_goes(hub: HubServer, owed: Platform) -> None:
    hub.pump()

    named = hub.get("/partners/NL-MS1").data["id"]
    [lane] = [lane for lane in hub.get("/lanes").data if lane["partner"]["id"] == named]

    assert (lane["class"], lane["failures_in_a_row"] > 0) == ("state", True)
    assert "no envelope" in lane["reason"]
