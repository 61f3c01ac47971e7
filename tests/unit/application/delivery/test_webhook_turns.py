"""Owners of webhooks take turns: one owner's many webhooks hold up no other's, nor OCPI itself."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory import MemorySubscriptions
from application.delivery import webhook_turns
from application.delivery.webhook_turns import (
    LANES,
    LANES_OF_ONE,
    SENDS,
    SENDS_OF_ONE,
    WebhookTurns,
)
from domain.delivery.deliveries import DeliveryClass, LaneId
from domain.delivery.what import EventType
from domain.webhooks.events import Subscription
from tests.builders import NOON

HOSTILE = [LaneId(f"hostile-{number}", DeliveryClass.WEBHOOK) for number in range(100)]
HONEST = LaneId("honest-0", DeliveryClass.WEBHOOK)
OPERATORS = LaneId("operators-0", DeliveryClass.WEBHOOK)
STATE, CDR = LaneId("p", DeliveryClass.STATE), LaneId("p", DeliveryClass.CDR)


def a_subscription(lane: LaneId) -> Subscription:
    owner = lane.target.partition("-")[0]
    partner_id = None if owner == "operators" else owner
    events = frozenset(EventType)
    return Subscription(lane.target, partner_id, "https://h.example", events, NOON, "sealed")


@pytest.fixture
def turns() -> WebhookTurns:
    return turns_of([*HOSTILE, HONEST, OPERATORS])


def turns_of(lanes: list[LaneId]) -> WebhookTurns:
    store = MemorySubscriptions()
    for lane in lanes:
        store.add(a_subscription(lane))
    return WebhookTurns(store)


def test_what_goes_out_over_ocpi_never_waits_for_webhooks(turns: WebhookTurns) -> None:
    assert turns.choose([*HOSTILE, STATE, CDR], HOSTILE[:LANES])[:2] == [STATE, CDR]
    assert turns.choose([STATE, CDR], [STATE]) == [CDR]


def test_one_owner_has_half_of_the_lanes_and_the_next_is_taken_at_once(
    turns: WebhookTurns,
) -> None:
    first = turns.choose(HOSTILE, [])
    assert first == HOSTILE[:LANES_OF_ONE]

    assert turns.choose([*HOSTILE, HONEST], first) == [HONEST]
    assert turns.choose([*HOSTILE, OPERATORS], first) == [OPERATORS]


def test_owners_are_taken_in_turn_from_the_first(turns: WebhookTurns) -> None:
    assert HONEST in turns.choose([*HOSTILE, HONEST], [])[:2]


def test_no_more_lanes_are_taken_than_there_is_room_for() -> None:
    lanes = [LaneId(f"owner{number}-0", DeliveryClass.WEBHOOK) for number in range(99)]
    turns = turns_of(lanes)

    taken = turns.choose(lanes, [])

    assert len(taken) == LANES
    assert turns.choose(lanes, taken) == []
    following = turns.choose(lanes, taken[1:])
    assert following == [lanes[LANES]] or following == [lanes[0]]


def test_the_owner_that_was_served_longest_ago_is_next() -> None:
    lanes = [LaneId(f"owner{number}-0", DeliveryClass.WEBHOOK) for number in range(20)]
    turns = turns_of(lanes)
    taken = turns.choose(lanes, [])

    assert turns.choose(lanes, taken[4:]) == lanes[LANES:20]


def test_sends_are_shared_too(turns: WebhookTurns) -> None:
    turns.choose([*HOSTILE, HONEST], [])

    assert turns.free(HOSTILE[0], {}) == SENDS_OF_ONE
    assert turns.free(HOSTILE[5], {HOSTILE[0]: 3, STATE: 20}) == SENDS_OF_ONE - 3
    assert turns.free(HOSTILE[5], {HOSTILE[0]: 3, HOSTILE[1]: 1}) == 0
    assert turns.free(HONEST, {HOSTILE[0]: 3, HOSTILE[1]: 1}) == SENDS_OF_ONE
    assert turns.free(HONEST, {HOSTILE[0]: SENDS}) == 0


def test_a_webhook_that_is_gone_is_its_own_owner(turns: WebhookTurns) -> None:
    gone = LaneId("gone", DeliveryClass.WEBHOOK)

    assert turns.choose([*HOSTILE, gone], []).count(gone) == 1


def test_owners_are_asked_for_once_and_not_without_bound(
    turns: WebhookTurns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_turns, "_MOST_KNOWN", 100)
    turns.choose(HOSTILE, [])
    known = dict(turns.owners)
    turns.choose(HOSTILE, [])
    assert turns.owners == known

    turns.choose([HONEST], [])

    assert turns.owners == {"honest-0": "honest"}


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), max_size=80, unique=True),
    st.sets(st.integers(0, 200)),
)
def test_each_owner_that_waits_has_a_lane_or_the_room_is_full(
    names: list[tuple[int, int]], held: set[int]
) -> None:
    lanes = [LaneId(f"o{owner}-{number}", DeliveryClass.WEBHOOK) for owner, number in names]
    turns = turns_of(lanes)
    in_hand: list[LaneId] = []
    for _ in range(3):
        in_hand = [lane for number, lane in enumerate(in_hand) if number not in held]
        taken = turns.choose(lanes, in_hand)
        assert not set(taken) & set(in_hand)
        in_hand += taken
        owners = Counter(lane.target.partition("-")[0] for lane in in_hand)
        waiting = {lane.target.partition("-")[0] for lane in lanes}
        assert len(in_hand) <= LANES
        assert max(owners.values(), default=0) <= LANES_OF_ONE
        assert waiting == set(owners) or len(in_hand) == LANES
        assert all(lane.is_webhook for lane in in_hand)
