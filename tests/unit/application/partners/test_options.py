"""What an operator sets for a connection because of the partner's software."""

import pytest

from domain.errors import UnknownCaller
from domain.partners.options import ConnectionOptions, RawToken
from domain.validation import Mode, Validation
from tests.builders import a_location
from tests.unit.application.handshakes import answering, invited, register
from tests.unit.application.house import House
from tests.unit.application.platforms import a_house, connect
from tests.unit.application.pushes import take
from tests.unit.application.roaming import a_house as a_roaming_house

RAW = ConnectionOptions(raw_in=True, raw_out=True)


def test_a_partner_that_wants_raw_tokens_gets_them_from_the_first_call_on() -> None:
    house = a_house()

    partner = connect(house, options=RAW)
    house.credentials_client.refresh(partner)
    house.credentials_client.say_goodbye(partner)

    assert len(house.wire.asked) > 6
    assert all(isinstance(call.token, RawToken) for call in house.wire.asked)


def test_other_partners_get_none() -> None:
    house = a_house()

    connect(house)

    assert not any(isinstance(call.token, RawToken) for call in house.wire.asked)


def test_a_partner_that_registers_is_called_back_as_its_invitation_says() -> None:
    house = House()
    answering(house)

    register(house, invited(house, options=RAW))

    assert [type(call.token) for call in house.wire.asked[-2:]] == [RawToken, RawToken]


def test_a_raw_token_lets_in_whom_the_operator_allows_it_alone() -> None:
    house = a_roaming_house()
    with pytest.raises(UnknownCaller):
        house.credentials_server.authenticate("cpo-token", functional=True, is_raw=True)

    house.administration.set_options("cpo", RAW)

    caller = house.credentials_server.authenticate("cpo-token", functional=True, is_raw=True)
    assert caller.partner.id == "cpo"
    assert house.credentials_server.authenticate("cpo-token", functional=True).partner.id == "cpo"
    with pytest.raises(UnknownCaller):
        house.credentials_server.authenticate("emsp-token", functional=True, is_raw=True)


def test_options_hold_from_the_next_request_on_and_are_kept() -> None:
    house = a_roaming_house()
    options = ConnectionOptions(validation=Validation(push=Mode.REMARK), created_is_200=True)

    assert house.administration.set_options("cpo", options).options == options

    assert house.partners.get("cpo").options == options
    assert take(house, a_location(name="a\nb")).remarks
