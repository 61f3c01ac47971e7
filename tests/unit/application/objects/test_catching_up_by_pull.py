"""What a partner missed is pulled from it and for it when it comes back."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from application.objects.pulls import Pulls
from domain.partners.agreements import AgreementPolicy
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import Interface, PartyId, Role
from domain.ports import WireAnswer, WireRequest
from domain.times import parse_moment
from tests.builders import (
    NOON,
    XYZ,
    a_partner,
    a_role,
    after,
    an_endpoint,
)
from tests.unit.application.billing import a_payer
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.pages import a_page


def test_it_is_pulled(house: House) -> None:
    house.administration.suspend("cpo")

    house.administration.resume("cpo")

    assert house.wake.synchronized == ["cpo"]


def test_sessions_of_the_cpos_that_it_sees_are_pulled_from_its_suspension_on() -> None:
    endpoint = an_endpoint("sessions", Interface.SENDER, "cpo")
    house = House().with_partners(
        a_partner(endpoints=(endpoint,)),
        a_partner("new", a_role(Role.CPO, XYZ), endpoints=(endpoint,)),
        a_partner("without", a_role(Role.CPO, PartyId("FR", "TWO"))),
        a_payer(),
    )
    house.partners.pulled("cpo", "sessions", at=NOON)
    house.administration.suspend("emsp")
    house.clock.advance(60)
    house.partners.pulled("cpo", "sessions", at=after(30))

    house.administration.resume("emsp")

    assert dict(house.partners.get("cpo").synced) == {"sessions": NOON}
    assert house.wake.synchronized == ["emsp", "cpo", "new"]


def test_sessions_of_a_cpo_without_an_agreement_are_not_pulled() -> None:
    endpoint = an_endpoint("sessions", Interface.SENDER, "cpo")
    house = House(policy=AgreementPolicy.REQUIRED).with_partners(
        a_partner(endpoints=(endpoint,)), a_payer()
    )
    house.administration.suspend("emsp")

    house.administration.resume("emsp")

    assert house.wake.synchronized == ["emsp"]


def test_a_list_that_was_not_read_since_the_suspension_is_read_from_there(house: House) -> None:
    endpoint = an_endpoint("sessions", Interface.SENDER, "cpo")
    house = House().with_partners(a_partner(endpoints=(endpoint,)), a_payer())
    house.partners.pulled("cpo", "sessions", at=after(-99))
    house.administration.suspend("emsp")

    house.administration.resume("emsp")

    assert dict(house.partners.get("cpo").synced) == {"sessions": after(-99)}


def a_cpo_with_sessions(synced: float) -> House:
    """Beside an eMSP that is suspended since NOON; its sessions were last pulled at `synced`."""
    endpoint = an_endpoint("sessions", Interface.SENDER, "cpo")
    house = House(wire=TalkingWire()).with_partners(a_partner(endpoints=(endpoint,)), a_payer())
    house.partners.pulled("cpo", "sessions", at=after(synced))
    house.administration.suspend("emsp")
    return house


@pytest.mark.parametrize("synced", [-600, 600])
def test_sessions_that_are_being_pulled_when_it_comes_back_are_pulled_again(synced: float) -> None:
    house = a_cpo_with_sessions(synced)

    def resumes_it(_: WireRequest) -> WireAnswer:
        house.clock.advance(1200)
        if house.partners.get("emsp").state is PartnerState.SUSPENDED:
            house.administration.resume("emsp")
        return a_page()

    house.wire.answers = resumes_it
    [left] = house.pulls_of_partners.pull("cpo")
    house.wire.answers = lambda _: a_page()
    house.pulls_of_partners.pull("cpo")

    since = after(min(synced, 0))
    assert (left.since, left.goes_on) == (since, True)
    assert [date_from(request) for request in house.wire.asked] == [
        after(synced - 300),
        since - timedelta(seconds=300),
    ]
    assert dict(house.partners.get("cpo").synced) == {"sessions": left.began}


def test_sessions_whose_pull_began_just_before_it_came_back_are_pulled_again() -> None:
    house = a_cpo_with_sessions(600)
    date_before = house.partners.get("cpo")

    def stale(partner_id: str) -> Partner:
        house.clock.advance(60)
        house.administration.resume("emsp")
        house.clock.advance(60)
        return date_before

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pulls, "_registered", lambda _, partner_id: stale(partner_id))
        [left] = house.pulls_of_partners.pull("cpo")

    assert (left.since, left.goes_on) == (NOON, True)


def date_from(request: WireRequest) -> datetime:
    [moment] = parse_qs(urlsplit(request.url).query)["date_from"]
    return parse_moment(moment)


def test_of_a_cpo_sessions_alone_are_pulled_again() -> None:
    house = a_cpo_with_sessions(600)
    modules = ("locations", "sessions")
    endpoints = tuple(an_endpoint(each, Interface.SENDER, "cpo") for each in modules)
    house.partners.save(replace(house.partners.get("cpo"), endpoints=endpoints))

    house.administration.resume("emsp")

    assert [read.module for read in house.pulls.of("cpo")] == ["sessions"]
