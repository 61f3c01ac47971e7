"""A DELETE on its way to readers: as it came, as present state, and to a reader that was away."""

from typing import Any

import pytest

from adapters.memory import answer
from domain.delivery.answers import Verdict
from domain.delivery.deliveries import LaneId
from domain.ports import WireAnswer
from tests.builders import T1, a_tariff
from tests.unit.application.attempts import GONE, attempt, claim, settled
from tests.unit.application.house import House
from tests.unit.application.tariffs import a_pricing_house, push_tariff, take_tariff, withdraw

URL = "https://emsp.example/2.3.0/receiver/tariffs/de/ABC/t%2F1"
SPELLED = {"country_code": "de", "id": "t/1"}


@pytest.fixture
def house() -> House:
    """XYZ has the tariff T1."""
    house = a_pricing_house()
    push_tariff(house, a_tariff())
    settled(house)
    return house


def sent(house: House) -> list[tuple[str, Any]]:
    return [
        (each.method, each.body and house.json.parse(each.body))
        for each in house.wire.asked
        if "/tariffs/" in each.url and "emsp." in each.url
    ]


def its_endpoints(house: House) -> list[WireAnswer]:
    """XYZ's versions and details, as the hub knows them already."""
    listed = [
        {"identifier": each.identifier, "role": each.role.value, "url": each.url}
        for each in house.partners.get("emsp").endpoints
    ]
    return [
        answer(data=[{"version": "2.3.0", "url": "https://emsp.example/2.3.0"}]),
        answer(data={"version": "2.3.0", "endpoints": listed}),
    ]


def deleted(house: House) -> None:
    withdraw(house)
    assert house.publisher.publish(T1) == 2


def test_a_delete_goes_out_as_it_came_without_a_body(house: House) -> None:
    push_tariff(house, a_tariff(updated=1), body=house.json.dump({**a_tariff(), **SPELLED}))
    settled(house)
    deleted(house)

    made = attempt(house)

    assert made is not None
    assert made.verdict is Verdict.ACCEPTED
    [request] = house.wire.asked
    assert (request.method, request.url, request.body) == ("DELETE", URL, None)
    assert request.correlation_id == "C-9"


def test_who_missed_a_put_and_a_delete_gets_the_delete_alone(house: House) -> None:
    push_tariff(house, a_tariff(updated=1))
    deleted(house)

    attempt(house)

    assert sent(house) == [("DELETE", None)]


def test_a_second_attempt_is_a_delete_again(house: House) -> None:
    deleted(house)
    claim(house)

    attempt(house)

    assert sent(house) == [("DELETE", None)]


def test_who_missed_a_delete_and_a_put_gets_the_tariff(house: House) -> None:
    deleted(house)
    push_tariff(house, a_tariff(updated=2))

    attempt(house)

    assert sent(house) == [("PUT", a_tariff(updated=2))]


def test_a_put_that_was_claimed_before_the_delete_is_not_sent(house: House) -> None:
    push_tariff(house, a_tariff(updated=1))
    claimed = claim(house)
    withdraw(house)

    attempt(house, claimed)

    assert sent(house) == [("DELETE", None)]


def test_who_does_not_have_it_is_done(house: House) -> None:
    deleted(house)
    house.wire.script.append(answer(status=404, code=2000))

    made = attempt(house)

    assert made is not None
    assert (made.verdict, made.http) == (Verdict.ACCEPTED, 404)
    assert len(house.wire.asked) == 1


def test_a_404_without_an_envelope_counts_once_the_endpoint_is_still_there(house: House) -> None:
    deleted(house)
    house.wire.script += [GONE, *its_endpoints(house)]

    made = attempt(house)

    assert made is not None
    assert (made.verdict, sent(house)) == (Verdict.ACCEPTED, [("DELETE", None)])


def test_a_405_is_no_word_of_the_tariff(house: House) -> None:
    deleted(house)
    house.wire.script += [answer(status=405, code=2000), *its_endpoints(house)]

    made = attempt(house)

    assert made is not None
    assert made.verdict is Verdict.MOVED


def test_a_reader_that_was_away_is_owed_one_delete(house: House) -> None:
    for updated in (1, 2):
        take_tariff(house, a_tariff(updated=updated))
        house.publisher.publish(T1)
    deleted(house)

    owed = [each for each in house.deliveries.owed() if each.lane == LaneId("emsp")]

    assert len(owed) == 1
    attempt(house)
    assert sent(house) == [("DELETE", None)]
