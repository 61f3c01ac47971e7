"""One attempt: what goes out, where to, and what is made of the answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from adapters.memory import answer
from application.objects import recently_read
from domain.delivery.answers import Verdict
from domain.delivery.deliveries import DeliveryRequest, LaneId
from domain.delivery.what import ObjectChange
from domain.errors import LaneLost, UnknownPartner
from domain.objects.stored import EVERYONE
from domain.partners.partner import PartnerState
from domain.partners.party import Role
from domain.ports import Hold
from tests.builders import (
    ABC,
    HUB,
    QRS,
    XYZ,
    a_connector,
    a_delivery,
    a_location,
    a_partner,
    a_reader,
    a_role,
    an_evse,
    at,
)
from tests.charging import S1, a_session
from tests.unit.application.attempts import (
    BASE,
    LACKING,
    TO_STATUS,
    attempt,
    claim,
    pushed,
    sent,
    settled,
)
from tests.unit.application.billing import a_payer
from tests.unit.application.house import House


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner(), a_reader())


def test_a_single_change_goes_out_as_it_came(house: House) -> None:
    pushed(house)
    body = b' {"status": "CHARGING", "last_updated": "2026-01-01T12:00:01Z"}'
    house.push(TO_STATUS, "e1", method="PATCH", body=body, correlation_id="C-7")

    made = attempt(house)

    assert made is not None
    assert (made.verdict, made.http, made.ocpi) == (Verdict.ACCEPTED, 200, 1000)
    [request] = house.wire.asked
    assert (request.method, request.url, request.body) == ("PATCH", f"{BASE}/e1", body)
    assert (request.sender, request.receiver, request.token) == (HUB, XYZ, "to-emsp")
    assert request.correlation_id == "C-7"
    told = {"partner": "FR-XYZ", "class": "state", "verdict": "accepted"}
    assert house.counted("deliveries", **told) == 1


def test_a_whole_location_goes_out_as_its_stored_bytes(house: House) -> None:
    house.push(a_location(), body=b' {"country_code": "de", "party_id": "abc", "id": "lo/c 1"} ')

    attempt(house)

    [request] = house.wire.asked
    assert request.body == house.stored().body
    assert request.url.endswith("/locations/de/abc/lo%2Fc%201")


def test_two_changes_of_an_evse_go_out_as_the_evse_as_it_is_now(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"), ("PUT", a_connector(updated=2), "E1", "1"))

    attempt(house)

    now = an_evse(status="CHARGING", connectors=[a_connector(updated=2)])
    assert sent(house) == [("PUT", "/E1", now | {"last_updated": at(2)})]


def test_changes_of_two_evses_go_out_as_the_location_as_it_is_now(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"), ("PUT", an_evse("E2", updated=2), "E2"))

    attempt(house)

    assert sent(house) == [("PUT", "", house.document())]


def test_a_change_that_came_in_since_the_claim_is_not_overtaken(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))
    claimed = claim(house)
    house.push(an_evse(status="BLOCKED", updated=9), "E1")

    attempt(house, claimed)

    assert sent(house) == [("PUT", "/E1", an_evse(status="BLOCKED", updated=9))]


def test_a_second_attempt_sends_the_present_state(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))
    claim(house)

    attempt(house)

    assert sent(house) == [("PUT", "/E1", an_evse() | TO_STATUS)]


def test_an_evse_that_is_no_longer_there_goes_out_as_its_location(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))
    claimed = claim(house)
    house.push(a_location(evses=[], updated=9))

    attempt(house, claimed)

    assert sent(house) == [("PUT", "", a_location(evses=[], updated=9))]


def test_what_was_deleted_goes_out_as_delete(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))
    house.objects.save(replace(house.stored(), deleted=True))

    attempt(house)

    assert sent(house) == [("DELETE", "", None)]


@pytest.mark.parametrize("reason", ["no object", "nothing owed", "partner gone"])
def test_nothing_is_sent_where_nothing_is_left_to_send(house: House, reason: str) -> None:
    delivery = a_delivery()
    if reason != "no object":
        house.push(a_location())
    if reason == "nothing owed":
        delivery = replace(delivery, sending=None)
    if reason == "partner gone":
        house.partners.save(replace(house.partners.get("emsp"), state=PartnerState.SUSPENDED))

    assert attempt(house, delivery) is None
    assert house.wire.asked == []


def test_nothing_is_sent_from_a_lane_that_was_lost(house: House) -> None:
    house.push(a_location())

    with pytest.raises(LaneLost):
        attempt(house, ours=False)

    assert house.wire.asked == []


def test_a_lane_that_is_lost_between_two_sends_makes_no_second_one(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))
    house.wire.script.append(LACKING)
    still_ours = iter([True, False])

    with pytest.raises(LaneLost):
        house.object_sender.attempt(claim(house), still_ours=lambda: next(still_ours))

    assert len(house.wire.asked) == 1


def test_a_partner_that_never_was_is_an_error_of_the_hubs() -> None:
    house = House().with_partners(a_partner())
    house.push(a_location())

    with pytest.raises(UnknownPartner):
        attempt(house, a_delivery())


@dataclass
class NotedLocks:
    """Keeps no caller out, and notes what was locked for how long."""

    held: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def hold(self, name: str, *, seconds: float) -> Iterator[Hold]:
        self.held.append((name, seconds))
        yield Hold(was_kept=True)


def test_a_session_goes_to_its_party_once_at_a_time_for_longer_than_a_send() -> None:
    """It may come by a relay too; what is for all readers goes under its lane's lease alone."""
    locks = NotedLocks()
    house = House(locks=locks).with_partners(a_partner(), a_payer())  # type: ignore[arg-type]
    house.with_partners(a_reader("another", QRS))
    session, location = house.pushed(a_session(), key=S1), house.pushed(a_location())
    for each in (session, location):
        house.object_intake.take(each)
        house.publisher.publish(each.key)

    for delivery in house.deliveries.owed():
        house.pump.senders.attempt(delivery.claimed(), still_ours=lambda: True)

    assert len(house.wire.asked) == 2
    assert [each for each in locks.held if "locations" in each[0]] == []
    assert [each for each in locks.held if each[1] == 12.0] == [(f"FR/XYZ|{S1}", 12.0)]


def test_a_session_that_a_relay_has_told_of_meanwhile_is_not_sent_as_it_was_read_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recently_read, "_AS_OF_S", 60.0)
    house = House().with_partners(a_partner(), a_payer())
    house.object_intake.take(house.pushed(a_session(kwh=1), key=S1))
    house.publisher.publish(S1)
    delivery = claim(house)
    attempt(house, delivery)
    stored = house.objects.get(S1, EVERYONE)
    assert stored is not None
    house.objects.save(replace(stored, body=house.json.dump(a_session(kwh=2))))

    attempt(house, delivery)

    assert [each[2]["kwh"] for each in sent(house)] == [1, 2]


def test_what_was_read_before_a_lane_was_leased_is_not_sent_to_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another pump had the lane meanwhile, and has sent the later state."""
    monkeypatch.setattr(recently_read, "_AS_OF_S", 60.0)
    house.push(a_location())
    [delivery] = house.deliveries.owed()
    house.pump.run(seconds=5)
    house.object_intake.take(house.pushed(a_location(name="Later", last_updated=at(1))))
    house.objects.published({delivery.key: house.stored().revision}, at=house.clock.now())

    lease = house.deliveries.lease(delivery.lane, holder="another", seconds=5)
    assert lease is not None
    house.deliveries.give_back(lease)
    late = DeliveryRequest(
        delivery.lane, delivery.receiver, ObjectChange(delivery.key), delivery.revision
    )
    house.deliveries.owe([late], now=house.clock.now())
    house.pump.run(seconds=5)

    assert sent(house)[-1][2]["name"] == "Later"


def test_what_was_read_lately_goes_to_a_lane_that_only_this_pump_has_had(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recently_read, "_AS_OF_S", 60.0)
    house.push(a_location())
    [delivery] = house.deliveries.owed()
    house.pump.run(seconds=5)
    read = house.recently_read.known_objects.get(delivery.key)

    late = DeliveryRequest(
        delivery.lane, delivery.receiver, ObjectChange(delivery.key), delivery.revision
    )
    house.deliveries.owe([late], now=house.clock.now())
    house.pump.run(seconds=5)

    assert len(sent(house)) == 2
    assert house.recently_read.known_objects.get(delivery.key) is read


def test_a_patch_of_a_whole_object_that_is_lacking_goes_out_as_the_object(house: House) -> None:
    change = {"postal_code": "10115", "last_updated": at(1)}
    pushed(house, ("PATCH", change))
    house.wire.asked.clear()
    house.wire.script.extend([answer(code=2003)])

    made = attempt(house)

    assert made is not None
    assert made.verdict is Verdict.ACCEPTED
    assert [(method, path) for method, path, _ in sent(house)] == [("PATCH", ""), ("PUT", "")]


@pytest.mark.parametrize("state", [PartnerState.SUSPENDED, PartnerState.UNREGISTERED])
def test_nothing_goes_out_of_an_owner_that_is_suspended_or_has_left(
    house: House, state: PartnerState
) -> None:
    house.push(a_location())
    house.partners.save(replace(house.partners.get("cpo"), state=state))

    assert attempt(house) is None
    assert sent(house) == []


def test_an_owner_that_moved_to_another_platform_is_shown_still(house: House) -> None:
    house.push(a_location())
    left = house.partners.get("cpo")
    house.partners.save(replace(left, roles=(a_role(party=QRS),)))
    assert attempt(house) is None

    house.partners.save(a_partner("new", a_role(party=ABC)))
    settled(house)
    house.push(a_location(updated=5), by=house.partners.get("new"))

    made = attempt(house)
    assert made is not None
    assert made.verdict is Verdict.ACCEPTED


def test_a_session_goes_to_the_party_that_it_names_and_only_where_that_is() -> None:
    house = House().with_partners(a_partner(), a_payer())
    session = house.pushed(a_session(), key=S1)
    house.object_intake.take(session)
    house.publisher.publish(S1)
    house.clock.advance(60)
    lease = house.deliveries.lease(LaneId("emsp"), holder="test", seconds=60)
    assert lease is not None
    [delivery] = house.deliveries.claim(lease, now=house.clock.now(), limit=9)
    of_another = replace(delivery, receiver=QRS)

    assert attempt(house, of_another) is None
    known = house.partners.get("emsp")
    house.partners.save(replace(known, roles=(a_role(Role.EMSP, QRS),)))
    assert attempt(house, delivery) is None
    assert sent(house) == []
