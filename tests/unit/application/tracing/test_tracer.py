"""The story of a message: found by any of its names, told to those who may hear it."""

from datetime import timedelta

import pytest

from domain.journal.figures import FigureQuery, Span
from domain.journal.legs import LegQuery, Purpose, Spoken
from domain.objects.stored import ObjectKey
from tests.builders import LOC1, XYZ, a_location, a_partner, a_reader
from tests.legs import NOON, a_leg
from tests.unit.application.house import House

DELIVERED = a_leg(
    at=NOON + timedelta(seconds=1),
    purpose=Purpose.DELIVERED,
    partner_id="emsp",
    request_id="Q-2",
)
OTHER = a_leg(correlation_id="C-9", request_id="Q-9", about="locations/DE/ABC/LOC9")


@pytest.fixture
def house() -> House:
    house = House().with_partners(a_partner(), a_reader())
    for each in (DELIVERED, a_leg(), OTHER):
        house.journal.note(each)
    return house


def told(house: House, name: str, partner_id: str | None = None) -> list[str]:
    return [leg.request_id for leg in house.tracer.trace(name, partner_id=partner_id).legs]


@pytest.mark.parametrize(
    "name", ["C-1", "Q-1", "Q-2", "locations/DE-ABC/LOC1", "Locations/de/abc/loc1"]
)
def test_a_message_is_found_by_any_of_its_names_in_the_order_of_time(
    house: House, name: str
) -> None:
    assert told(house, name) == ["Q-1", "Q-2"]


@pytest.mark.parametrize("name", ["nothing", "locations/DE-ABC/LOC2", "locations/DE-ABC/a/b/c"])
def test_of_what_is_not_known_there_is_no_story(house: House, name: str) -> None:
    story = house.tracer.trace(name)

    assert (story.legs, story.owed, story.command) == ((), (), None)


def test_a_partner_is_told_of_its_own_legs_alone(house: House) -> None:
    assert told(house, "C-1", partner_id="emsp") == ["Q-2"]
    assert told(house, "C-1", partner_id="other") == []


def test_what_is_owed_of_an_object_is_told_and_to_a_partner_what_it_is_owed(house: House) -> None:
    house.push(a_location())

    story = house.tracer.trace("C-1")

    assert [(each.receiver, each.key) for each in story.owed] == [(XYZ, LOC1)]
    assert house.tracer.trace("C-1", partner_id="cpo").owed == ()
    assert len(house.tracer.trace("C-1", partner_id="emsp").owed) == 1


def test_what_names_a_driver_is_hidden_unless_it_is_asked_for(house: House) -> None:
    key = str(ObjectKey("tokens", XYZ, "UID", "RFID"))
    house.journal.note(a_leg(correlation_id="C-3", about=key, address="/tokens/FR/XYZ/UID"))
    house.journal.note(a_leg(correlation_id="C-4"), Spoken({}, b'{"uid":"UID"}'))

    [hidden], [shown] = (
        house.tracer.trace("C-3", unmasked=unmasked).legs for unmasked in (False, True)
    )
    assert (hidden.about, hidden.address) == ("tokens/FR/XYZ/***", "/tokens/FR/XYZ/***")
    assert (shown.about, shown.address) == (key, "/tokens/FR/XYZ/UID")
    [found] = house.tracer.search(LegQuery(any_of=("C-4",)), limit=5)
    assert found.asked is None
    [found] = house.tracer.search(LegQuery(any_of=("C-4",)), limit=5, unmasked=True)
    for unmasked, body in ((False, b'{"uid":"***"}'), (True, b'{"uid":"UID"}')):
        whole = house.tracer.with_messages(found, unmasked=unmasked)
        assert whole.asked is not None
        assert whole.asked.body == body


def test_old_days_are_dropped(house: House) -> None:
    assert house.tracer.expire() == 0


def test_what_the_hub_sends_is_in_the_journal_with_its_errand(house: House) -> None:
    """The wire of these tests notes nothing: what it is asked says what a real one notes."""
    house.push(a_location())
    house.pump.run(seconds=5)

    [request] = house.wire.asked
    assert request.errand == (Purpose.DELIVERED, "emsp", "locations", str(LOC1))


def test_figures_are_what_legs_come_to(house: House) -> None:
    hour = timedelta(hours=1)

    house.journal.noted.clear()
    house.journal.note(a_leg())

    [figure] = house.tracer.figures(FigureQuery(Span.HOUR, NOON, NOON + hour), limit=5)

    assert (figure.slot.partner_id, figure.count) == ("cpo", 1)


def test_what_is_owed_is_found_by_its_delivery(house: House) -> None:
    house.push(a_location())
    [owed] = house.tracer.trace("C-1").owed

    for name in (owed.id, owed.short_id, owed.short_id.upper()):
        assert told(house, name) == ["Q-1", "Q-2"]
        assert house.tracer.trace(name).owed == (owed,)
        assert told(house, name, partner_id="emsp") == ["Q-2"]
        assert told(house, name, partner_id="cpo") == []
