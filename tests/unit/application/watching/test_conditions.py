"""What the stores say is the matter: each condition, and what is none."""

from dataclasses import replace
from typing import Any, cast

import pytest

from application.watching import conditions as conditions_module
from domain.delivery.deliveries import CdrDelivery, DeliveryState, LaneId
from domain.delivery.lanes import Breaker, LaneHealth
from domain.delivery.what import EventType
from domain.operators.alarm_kinds import MEANINGS, AlarmKind
from domain.operators.alarms import Rung
from domain.partners.partner import Partner, PartnerState
from tests.builders import HUB, QRS, a_partner, a_reader, a_request, a_role
from tests.charging import S1, a_session
from tests.unit.application.billing import SICK, post, says
from tests.unit.application.charging_now import report_to_hub
from tests.unit.application.handshakes import invited
from tests.unit.application.house import House
from tests.unit.application.subscribed import subscribe

STATE = LaneId("emsp")


@pytest.fixture
def owing() -> House:
    """The eMSP is owed one object, since now."""
    house = House().with_partners(a_partner(), a_reader())
    house.deliveries.owe([a_request(lane=STATE)], now=house.clock.now())
    return house


def _hold(house: House, lane: LaneId) -> None:
    lease = house.deliveries.lease(lane, holder="pump", seconds=60)
    assert lease is not None
    house.deliveries.give_back(lease, LaneHealth(breaker=Breaker.OPEN))


def _lanes(house: House) -> list[tuple[AlarmKind, str]]:
    return [(each.kind, each.whom) for each in house.conditions.lanes()]


def _partners(house: House, *partners: Partner) -> list[Rung]:
    return list(house.with_partners(*partners).conditions.partners())


def test_a_lane_is_held_once_it_has_been_for_long(owing: House) -> None:
    _hold(owing, STATE)
    assert _lanes(owing) == []
    owing.clock.advance(899)
    assert _lanes(owing) == []
    owing.clock.advance(1)

    [found] = owing.conditions.lanes()

    assert (found.kind, found.whom) == (AlarmKind.LANE_HELD, "FR-XYZ")
    assert found.said.startswith("state: the oldest is owed since ")


def test_a_lane_that_is_well_is_behind_after_five_minutes(owing: House) -> None:
    owing.clock.advance(299)
    assert _lanes(owing) == []
    owing.clock.advance(1)

    assert _lanes(owing) == [(AlarmKind.LANE_BEHIND, "FR-XYZ")]
    owing.clock.advance(3600)
    assert _lanes(owing) == [(AlarmKind.LANE_BEHIND, "FR-XYZ")]


def test_a_cdr_is_overdue_after_a_day_and_its_lane_is_not_behind(market: House) -> None:
    says(market, SICK)
    post(market)
    market.clock.advance(24 * 3600 - 1)
    assert AlarmKind.CDR_OVERDUE not in dict(_lanes(market))
    market.clock.advance(1)

    assert (AlarmKind.CDR_OVERDUE, "FR-XYZ") in _lanes(market)
    assert AlarmKind.LANE_BEHIND not in dict(_lanes(market))


def test_a_webhook_of_the_operators_is_held_and_a_partners_is_its_own_affair(owing: House) -> None:
    mine = subscribe(owing, EventType.CDR_PARKED)
    theirs = subscribe(owing, EventType.CDR_PARKED, by="cpo")
    for each in (mine, theirs, replace(mine, id="gone")):
        owing.deliveries.owe([a_request(lane=each.lane)], now=owing.clock.now())
        _hold(owing, each.lane)
    owing.deliveries.forget("emsp")
    owing.clock.advance(900)

    assert _lanes(owing) == [(AlarmKind.LANE_HELD, f"webhook {mine.id}")]


def test_a_partner_is_away_once_nothing_was_heard_of_it_for_long() -> None:
    house = House()
    now = house.clock.now()
    away = a_partner(reachable=False, registered_at=now, last_seen=now)
    house.clock.advance(899)
    assert _partners(house, away, a_reader()) == []
    house.clock.advance(1)

    [found] = _partners(house)

    assert (found.kind, found.whom) == (AlarmKind.PARTNER_AWAY, "DE-ABC")


def test_one_that_is_suspended_is_not_away() -> None:
    house = House()
    gone = a_partner(reachable=False, state=PartnerState.SUSPENDED)
    house.clock.advance(900)

    assert _partners(house, gone) == []


def test_a_partner_that_has_named_more_than_is_approved_waits() -> None:
    house = House()
    more = a_reader().roles
    waiting = a_partner(waiting=more)
    of_a_hub = a_reader(waiting_hub=more[0].party)

    found = _partners(house, waiting, of_a_hub)

    assert found == [
        Rung(AlarmKind.PARTNER_WAITS, "DE-ABC", "EMSP FR-XYZ"),
        Rung(AlarmKind.PARTNER_WAITS, "FR-XYZ", "a hub's party"),
    ]


def test_an_invitation_has_expired_until_another_one_is_good() -> None:
    house = House()
    invited(house)
    assert list(house.conditions.partners()) == []
    house.clock.advance(15 * 24 * 3600)

    [found] = house.conditions.partners()
    assert (found.kind, found.whom) == (AlarmKind.INVITATION_EXPIRED, "DE-ABC")

    [partner] = house.partners.all()
    house.administration.invite_again(partner.id)
    assert list(house.conditions.partners()) == []


def test_one_without_any_invitation_has_none_that_expired() -> None:
    assert _partners(House(), a_partner(state=PartnerState.INVITED, tokens=())) == []


def test_parked_cdrs_are_told_by_their_receiver(market: House) -> None:
    taken = post(market)
    assert list(market.conditions.parked()) == []
    market.delivery_overview.park(taken.filed.delivery_id)

    assert list(market.conditions.parked()) == [
        Rung(AlarmKind.CDR_PARKED, "FR-XYZ", "1 of the oldest 1000")
    ]


def test_a_receiver_with_many_parked_cdrs_hides_no_other(
    market: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditions_module, "MOST_CDRS", 1)
    taken = post(market)
    market.delivery_overview.park(taken.filed.delivery_id)
    [first] = market.conditions.handovers.listed((DeliveryState.PARKED,), limit=9)
    other = replace(first, receiver=QRS)
    moved = replace(first, lane=replace(first.lane, target="cpo"))
    looked = replace(market.conditions, handovers=cast(Any, _Parked([first, moved, other])))

    assert [rung.whom for rung in looked.parked()] == ["FR-XYZ", QRS.spelled]


class _Parked:
    """CDRs that are parked: the first of all of them, and the last of each lane."""

    def __init__(self, parked: list[CdrDelivery]) -> None:
        self._parked = parked

    def listed(
        self, _: object, *, lane: LaneId | None = None, limit: int
    ) -> tuple[CdrDelivery, ...]:
        fitting = [each for each in self._parked if lane in (None, each.lane)]
        return tuple(fitting[:limit] if lane is None else fitting[-limit:])


def test_sessions_without_a_cdr_are_told_by_their_cpo(market: House) -> None:
    report_to_hub(market, a_session(status="COMPLETED"))
    assert list(market.conditions.unbilled()) == []
    market.clock.advance(24 * 3600 + 1)

    assert list(market.conditions.unbilled()) == [
        Rung(AlarmKind.CDR_MISSING, S1.owner.spelled, "1 of the oldest 200")
    ]


def test_keys_that_are_old_and_keys_that_are_lost() -> None:
    house = House()
    seal = house.secrets.seal
    house.with_partners(
        a_partner(outbound_token=seal("token", partner_id="cpo")),
        a_reader(outbound_token=seal("old-token", partner_id="emsp")),
        a_reader("lost", HUB, outbound_token=seal("t", partner_id="emsp")),
        a_partner("none", a_role(party=HUB), outbound_token=None),
    )
    subscribe(house, EventType.CDR_PARKED)

    found = list(house.conditions.keys())

    assert [(each.kind, each.whom) for each in found] == [
        (AlarmKind.KEY_LOST, "NL-HUB"),
        (AlarmKind.KEY_OLD, "hub"),
    ]
    assert found[-1].said == "1 of 4"


def test_with_one_key_nothing_is_the_matter() -> None:
    house = House().with_partners(a_partner())
    subscribe(house, EventType.CDR_PARKED)

    assert list(house.conditions.keys()) == []


def test_each_kind_is_looked_for_once_or_told_of_by_an_event() -> None:
    looked = [kind for look in House().conditions.looks() for kind in look.kinds]

    assert len(looked) == len(set(looked))
    assert {kind for kind in AlarmKind if MEANINGS[kind].lasts is None} == set(looked)
