"""The breaker: when a lane holds back, is probed, and recovers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, DeliveryOf, LaneId
from domain.delivery.lanes import Breaker, LaneHealth, heard
from domain.delivery.what import ObjectChange
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from tests.builders import NOON, after

OK, SICK = Verdict.ACCEPTED, Verdict.SICK


def health_after(*verdicts: Verdict, health: LaneHealth | None = None) -> LaneHealth:
    """One answer a second, from noon on."""
    health = health or LaneHealth()
    for second, verdict in enumerate(verdicts):
        health = health.after(verdict, "reason", at=after(second))
    return health


def test_a_lane_is_well_at_first_and_sends_four_at_a_time() -> None:
    assert LaneHealth().is_well
    assert LaneHealth().threads(NOON) == 4


def test_after_one_failure_a_lane_sends_one_at_a_time_until_it_goes_well() -> None:
    failing = health_after(SICK)

    assert (failing.breaker, failing.threads(NOON), failing.is_well) == (Breaker.CLOSED, 1, False)
    assert failing.reason == "reason"
    well = health_after(OK, health=failing)
    assert (well.threads(NOON), well.is_well, well.reason) == (4, True, "")


def test_the_breaker_opens_at_the_fifth_failure_in_a_row_and_not_before() -> None:
    assert health_after(*[SICK] * 4).breaker is Breaker.CLOSED
    opened = health_after(*[SICK] * 5)
    assert (opened.breaker, opened.probe_at) == (Breaker.OPEN, after(4 + 30))


def test_a_success_in_between_starts_the_count_anew() -> None:
    assert health_after(*[SICK] * 4, OK, *[SICK] * 4).breaker is Breaker.CLOSED


@pytest.mark.parametrize(
    ("verdicts", "breaker"),
    [
        ([SICK, SICK, OK] * 3, Breaker.CLOSED),
        ([SICK, SICK, OK] * 3 + [SICK], Breaker.OPEN),
        ([SICK, OK] * 10 + [SICK], Breaker.CLOSED),
    ],
)
def test_the_breaker_opens_at_seven_in_ten_of_at_least_ten(
    verdicts: list[Verdict], breaker: Breaker
) -> None:
    assert health_after(*verdicts).breaker is breaker


def test_what_is_over_five_minutes_ago_does_not_count() -> None:
    long_ago = health_after(*[SICK, SICK, OK] * 3)

    assert long_ago.after(SICK, "", at=after(9 * 60)).breaker is Breaker.CLOSED
    assert len(long_ago.after(OK, "", at=after(5 * 60)).recent) == 10
    assert len(long_ago.after(OK, "", at=after(5 * 60 + 1)).recent) == 9


def test_a_dead_token_opens_the_breaker_at_once() -> None:
    assert health_after(Verdict.TOKEN_DEAD).breaker is Breaker.OPEN


def test_an_open_lane_sends_nothing_until_its_probe_is_due_and_then_one() -> None:
    opened = health_after(*[SICK] * 5)

    assert [opened.threads(after(s)) for s in (5, 33, 34, 999)] == [0, 0, 1, 1]
    assert LaneHealth(Breaker.OPEN).threads(NOON) == 1


def test_a_failed_probe_is_followed_by_the_next_one_a_minute_later() -> None:
    probed = health_after(*[SICK] * 5).after(SICK, "", at=after(40))

    assert (probed.breaker, probed.probe_at) == (Breaker.OPEN, after(100))


def test_a_lane_closes_after_two_good_probes_as_if_nothing_had_been() -> None:
    trying = health_after(*[SICK] * 5).after(OK, "", at=after(40))

    assert (trying.breaker, trying.threads(after(40)), trying.is_well) == (Breaker.TRYING, 1, False)
    assert trying.after(OK, "", at=after(41)) == LaneHealth(closed_at=after(41))


def test_a_lane_that_fails_while_it_is_tried_is_open_again() -> None:
    failed = health_after(*[SICK] * 5).after(OK, "", at=after(40)).after(SICK, "", at=after(41))

    assert (failed.breaker, failed.good_probes) == (Breaker.OPEN, 0)
    assert failed.probe_at == after(101)


def test_a_call_from_the_partner_lets_an_open_lane_be_probed_at_once() -> None:
    opened = health_after(*[SICK] * 5)

    assert opened.half_opened(now=after(6)).threads(after(6)) == 1
    assert LaneHealth().half_opened(now=NOON) == LaneHealth()


@pytest.mark.parametrize("health", [LaneHealth(), health_after(*[SICK] * 5)])
def test_a_fault_of_the_hubs_own_says_nothing_about_the_endpoint(health: LaneHealth) -> None:
    assert health.after(Verdict.FAULT, "", at=after(40)) is health


@given(st.lists(st.tuples(st.sampled_from(Verdict), st.integers(0, 90)), max_size=80))
def test_after_every_history_a_lane_is_tried_again_within_a_minute(
    answers: list[tuple[Verdict, int]],
) -> None:
    health, now = LaneHealth(), NOON
    for verdict, wait in answers:
        now += timedelta(seconds=wait)
        health = health.after(verdict, "", at=now)

        assert health.threads(now + timedelta(seconds=60)) >= 1
        assert len(health.recent) <= 50
        assert health.is_well == (health.threads(now) == 4)


def test_no_probe_comes_before_the_time_that_the_partner_asked_for() -> None:
    failing = health_after(*[SICK] * 4)

    asked = failing.after(Verdict.SLOW_DOWN, "429", at=after(4), not_before=after(3600))
    hurried = failing.after(Verdict.SLOW_DOWN, "429", at=after(4), not_before=after(5))

    assert asked.probe_at == after(3600)
    assert hurried.probe_at == after(34)


BARE = Attempt(NOON, Verdict.REFUSED, "HTTP 422", http=422)
ENVELOPED = Attempt(NOON, Verdict.REFUSED, "no", http=200, ocpi=2001)
TAKEN = Attempt(NOON, Verdict.ACCEPTED, "", http=200, ocpi=1000)
AWAY = Attempt(NOON, Verdict.SICK, "HTTP 500", http=500)


def delivery(subject: int, receiver: str = "MS1") -> Delivery:
    key = ObjectKey("locations", PartyId("DE", "ABC"), f"LOC{subject}")
    name = f"{receiver}|{key}"
    what = ObjectChange(key)
    return DeliveryOf(name, LaneId("p"), PartyId("NL", receiver), what, 1, NOON, NOON)


def refusing(health: LaneHealth, *subjects: int, receiver: str = "MS1") -> LaneHealth:
    for subject in subjects:
        said = heard(health, BARE, delivery(subject, receiver))
        assert (said.attempt, said.owed_again) == (BARE, ())
        health = said.health.after(Verdict.REFUSED, "HTTP 422", at=NOON)
    return health


def test_the_tenth_different_object_refused_in_a_row_is_the_endpoint() -> None:
    nine = refusing(LaneHealth(), *range(9))
    assert nine.is_well

    tenth = heard(nine, BARE, delivery(9))

    assert tenth.attempt.verdict is Verdict.SICK
    assert set(tenth.owed_again) == {delivery(subject).id for subject in range(9)}
    opened = tenth.health.after(tenth.attempt.verdict, "HTTP 422", at=NOON)
    assert (opened.breaker, opened.probe_at) == (Breaker.OPEN, after(30))


def test_what_is_refused_while_the_endpoint_is_to_blame_is_owed_still() -> None:
    blamed = heard(refusing(LaneHealth(), *range(9)), BARE, delivery(9)).health

    probed = heard(blamed, BARE, delivery(10))

    assert (probed.attempt.verdict, probed.owed_again) == (Verdict.SICK, ())


def test_one_object_refused_again_and_again_is_one_object() -> None:
    assert not refusing(LaneHealth(), *[7] * 40).is_to_blame


def test_one_object_for_ten_receivers_is_one_object() -> None:
    health = LaneHealth()
    for number in range(10):
        health = refusing(health, 7, receiver=f"M{number:02}")

    assert not health.is_to_blame


@pytest.mark.parametrize("answer", [TAKEN, ENVELOPED])
def test_an_answer_in_an_envelope_ends_the_row(answer: Attempt) -> None:
    health = heard(refusing(LaneHealth(), *range(9)), answer, delivery(50)).health

    assert not refusing(health, *range(9)).is_to_blame


def test_a_failure_neither_ends_the_row_nor_belongs_to_it() -> None:
    nine = refusing(LaneHealth(), *range(9))

    failed = heard(nine, AWAY, delivery(50)).health

    assert failed.bare == nine.bare
    assert heard(failed, BARE, delivery(9)).attempt.verdict is Verdict.SICK


def test_two_good_probes_close_a_lane_whose_endpoint_was_to_blame() -> None:
    blamed = heard(refusing(LaneHealth(), *range(9)), BARE, delivery(9))
    health = blamed.health.after(Verdict.SICK, "", at=NOON)
    for _ in range(2):
        said = heard(health, TAKEN, delivery(0))
        health = said.health.after(Verdict.ACCEPTED, "", at=after(60))

    assert health == LaneHealth(closed_at=after(60))


@given(st.lists(st.tuples(st.sampled_from([BARE, ENVELOPED, TAKEN, AWAY]), st.integers(0, 14))))
def test_after_every_answer_what_is_refused_by_the_endpoint_is_owed(
    answers: list[tuple[Attempt, int]],
) -> None:
    health, row, refused = LaneHealth(), set[int](), set[str]()
    for answer, subject in answers:
        said = heard(health, answer, delivery(subject))
        if answer in (ENVELOPED, TAKEN):
            row.clear()
        elif answer is BARE:
            row.add(subject)
        if said.attempt.is_bare_refusal:
            refused.add(delivery(subject).id)
        if answer is TAKEN or said.attempt.verdict is Verdict.SICK:
            refused.discard(delivery(subject).id)
        refused -= set(said.owed_again)
        health = said.health.after(said.attempt.verdict, "", at=NOON)

        assert health.is_to_blame == (len(row) >= 10)
        if health.is_to_blame:
            assert health.breaker is Breaker.OPEN
            assert not refused & {delivery(each).id for each in row}
