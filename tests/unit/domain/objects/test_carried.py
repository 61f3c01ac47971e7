"""An object without parts: its owner's document, and what a push makes of it."""

import pytest

from domain.errors import UnknownObject
from domain.objects.carried import OcpiObject
from domain.partners.party import PartyId
from tests.builders import Doc, at

TARIFF: Doc = {"country_code": "de", "party_id": "Abc", "id": "t-1", "last_updated": at(0), "x": 1}
KNOWN = OcpiObject(TARIFF)


def test_it_names_its_owner_id_and_place_as_they_were_written() -> None:
    assert (KNOWN.owner, KNOWN.id, KNOWN.last_updated) == (PartyId("DE", "ABC"), "t-1", at(0))
    assert KNOWN.segments == ("de", "Abc", "t-1")
    assert (KNOWN.kind, KNOWN.query, KNOWN.facets()) == ("", "", None)
    assert KNOWN.unknown is UnknownObject


def test_it_has_no_part_but_itself() -> None:
    assert KNOWN.part(()) is TARIFF
    assert KNOWN.part(("E1",)) is None
    assert KNOWN.with_part((), {"id": "t-2"}).document == {"id": "t-2"}


def test_what_is_put_or_patched_below_it_has_no_place() -> None:
    with pytest.raises(KeyError, match="E1/1"):
        KNOWN.with_part(("E1", "1"), {})
    with pytest.raises(KeyError, match="E1"):
        KNOWN.patched(("E1",), {})


def test_a_patch_replaces_fields_whole_and_null_clears() -> None:
    changed = KNOWN.patched((), {"x": None, "y": {"z": 1}, "last_updated": at(1)})

    assert changed.document == {
        "country_code": "de",
        "party_id": "Abc",
        "id": "t-1",
        "y": {"z": 1},
        "last_updated": at(1),
    }
    assert TARIFF["x"] == 1


def test_a_null_that_its_owner_wrote_before_is_none_of_the_patchs_business() -> None:
    assert OcpiObject({"old": None}).patched((), {"x": 1}).document == {"old": None, "x": 1}
