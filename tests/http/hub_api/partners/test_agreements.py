"""Agreements at a hub that asks for them: until there is one, two parties are strangers."""

from collections.abc import Iterator

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.fixtures import location
from tests.http.hub_server import HubServer, hub_server

_PAIR = {"one": "NL-MS1", "other": "de/abc"}
_ID = "DE-ABC~NL-MS1"


@pytest.fixture
def hub(mongo_url: str, database_name: str, redis_url: str) -> Iterator[HubServer]:
    """A hub where no party sees another without an agreement."""
    required = {"HUB_AGREEMENTS": "required"}
    with hub_server(mongo_url, database_name, redis_url, **required) as running:
        yield running


def _agree(hub: HubServer) -> Answer:
    return hub.call("POST", "/agreements", body=_PAIR)


def test_an_agreement_is_made_listed_and_ended(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    made, again = _agree(hub), _agree(hub)

    assert (made.status, made.data["id"]) == (201, _ID)
    assert (made.data["one"], made.data["other"]) == ("NL-MS1", "DE-ABC")
    assert again.data == made.data
    assert hub.get("/agreements").data == [made.data]
    assert hub.call("DELETE", f"/agreements/{_ID}").ok
    assert hub.call("DELETE", f"/agreements/{_ID}").status == 404
    assert hub.get("/agreements").data == []


@pytest.mark.parametrize(
    "body",
    [
        {"one": "DE-ABC"},
        {"one": "DE-ABC", "other": "DE-AB"},
        {"one": "DE-ABC", "other": "DE-ABC"},
        {**_PAIR, "third": "FR-XYZ"},
    ],
)
def test_what_is_no_agreement_is_refused(
    hub: HubServer, cpo: Platform, body: dict[str, str]
) -> None:
    assert hub.call("POST", "/agreements", body=body).code == 2001
    assert hub.get("/agreements").data == []


def test_it_takes_effect_at_once_and_ends_at_once(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location())

    assert hub.get("/locations/DE/ABC/LOC1", by=msp.hub).status == 404
    _agree(hub)
    assert hub.get("/locations/DE/ABC/LOC1", by=msp.hub).data == location()
    hub.call("DELETE", f"/agreements/{_ID}")
    assert hub.get("/locations/DE/ABC/LOC1", by=msp.hub).status == 404


def test_both_are_told_of_each_other_when_they_agree(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    hub.deliver()
    assert not cpo.held.all("hubclientinfo")

    _agree(hub)
    hub.deliver()

    assert [each["party_id"] for each in cpo.held.all("hubclientinfo")] == ["MS1"]
    assert [each["party_id"] for each in msp.held.all("hubclientinfo")] == ["ABC"]
