"""The log's lines of attempts: one for what a lane took together, one for each failure."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from adapters.memory import answer
from domain.errors import NoAnswer
from domain.ports import WireAnswer, WireRequest
from tests.unit.application.gates import a_house, owe, pump
from tests.unit.application.house import House

SECRET = "a page with the receiver's own words"


@pytest.fixture
def house() -> House:
    return a_house(lambda _: answer())


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, Mapping[str, Any]]]:
    said = [each for each in caplog.records if each.name.endswith("attempt_lines")]
    return [(each.getMessage(), vars(each)["said"]) for each in said]


def test_what_a_lane_took_in_one_batch_is_one_line(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    owe(house, 5)

    pump(house)

    found = lines(caplog)
    assert sum(said["many"] for _, said in found) == 5
    assert {name for name, _ in found} == {"attempts"}
    assert found[0][1]["verdict"] == "accepted"
    assert found[0][1]["module"] == "locations"


def test_each_failure_is_a_line_without_what_the_receiver_said(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    house.wire.answers = lambda _: replace(
        answer(), status=422, code=None, body=SECRET.encode(), elapsed_s=0.25, request_id="Q-9"
    )
    owe(house, 3)

    pump(house)

    found = lines(caplog)
    assert [name for name, _ in found] == ["attempt"] * 3
    assert {(said["verdict"], said["http"], said["ms"]) for _, said in found} == {
        ("refused", 422, 250.0)
    }
    assert {said["request_id"] for _, said in found} == {"Q-9"}
    assert SECRET not in caplog.text
    assert SECRET not in repr(found)


def test_what_was_not_answered_says_why(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    def silent(_: WireRequest) -> WireAnswer:
        raise NoAnswer("no answer within 10 s", timed_out=True)

    house.wire.answers = silent
    owe(house, 1)

    pump(house)

    [(_, said)] = lines(caplog)
    assert (said["reason"], said["http"], said["verdict"]) == (
        "no answer within 10 s",
        None,
        "sick",
    )
    assert said["ms"] >= 0


def test_below_info_no_line_is_made(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    owe(house, 1)
    pump(house)

    assert lines(caplog) == []
