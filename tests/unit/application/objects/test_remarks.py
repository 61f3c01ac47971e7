"""How strictly what comes is judged, and that what is odd is kept with the object and told."""

from dataclasses import replace

import pytest

from domain.errors import InvalidDocument
from domain.objects.remarks import Remarks
from domain.objects.stored import ObjectKey
from domain.partners.options import ConnectionOptions
from domain.validation import USUAL, Direction, Mode, Validation
from tests.builders import ABC, LOC1, XYZ, Doc, a_location, an_evse
from tests.charging import CDR1, a_cdr
from tests.unit.application import commands_asked
from tests.unit.application.billing import a_market, post
from tests.unit.application.house import House
from tests.unit.application.pages import LOCATIONS, a_page, listing
from tests.unit.application.pushes import patch, take
from tests.unit.application.roaming import a_house

ODD: Doc = {"name": "a\nb"}
SAID = Remarks(("name: a line break",))
E2 = ObjectKey("locations", ABC, "L2")


@pytest.fixture
def house() -> House:
    return a_house()


def judged(house: House, text: str, partner_id: str = "cpo") -> House:
    """The connection's validation, as an operator writes it."""
    partner = house.partners.get(partner_id)
    options = ConnectionOptions(validation=partner.options.validation.changed(text))
    house.administration.set_options(partner_id, options)
    return house


def pull(house: House) -> None:
    house.pulls_of_partners.pull("cpo", whole=True)


def test_a_push_with_a_cosmetic_fault_is_refused_unless_the_connection_says_otherwise(
    house: House,
) -> None:
    with pytest.raises(InvalidDocument):
        take(house, a_location(**ODD))

    accepted = take(judged(house, "push=remark"), a_location(**ODD))

    assert accepted.remarks == SAID
    assert accepted.remarks.message == "taken with 1 remark: name: a line break"
    assert (house.stored().remarks, house.document()["name"]) == (SAID, "a\nb")
    assert house.counted("remarks", partner="DE-ABC", module="locations") == 1


def test_a_pulled_object_with_a_cosmetic_fault_is_taken(house: House) -> None:
    listing(house, {LOCATIONS: a_page(a_location(**ODD), a_location("L2"))})

    pull(house)

    assert (house.stored().remarks, house.stored(E2).remarks) == (SAID, Remarks())
    assert house.quarantine.all() == ()


def test_a_pulled_object_is_set_aside_where_the_connection_is_strict(house: House) -> None:
    listing(house, {LOCATIONS: a_page(a_location(**ODD))})

    pull(judged(house, "pull=enforce"))

    assert [each.problems for each in house.quarantine.all()] == [("name: a line break",)]


def test_structural_faults_are_taken_where_checks_are_off(house: House) -> None:
    listing(house, {LOCATIONS: a_page(a_location(name=1))})

    pull(house)
    assert len(house.quarantine.all()) == 1

    pull(judged(house, "pull=off"))
    assert house.stored().remarks.said == ("name: not a string",)


def test_the_change_of_a_part_below_an_odd_object_is_taken(house: House) -> None:
    listing(house, {LOCATIONS: a_page(a_location(**ODD, evses=[an_evse("E1")]))})
    pull(house)

    patch(house, 1, "E1", status="CHARGING")
    patch(house, 2, city="Bonn")
    take(house, an_evse("E2", updated=3), "E2")

    assert house.stored().remarks == SAID


def test_the_change_of_a_part_below_many_remarks_is_taken(house: House) -> None:
    evses = [an_evse(f"E{number}", directions="a\nb") for number in range(25)]
    listing(house, {LOCATIONS: a_page(a_location(evses=evses))})
    pull(house)

    patch(house, 1, city="Bonn")

    assert house.stored().remarks.count == 25


def test_a_part_with_remarks_is_among_those_of_its_object(house: House) -> None:
    take(house, a_location(evses=[an_evse("E1")]))

    take(judged(house, "push=remark"), an_evse("E2", updated=1, directions="a\nb"), "E2")

    assert house.stored().remarks.said == ("evses[1].directions: a line break",)


def test_remarks_go_once_the_object_comes_well(house: House) -> None:
    take(judged(house, "push=remark"), a_location(**ODD))

    patch(house, 1, name="ab")

    assert (house.stored().remarks, house.stored().remarked_at) == (Remarks(), None)
    assert house.remarks.all() == ()


def test_what_was_wrong_before_keeps_no_change_out_and_what_is_wrong_now_does(
    house: House,
) -> None:
    listing(house, {LOCATIONS: a_page(a_location(name=1))})
    pull(judged(house, "pull=off"))

    patch(house, 1, city="Bonn")
    assert house.stored().remarks.said == ("name: not a string",)

    take(house, a_location(name="HIDDEN", city="Bonn", updated=2))
    with pytest.raises(InvalidDocument, match="only of what is shown"):
        patch(house, 3, city="SHOWN")


def test_a_copy_for_one_party_has_its_own_remarks(house: House) -> None:
    judged(house, "push=remark")
    pushed = replace(house.pushed(a_location(**ODD)), audience=str(XYZ))

    house.object_intake.keep_copy(pushed, house.object_intake.check(pushed))

    assert house.stored(LOC1, str(XYZ)).remarks == SAID


def test_a_pulled_copy_is_refreshed_with_its_remarks(house: House) -> None:
    house.object_intake.keep_copy(replace(house.pushed(a_location()), audience=str(XYZ)))
    newer = a_location(updated=5, **ODD)
    listing(house, {LOCATIONS: a_page(newer)})

    pull(house)

    assert house.stored(LOC1, str(XYZ)).remarks == SAID


def test_a_deleted_object_has_none(house: House) -> None:
    listing(house, {LOCATIONS: a_page(a_location(**ODD))})
    pull(house)

    house.object_deletion.withdraw(LOC1, correlation_id="C-2")

    assert house.remarks.all() == ()


def test_a_bill_with_a_cosmetic_fault_is_filed_with_its_remarks() -> None:
    market = a_market()

    taken = post(market, a_cdr(**ODD))

    assert (taken.filed.remarks, taken.created) == (SAID, True)
    assert post(market, a_cdr(**ODD)).filed.remarks == SAID
    assert [(each.key, each.remarks) for each in market.remarks.all()] == [(CDR1, SAID)]
    assert market.counted("remarks", partner="DE-ABC", module="cdrs") == 1


def test_a_bill_with_a_cosmetic_fault_is_refused_where_the_connection_is_strict() -> None:
    with pytest.raises(InvalidDocument):
        post(judged(a_market(), "cdr=enforce"), a_cdr(**ODD))


def test_the_hubs_own_default_holds_where_the_connection_says_nothing() -> None:
    house = a_house(validation=USUAL.changed("push=remark,cdr=enforce"))

    assert take(house, a_location(**ODD)).remarks == SAID
    with pytest.raises(InvalidDocument):
        take(judged(house, "push=enforce"), a_location("L2", **ODD))


def test_a_request_that_is_passed_on_is_judged_like_a_push(house: House) -> None:
    by = "cpo"
    with pytest.raises(InvalidDocument):
        house.request_validation.check("location", a_location(**ODD), by=by)

    judged(house, "push=remark")
    house.request_validation.check("location", a_location(**ODD), by=by)
    house.request_validation.check("location", a_location(), by=by)

    assert house.counted("remarks", partner="DE-ABC", module="location") == 1
    with pytest.raises(InvalidDocument):
        house.request_validation.check("location", a_location(name=1), by=by)


def test_a_command_is_judged_by_the_connection_that_it_comes_from() -> None:
    house = commands_asked.a_house()
    odd = commands_asked.asked(directions="a\nb")
    with pytest.raises(InvalidDocument):
        house.command_sender.ask(odd)

    judged(house, "push=remark", "emsp").command_sender.ask(odd)

    assert house.counted("remarks", partner="FR-XYZ", module="start_session") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("remark", Validation(Mode.REMARK, Mode.REMARK, Mode.REMARK)),
        ("push=off, cdr=enforce", replace(USUAL, push=Mode.OFF, cdr=Mode.ENFORCE)),
        ("default", Validation()),
        ("pull=default", replace(USUAL, pull=None)),
    ],
)
def test_modes_are_written_in_words(text: str, expected: Validation) -> None:
    assert USUAL.changed(text) == expected


@pytest.mark.parametrize("text", ["", "strict", "push", "pushes=off", "push=off=on"])
def test_other_words_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        USUAL.changed(text)


def test_where_nothing_is_said_everything_is_enforced() -> None:
    assert Validation().mode(Direction.PULL, Validation()) is Mode.ENFORCE


def test_remarks_say_as_much_as_there_is_room_for() -> None:
    many = Remarks(tuple(f"evses[{number}].name: a line break" for number in range(20)), more=5)

    assert many.count == 25
    assert many.message.startswith("taken with 25 remarks: evses[0].name: a line break; evses[1]")
    assert len(many.message) <= 255
    assert Remarks(("x" * 300,)).message == "taken with 1 remark"


def test_a_patch_of_a_part_is_judged_by_the_part_where_nothing_was_odd_before(
    house: House,
) -> None:
    take(house, a_location())
    earlier = a_location(name=1)
    house.objects.save(replace(house.stored(), body=house.json.dump(earlier)))

    accepted = patch(house, 1, "E1", status="CHARGING")

    assert (accepted.remarks, house.stored().remarks) == (Remarks(), Remarks())
    assert house.document()["name"] == 1


def test_what_a_patch_makes_odd_about_a_part_is_said_of_the_whole(house: House) -> None:
    take(house, a_location())

    patch(judged(house, "push=remark"), 1, "E1", **ODD)

    assert house.stored().remarks == Remarks(("evses[0].name: a line break",))
