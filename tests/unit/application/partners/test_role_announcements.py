"""Peers hear of the roles that they reach: once they have come to rest, by PUT credentials."""

from dataclasses import replace

import pytest

from adapters.memory import answer
from domain.documents import as_documents
from domain.errors import NoAnswer, NotRegistered, Unreachable
from domain.partners.partner import Partner
from domain.partners.registration import summary
from domain.ports import WireAnswer, WireRequest
from tests.builders import a_role, some_credentials
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.platforms import CREDENTIALS, LOCATIONS, VERSIONS
from tests.unit.application.roaming import a_cpo, an_emsp, data_of


def agrees(request: WireRequest) -> WireAnswer:
    if request.method == "PUT":
        return answer(data=some_credentials(a_role(), token="token-c"))
    if request.url.endswith("/versions"):
        return answer(data=VERSIONS)
    return answer(data={"version": "2.3.0", "endpoints": [CREDENTIALS, LOCATIONS]})


def away(_: WireRequest) -> WireAnswer:
    raise Unreachable("gone")


def lost(request: WireRequest) -> WireAnswer:
    if request.method == "PUT":
        raise NoAnswer("lost", timed_out=True)
    return agrees(request)


@pytest.fixture
def house() -> House:
    """`cpo` was told of no party, `emsp` of all."""
    wire = TalkingWire(agrees)
    return House(wire=wire).with_partners(a_cpo(), an_emsp(told="DE/ABC/CPO"))


def puts(house: House) -> list[WireRequest]:
    return [request for request in house.wire.asked if request.method == "PUT"]


def wait(house: House, seconds: float) -> int:
    house.clock.advance(seconds)
    return house.role_announcer.sweep()


def with_another(house: House) -> Partner:
    third = an_emsp("third", a_role().party.parse("BE/THI"), told="DE/ABC/CPO FR/XYZ/EMSP")
    return house.partners.save(third)


def test_a_peer_is_told_when_its_roles_have_been_at_rest(house: House) -> None:
    assert house.role_announcer.sweep() == 0
    assert wait(house, 59) == 0
    assert puts(house) == []

    assert wait(house, 1) == 1

    [put] = puts(house)
    assert put.body is not None
    roles = as_documents(data_of(house, put.body)["roles"])
    assert [role["role"] for role in roles] == ["OTHER", "EMSP"]
    assert house.partners.get("cpo").told == "FR/XYZ/EMSP"
    assert wait(house, 60) == 0


def test_every_further_change_makes_the_hub_wait_again(house: House) -> None:
    house.role_announcer.sweep()
    house.clock.advance(50)
    house.partners.told("emsp", "BE/THI/EMSP DE/ABC/CPO")
    with_another(house)

    assert wait(house, 10) == 0
    assert wait(house, 59) == 0
    assert wait(house, 1) == 1
    assert len(puts(house)) == 1


def test_roles_that_are_as_they_were_told_are_told_to_no_peer(house: House) -> None:
    house.partners.told("cpo", "FR/XYZ/EMSP")

    assert house.role_announcer.changed() == ()
    assert wait(house, 0) + wait(house, 600) == 0
    assert house.wire.asked == []


def test_whom_it_concerns_can_be_seen(house: House) -> None:
    assert [partner.id for partner in house.role_announcer.changed()] == ["cpo"]


def test_without_a_time_only_an_operator_tells(house: House) -> None:
    never = replace(house.role_announcer, after_s=0)
    assert never.sweep() == 0
    house.clock.advance(10_000)
    assert never.sweep() == 0

    never.announce("cpo")

    assert len(puts(house)) == 1
    assert house.partners.get("cpo").told == "FR/XYZ/EMSP"


def test_who_cannot_be_told_now_is_not_tried() -> None:
    house = House(wire=TalkingWire(agrees)).with_partners(
        a_cpo(reachable=False), an_emsp(outbound_token=None)
    )

    assert house.role_announcer.sweep() + wait(house, 600) == 0
    with pytest.raises(NotRegistered):
        house.role_announcer.announce("emsp")


def test_a_lost_answer_locks_no_peer_out_and_is_tried_again_later(house: House) -> None:
    house.wire.answers = lost
    house.role_announcer.sweep()
    assert wait(house, 60) == 1
    assert wait(house, 59) == 0
    assert len(puts(house)) == 1
    house.wire.answers = agrees

    for token in ("cpo-token", "new-token-1"):
        house.credentials_server.authenticate(token, functional=False)
    assert wait(house, 1) == 1

    assert len(puts(house)) == 2
    assert house.role_announcer.changed() == ()


def test_what_a_peer_is_told_names_every_role_it_reaches(house: House) -> None:
    roles = house.directories.read().reachable_roles(by=house.partners.get("cpo"))

    assert summary(roles) == "FR/XYZ/EMSP"
