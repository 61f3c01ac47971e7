"""Who is told of whom when they agree, a partner's status, and when a pull is tried again."""

import pytest

from domain.objects.client_info import CLIENT_INFO, ConnectionStatus, key_of, status_of
from domain.partners.agreements import AgreementPolicy
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import Interface, Role
from tests.builders import ABC, NOON, XYZ, a_partner, a_reader, an_endpoint
from tests.unit.application.house import House


def test_who_agrees_is_told_of_each_other_once() -> None:
    told = an_endpoint(CLIENT_INFO, Interface.RECEIVER)
    house = House(policy=AgreementPolicy.REQUIRED)
    house.with_partners(a_partner(endpoints=(told,)), a_reader(endpoints=(told,)))
    house.client_info.reconcile()
    house.publisher.drain(seconds=60)
    before = house.wake.published

    house.administration.agree(ABC, XYZ)
    house.administration.agree(XYZ, ABC)

    assert house.wake.published == before + 2
    assert house.unpublished() == [key_of(ABC, Role.CPO), key_of(XYZ, Role.EMSP)]


@pytest.mark.parametrize(
    ("partner", "status"),
    [
        (a_partner(), ConnectionStatus.CONNECTED),
        (a_partner(reachable=False), ConnectionStatus.OFFLINE),
        (a_partner(state=PartnerState.SUSPENDED), ConnectionStatus.SUSPENDED),
        (a_partner(state=PartnerState.INVITED), None),
        (a_partner(state=PartnerState.INVITED, is_announced=True), ConnectionStatus.PLANNED),
    ],
)
def test_a_partner_as_a_whole_has_a_status(
    partner: Partner, status: ConnectionStatus | None
) -> None:
    assert status_of(partner) is status


def test_a_partner_whose_lists_cannot_be_read_is_not_pulled_all_the_time() -> None:
    house = House().with_partners(a_partner(registered_at=NOON))
    house.clock.advance(100_000)

    woken = [house.pulls_of_partners.sweep(), house.pulls_of_partners.sweep()]
    house.clock.advance(600)
    woken.append(house.pulls_of_partners.sweep())

    assert woken == [1, 0, 1]
