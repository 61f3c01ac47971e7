"""Conformance cases 57 to 60: what a receiver's failure is to the requester."""

import time

import pytest

from entrypoints.sandbox import Platform
from tests.conformance.guests import Join
from tests.conformance.running import HUB, MS1, SETTINGS
from tests.conformance.steps import (
    outcome,
    parties,
    party_of,
)

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("number", "how", "expected"),
    [
        (57, "ocpi:2001", (200, 2001)),
        (58, "ocpi:3000:500", (200, 3000)),
        (58, "ocpi:2000:400", (200, 2000)),
        (57, "ocpi:2003:404", (404, 2003)),
        (57, "ocpi:2000:405", (405, 2000)),
    ],
)
def test_case_057_058_the_receivers_own_refusal_is_relayed(
    join: Join, p3: Platform, number: int, how: str, expected: tuple[int, int]
) -> None:
    owner = join("CPO")
    owner.behave(how, "locations")

    answer = p3.hub.get("locations", to=party_of(owner))

    assert outcome(answer) == expected, number
    assert answer.message == f"told to answer {expected[1]}"
    assert parties(answer) == (MS1, party_of(owner))


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("http:404", (404, 2000)),
        ("http:405", (405, 2000)),
        ("http:401", (200, 4000)),
        ("http:403", (200, 4000)),
        ("ocpi:2000:401", (200, 4000)),
        ("http:500", (200, 4000)),
        ("http:429:30", (200, 4000)),
        ("garbage", (200, 4000)),
        ("html", (200, 4000)),
        ("reset", (200, 4000)),
        ("half", (200, 4000)),
        ("redirect:http://127.0.0.1:9/", (200, 4000)),
    ],
)
def test_case_059_what_is_no_answer_becomes_the_hubs_own(
    join: Join, p3: Platform, how: str, expected: tuple[int, int]
) -> None:
    owner = join("CPO")
    owner.behave(how, "locations")

    answer = p3.hub.get("locations", to=party_of(owner))

    assert outcome(answer) == expected
    assert "no envelope here" not in answer.raw.decode()


def test_case_059_the_hubs_own_errors_come_from_the_hub(join: Join, p3: Platform) -> None:
    owner = join("CPO")
    owner.behave("http:401", "locations")

    answer = p3.hub.get("locations", to=party_of(owner))

    assert parties(answer) == (MS1, HUB)
    assert answer.headers["x-request-id"] == answer.request_id
    assert answer.headers["x-correlation-id"] == answer.correlation_id


@pytest.mark.parametrize("how", ["hang", "drip:0.5"])
def test_case_060_a_receiver_that_does_not_answer_in_time_is_4002(
    join: Join, p3: Platform, how: str
) -> None:
    owner = join("CPO")
    owner.behave(how, "locations")
    begun = time.monotonic()

    answer = p3.hub.get("locations", to=party_of(owner))

    assert outcome(answer) == (200, 4002)
    assert time.monotonic() - begun < float(SETTINGS["HUB_FORWARD_TIMEOUT_S"]) + 2
    owner.behave("well")
