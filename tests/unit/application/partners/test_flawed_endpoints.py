"""One flawed line of a platform's versions or details leaves the others as they are."""

import pytest

from adapters.memory import answer
from domain.errors import NoMatchingEndpoints
from domain.partners.party import Interface
from domain.ports import WireAnswer
from tests.builders import ABC, Doc
from tests.unit.application.handshakes import (
    ENDPOINTS,
    VERSIONS,
    answering,
    details,
    invited,
    register,
)
from tests.unit.application.house import House

FLAWED: list[Doc] = [
    {"identifier": "nltnm-custom", "role": "RECEIVER", "url": None},
    {"identifier": "spaces", "url": "https://cpo.example/a b"},
    {"url": "https://cpo.example/nameless"},
]


def registered(house: House, versions: WireAnswer, offered: WireAnswer) -> Doc:
    answering(house, versions, offered)
    return register(house, invited(house))


def test_a_flawed_endpoint_is_left_out_and_shown() -> None:
    house = House()

    registered(house, answer(data=VERSIONS), details(*ENDPOINTS, *FLAWED))

    [partner] = house.partners.all()
    assert partner.endpoint("locations", Interface.SENDER) is not None
    assert partner.endpoint("nltnm-custom", Interface.RECEIVER) is None
    assert partner.endpoint("spaces", Interface.SENDER) is None
    shown = [(each.identifier, each.fault) for each in partner.endpoints if each.fault]
    assert [name for name, _ in shown] == ["nltnm-custom", "spaces", "?"]
    assert shown[0][1] == "url: required"
    assert partner.parties == (ABC,)


def test_a_line_that_is_no_object_is_left_out() -> None:
    house = House()
    odd = answer(data={"version": "2.3.0", "endpoints": [*ENDPOINTS, "locations"]})

    registered(house, answer(data=VERSIONS), odd)

    [partner] = house.partners.all()
    assert [each.identifier for each in partner.endpoints if each.fault] == ["?"]


def test_a_flawed_endpoint_of_what_is_needed_is_missing() -> None:
    house = House()
    flawed = [{**each, "url": None} for each in ENDPOINTS]

    with pytest.raises(NoMatchingEndpoints):
        registered(house, answer(data=VERSIONS), details(*flawed))


def test_a_flawed_version_is_passed_over() -> None:
    house = House()

    registered(house, answer(data=[{"version": "1.0"}, "2.2.1", *VERSIONS]), details())

    assert house.partners.all()[0].is_registered
