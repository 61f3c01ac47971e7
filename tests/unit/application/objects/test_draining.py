"""Publishing many objects together: one look, one reading of the partners, one write for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.memory import MemoryDeliveries, MemoryObjects, MemoryPartners, MemorySubscriptions
from application.objects.publishing import AT_ONCE
from domain.delivery.deliveries import DeliveryRequest
from domain.delivery.what import EventType
from domain.errors import StoreUnavailable, Unstorable
from domain.objects.stored import ObjectKey, Stored, UnseenChange
from domain.partners.partner import Partner
from domain.webhooks.events import Subscription
from tests.builders import LOC1, a_partner, a_reader
from tests.unit.application.house import House
from tests.unit.application.subscribed import subscribe


@dataclass(frozen=True)
class CountedPartners(MemoryPartners):
    asked: list[str] = field(default_factory=list)

    def versions(self) -> Mapping[str, Partner]:
        self.asked.append("versions")
        return super().versions()


@dataclass(frozen=True)
class CountedSubscriptions(MemorySubscriptions):
    asked: list[str] = field(default_factory=list)

    def all(self) -> tuple[Subscription, ...]:
        self.asked.append("all")
        return super().all()


@dataclass(frozen=True)
class WatchedDeliveries(MemoryDeliveries):
    """Notes how many are owed at once, and takes none of `unfit`."""

    owings: list[int] = field(default_factory=list)
    unfit: set[ObjectKey] = field(default_factory=set)
    away: list[bool] = field(default_factory=list)

    def owe(self, requests: Sequence[DeliveryRequest], *, now: Any) -> None:
        if self.away:
            raise StoreUnavailable("away")
        if any(each.what.key in self.unfit for each in requests):
            raise Unstorable("too large")
        self.owings.append(len(requests))
        super().owe(requests, now=now)


class Died(BaseException):
    """The process is gone."""


@dataclass
class DiesAt:
    point: str

    def reach(self, name: str) -> None:
        if name == self.point:
            self.point = ""
            raise Died


def a_house(**ports: Any) -> House:
    return House(**ports).with_partners(a_partner(), a_reader())


def a_key(number: int, module: str = "locations") -> ObjectKey:
    return replace(LOC1, module=module, id=f"N{number:03}")


def change(house: House, *keys: ObjectKey, since_s: float = 0) -> None:
    """As an accepted push leaves them: stored, and still to be published."""
    for key in keys:
        now = house.clock.now()
        stored = Stored(key=key, audience="*", body=b"{}", last_updated=now, origin="cpo")
        since = now + timedelta(seconds=since_s)
        house.objects.save(stored.with_unseen(UnseenChange((), "C-1"), since=since))


def test_all_that_is_unpublished_is_owed_at_once_and_the_pump_woken_once() -> None:
    partners, deliveries = CountedPartners(), WatchedDeliveries()
    house = a_house(partners=partners, deliveries=deliveries)
    change(house, *(a_key(number) for number in range(5)))
    partners.asked.clear()

    assert house.publisher.drain(seconds=60) is False

    assert deliveries.owings == [5]
    assert partners.asked == ["versions"]
    assert (house.unpublished(), house.wake.pumped) == ([], 1)


def test_subscribers_are_looked_up_once_for_all() -> None:
    subscriptions = CountedSubscriptions()
    house = a_house(subscriptions=subscriptions)
    told = subscribe(house, EventType.SESSION_UPDATED)
    change(house, *(a_key(number, "sessions") for number in range(3)), a_key(9))
    subscriptions.asked.clear()

    house.publisher.drain(seconds=60)

    assert subscriptions.asked == ["all"]
    lanes = [each.lane for each in house.deliveries.owed()]
    assert lanes.count(told.lane) == 3


def test_a_long_backlog_is_published_in_batches() -> None:
    deliveries = WatchedDeliveries()
    house = a_house(deliveries=deliveries)
    change(house, *(a_key(number) for number in range(2 * AT_ONCE + 1)))

    assert house.publisher.drain(seconds=60) is False

    assert deliveries.owings == [AT_ONCE, AT_ONCE, 1]
    assert house.unpublished() == []


def test_draining_ends_when_its_time_is_over_and_says_that_more_is_there() -> None:
    house = a_house()
    change(house, *(a_key(number) for number in range(AT_ONCE + 1)))

    assert house.publisher.drain(seconds=-1) is True

    assert house.unpublished() == [a_key(AT_ONCE)]


def test_tokens_wait_for_all_else() -> None:
    house = a_house()
    change(house, *(a_key(number, "tokens") for number in range(AT_ONCE)))
    house.clock.advance(1)
    change(house, a_key(0))

    house.publisher.drain(seconds=-1)

    assert a_key(0) not in house.unpublished()
    assert house.unpublished() == [a_key(AT_ONCE - 1, "tokens")]


def test_what_a_machine_with_a_fast_clock_has_stored_is_published() -> None:
    house = a_house()
    change(house, LOC1, since_s=1.5)

    house.publisher.drain(seconds=60)

    assert house.unpublished() == []


def test_what_is_being_passed_on_is_left_to_its_time() -> None:
    house = a_house()
    change(house, a_key(1, "sessions"), since_s=30)

    house.publisher.drain(seconds=60)

    assert house.unpublished() == [a_key(1, "sessions")]


def test_what_cannot_be_published_keeps_no_other_waiting(caplog: pytest.LogCaptureFixture) -> None:
    unfit = {a_key(0), a_key(3)}
    house = a_house(deliveries=WatchedDeliveries(unfit=unfit))
    change(house, *(a_key(number) for number in range(AT_ONCE + 3)))

    assert house.publisher.drain(seconds=60) is False
    assert set(house.unpublished()) == unfit
    assert f"{a_key(0)} is not published" in caplog.text
    house.clock.advance(3)
    change(house, LOC1)
    house.clock.advance(3)

    assert house.publisher.sweep(older_than_s=2) == 3

    assert set(house.unpublished()) == unfit


def test_while_the_store_is_away_nothing_is_tried_one_by_one() -> None:
    house = a_house(deliveries=WatchedDeliveries(away=[True]))
    change(house, a_key(1), a_key(2))

    with pytest.raises(StoreUnavailable):
        house.publisher.drain(seconds=60)

    assert house.unpublished() == [a_key(1), a_key(2)]


@pytest.mark.parametrize("point", ["looked", "requested"])
def test_what_a_process_that_dies_had_in_hand_is_published_once_by_the_sweeper(point: str) -> None:
    house = a_house(fail_points=DiesAt(point))
    change(house, a_key(1), a_key(2))
    with pytest.raises(Died):
        house.publisher.drain(seconds=60)
    assert house.unpublished() == [a_key(1), a_key(2)]
    house.clock.advance(2.001)

    house.sweep.sweep(idle_s=0)

    assert house.unpublished() == []
    assert sorted(str(each.key) for each in house.deliveries.owed()) == [
        str(a_key(1)),
        str(a_key(2)),
    ]


def test_two_that_drain_at_once_owe_each_change_once() -> None:
    @dataclass(frozen=True)
    class Raced(MemoryObjects):
        others: list[House] = field(default_factory=list)

        def unpublished(self, **asked: Any) -> tuple[Stored, ...]:
            found = super().unpublished(**asked)
            if self.others:
                self.others.pop().publisher.drain(seconds=60)
            return found

    objects = Raced()
    house = a_house(objects=objects)
    change(house, a_key(1))
    objects.others.append(house)

    house.publisher.drain(seconds=60)

    assert (house.unpublished(), len(house.deliveries.owed())) == ([], 1)
