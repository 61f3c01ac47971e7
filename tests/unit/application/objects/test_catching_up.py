"""A partner that was suspended and is resumed is in step again, with what it reads and has."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from adapters.memory import MemoryPartners
from domain.errors import NotRegistered, ReceiverAway
from domain.objects.stored import ObjectKey
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import Role
from tests.builders import (
    ABC,
    NOON,
    XYZ,
    a_location,
    a_partner,
    a_reader,
    a_role,
)
from tests.charging import a_cdr, a_session
from tests.unit.application.billing import a_payer, post
from tests.unit.application.charging_now import pushed
from tests.unit.application.house import House, TalkingWire


@pytest.fixture
def house() -> House:
    return House(wire=TalkingWire()).with_partners(a_partner(), a_reader())


def push(house: House, name: str = "LOC1", updated: float = 0) -> None:
    house.push(a_location(name, updated=updated), key=ObjectKey("locations", ABC, name))


def delivered(house: House) -> list[tuple[str, str]]:
    """What is due is sent; the method and last segment of each."""
    before = len(house.wire.asked)
    house.clock.advance(60)
    house.pump.run(seconds=20.0)
    asked = house.wire.asked[before:]
    return sorted((each.method, str(each.url).rpartition("/")[2]) for each in asked)


def resumed(house: House, partner_id: str = "emsp") -> None:
    """Resumed, and so much later that the sweep brings it into step."""
    house.clock.advance(60)
    house.administration.resume(partner_id)
    house.clock.advance(60)
    house.catch_up.sweep()


def test_it_gets_what_changed_while_it_was_suspended_and_nothing_else(house: House) -> None:
    push(house, "LOC1")
    push(house, "LOC2")
    push(house, "LOC3")
    assert len(delivered(house)) == 3
    house.administration.suspend("emsp")
    house.clock.advance(60)
    push(house, "LOC2", updated=1)
    house.object_deletion.withdraw(ObjectKey("locations", ABC, "LOC3"), correlation_id="C-2")
    house.publisher.sweep(older_than_s=-1)
    assert delivered(house) == []

    resumed(house)

    assert delivered(house) == [("DELETE", "LOC3"), ("PUT", "LOC2")]
    assert house.partners.get("emsp").behind_since is None
    house.catch_up.sweep()
    assert delivered(house) == []


def test_it_gets_what_it_was_owed_before(house: House) -> None:
    push(house)
    house.clock.advance(60)
    house.administration.suspend("emsp")
    assert house.deliveries.owed() == ()

    resumed(house)

    assert delivered(house) == [("PUT", "LOC1")]


def test_two_suspensions_in_a_row_are_one_for_what_was_unseen(house: House) -> None:
    house.administration.suspend("emsp")
    house.clock.advance(60)
    push(house)
    house.administration.resume("emsp")
    house.administration.suspend("emsp")
    house.clock.advance(60)

    resumed(house)

    assert delivered(house) == [("PUT", "LOC1")]


def test_it_gets_nothing_that_it_may_not_see(house: House) -> None:
    house.with_partners(a_partner("other", a_role(Role.CPO, XYZ)))
    house.administration.suspend("other")
    push(house)

    resumed(house, "other")

    assert delivered(house) == [("PUT", "LOC1")]
    assert {str(each.url).split("/")[2] for each in house.wire.asked} == {"emsp.example"}


def test_more_than_a_page_is_brought_to_its_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.objects.catching_up._AT_ONCE", 2)
    house.administration.suspend("emsp")
    for number in range(5):
        push(house, f"LOC{number}")

    resumed(house)

    assert len(delivered(house)) == 5


def test_it_is_brought_into_step_once_what_was_published_in_that_moment_is_written(
    house: House,
) -> None:
    house.administration.suspend("emsp")
    push(house)
    house.administration.resume("emsp")

    assert house.catch_up.sweep() == 0
    house.clock.advance(5)
    assert house.catch_up.sweep() == 1


def test_it_is_brought_into_step_only_once_it_is_resumed(house: House) -> None:
    house.administration.suspend("emsp")
    push(house)
    house.clock.advance(60)

    assert house.catch_up.sweep() == 0

    assert house.deliveries.owed() == ()
    assert house.partners.get("emsp").behind_since == NOON


class BusyPartners(MemoryPartners):
    """Another process writes the partner while it is brought into step."""

    def some(self, partner_ids: Collection[str]) -> tuple[Partner, ...]:
        read = super().some(partner_ids)
        for each in read:
            if each.behind_since and each.is_registered:
                self.save(each)
        return read


def test_a_partner_that_is_written_meanwhile_is_brought_into_step_again() -> None:
    house = House(wire=TalkingWire(), partners=BusyPartners())
    house.with_partners(a_partner(), a_reader())
    house.administration.suspend("emsp")
    push(house)
    house.administration.resume("emsp")
    house.clock.advance(60)

    assert house.catch_up.sweep() == 1

    assert house.partners.get("emsp").behind_since is not None
    assert len(house.deliveries.owed()) == 1


def test_what_was_not_suspended_says_so_when_it_is_resumed(house: House) -> None:
    with pytest.raises(NotRegistered, match="Emsp is not suspended: REGISTERED"):
        house.administration.resume("emsp")


def test_what_is_for_a_suspended_emsp_is_not_kept_and_says_so() -> None:
    house = House().with_partners(a_partner(), a_payer())
    house.administration.suspend("emsp")
    session = pushed(house, a_session())

    with pytest.raises(ReceiverAway, match="^FR-XYZ is suspended: not kept$"):
        house.session_push.push_to_hub(session)
    with pytest.raises(ReceiverAway, match="^FR-XYZ is suspended: not kept$"):
        post(house, a_cdr())

    assert house.objects.get(session.key, "*") is None


def test_a_partner_of_an_earlier_version_that_was_suspended_then_is_resumed(house: House) -> None:
    emsp = house.partners.get("emsp")
    house.partners.save(replace(emsp, state=PartnerState.SUSPENDED, behind_since=None))

    house.administration.resume("emsp")

    assert house.catch_up.sweep() == 0


def test_who_is_removed_is_behind_no_more(house: House) -> None:
    house.administration.suspend("emsp")

    assert house.administration.remove("emsp").behind_since is None
