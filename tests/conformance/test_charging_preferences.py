"""Conformance cases 95 and 96: a driver's wishes, asked of the charger's owner now (S-4)."""

from decimal import Decimal

import pytest

from entrypoints.sandbox import Platform, Received
from entrypoints.sandbox.charging import preferences
from tests.conformance.charges import (
    a_session,
    prefer,
    put,
)
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, XYZ
from tests.conformance.steps import INVALID, OK, outcome, parties, party_of

pytestmark = pytest.mark.e2e


def wishes(owner: Platform) -> list[Received]:
    """The preferences that came to the owner of chargers."""
    return [each for each in owner.received if each.segments[1:] == ("charging_preferences",)]


@pytest.mark.parametrize("to", [ABC, None, HUB])
def test_case_095_preferences_are_asked_of_the_cpo(
    p1: Platform, p3: Platform, to: tuple[str, str] | None
) -> None:
    item = a_session(p1)
    put(p1, item)

    answer = prefer(p3, item, preferences(energy_need=Decimal("20.50")), to=to)

    [asked] = wishes(p1)
    assert outcome(answer) == OK
    assert answer.data == "ACCEPTED"
    assert parties(answer) == (MS1, ABC)
    assert (asked.method, asked.role) == ("PUT", "SENDER")
    assert asked.segments == (item["id"], "charging_preferences")
    assert (asked.to, asked.from_) == (ABC, MS1)
    assert asked.body == next(each.body for each in p3.sent if each.method == "PUT")


def test_case_096_a_cpo_that_cannot_says_so_in_its_own_words(p1: Platform, p3: Platform) -> None:
    item = a_session(p1)
    put(p1, item)
    p1.behave("ocpi:2001:404", "sessions", object_id=item["id"])

    answer = prefer(p3, item, preferences())

    assert outcome(answer) == (404, 2001)
    assert answer.message == "told to answer 2001"


def test_preferences_for_a_session_that_one_may_not_see_are_404(
    p1: Platform, p2: Platform, p4: Platform
) -> None:
    item = a_session(p1)
    put(p1, item)

    assert outcome(prefer(p4, item, preferences(), to=None)) == (404, 2001)
    assert outcome(prefer(p4, a_session(p1), preferences(), to=HUB)) == (404, 2001)
    assert not wishes(p1) + wishes(p2)


def test_preferences_for_an_id_of_two_owners_need_to(
    p1: Platform, p2: Platform, p3: Platform
) -> None:
    item = a_session(p1)
    put(p1, item)
    put(p2, a_session(p2, id=item["id"]))

    assert outcome(prefer(p3, item, preferences(), to=None)) == (200, 4001)
    assert outcome(prefer(p3, item, preferences(), to=XYZ)) == OK
    assert (len(wishes(p1)), len(wishes(p2))) == (0, 1)


def test_preferences_without_a_profile_are_2001_and_not_passed_on(
    p1: Platform, p3: Platform
) -> None:
    item = a_session(p1)
    put(p1, item)

    assert outcome(prefer(p3, item, {"energy_need": 20})) == INVALID
    assert not wishes(p1)


@pytest.mark.parametrize("to", [True, False])
def test_preferences_are_never_kept_for_a_cpo_that_is_away(
    p3: Platform, join: Join, to: bool
) -> None:
    owner = join("CPO")
    item = a_session(owner)
    put(owner, item)
    owner.stop()

    answer = prefer(p3, item, preferences(), to=party_of(owner) if to else None)

    assert outcome(answer) == (200, 4003)
    assert parties(answer) == (MS1, HUB)
    owner.start()
    assert outcome(prefer(p3, item, preferences(profile="GREEN"))) == OK
    assert [each.json() for each in wishes(owner)] == [preferences(profile="GREEN")]
