"""Locations between 2.2.1 and 2.3.0: what a charger is to a partner that has fewer words."""

from types import MappingProxyType
from typing import Any

import pytest

from domain.bridging import down, up
from domain.bridging.dialect import Dialect
from domain.bridging.losses import LossClass
from tests.unit.domain.bridging.bridged import (
    a_connector,
    a_location,
    an_evse,
    lost,
    read,
    said,
)

IMAGE = {"url": "https://cpo.example/1.jpg", "type": "jpeg"}
PARKING = {"id": "P1", "vehicle_types": ["VAN"], "restricted_to_type": True}


def test_a_location_that_both_versions_have_is_the_very_same_document() -> None:
    location = a_location(facilities=["HOTEL"], parking_type="ON_STREET")

    assert said("location", location) is location
    assert read("location", location) is location


def test_location_parking_places_and_help_phone_are_left_out() -> None:
    location = a_location(parking_places=[PARKING], help_phone="+49 30 1")

    converted = down.whole("location", location)

    assert converted.document == a_location()
    assert lost(converted) == {
        "parking_places": (LossClass.REGULATORY, "a list of 1"),
        "help_phone": (LossClass.DROPPED, "+49 30 1"),
    }


def test_h_br_12_evse_parking_and_accepted_service_providers_are_a_regulatory_loss() -> None:
    """H-BR-12."""
    providers = ["Ladeverein", "EV eMSP"]
    evse = an_evse(parking=[{"parking_id": "P1"}], accepted_service_providers=providers)

    converted = down.whole("location", a_location(evse))

    assert converted.document == a_location()
    assert converted.classes == {LossClass.REGULATORY}
    assert lost(converted)["evses[0].accepted_service_providers"][1] == "Ladeverein, EV eMSP"


def test_what_says_nothing_is_no_loss() -> None:
    evse = an_evse(parking=[], accepted_service_providers=None)

    assert said("evse", evse) == an_evse()


def test_connector_capabilities_are_left_out() -> None:
    connector = a_connector(capabilities=["ISO_15118_2_PLUG_AND_CHARGE"])

    converted = down.whole("connector", connector)

    assert converted.document == a_connector()
    assert list(lost(converted)) == ["capabilities"]


@pytest.mark.parametrize("standard", ["MCS", "SAE_J3400", "NLNTM-PLUG"])
def test_connector_type_that_2_2_1_lacks_takes_the_connector_along(standard: str) -> None:
    evse = an_evse(a_connector(id="1", standard=standard), a_connector(id="2"))

    converted = down.whole("location", a_location(evse))

    assert converted.document == a_location(an_evse(a_connector(id="2")))
    assert lost(converted) == {"evses[0].connectors[0]": (LossClass.DROPPED, standard)}


def test_an_evse_that_has_lost_all_its_connectors_goes_with_them() -> None:
    location = a_location(an_evse(a_connector(standard="MCS")), an_evse(uid="E2"))

    converted = down.whole("location", location)

    assert converted.document == a_location(an_evse(uid="E2"))
    assert lost(converted)["evses[0]"] == (LossClass.DROPPED, "E1")


def test_an_evse_or_a_connector_alone_that_2_2_1_lacks_is_not_sent() -> None:
    connector = a_connector(standard="MCS")

    assert down.whole("connector", connector).document is None
    assert not down.whole("connector", connector).is_emptied
    assert down.whole("evse", an_evse(connector)).document is None


def test_an_evse_without_connectors_of_its_own_stays() -> None:
    evse = an_evse(connectors=[], parking=[{"parking_id": "P1"}])

    assert down.whole("evse", evse).document == an_evse(connectors=[])


@pytest.mark.parametrize(
    ("field", "known", "later"),
    [
        ("capabilities", "RFID_READER", "NLNTM-PAY"),
        ("parking_restrictions", "PLUGGED", "TAXIS"),
        ("parking_restrictions", "CUSTOMERS", "EMPLOYEES"),
        ("parking_restrictions", "DISABLED", "TENANTS"),
    ],
)
def test_enum_values_that_2_2_1_lacks_leave_their_list(field: str, known: str, later: str) -> None:
    converted = down.whole("evse", an_evse(**{field: [later, known]}))

    assert converted.document == an_evse(**{field: [known]})
    assert lost(converted) == {field: (LossClass.DROPPED, later)}


def test_facilities_that_2_2_1_lacks_leave_their_list() -> None:
    converted = down.whole("location", a_location(facilities=["SAUNA", "WIFI", "SAUNA"]))

    assert converted.document == a_location(facilities=["WIFI"])
    assert lost(converted) == {"facilities": (LossClass.DROPPED, "SAUNA")}


def test_h_br_4_an_image_of_another_category_is_other() -> None:
    """H-BR-4."""
    location = a_location(
        images=[{**IMAGE, "category": "MENU"}],
        operator={"name": "ABC", "logo": {**IMAGE, "category": "OWNER"}},
        owner={"name": "O", "logo": {**IMAGE, "category": "SIGN"}},
    )

    converted = down.whole("location", location)

    assert isinstance(converted.document, dict)
    assert converted.document["images"] == [{**IMAGE, "category": "OTHER"}]
    assert converted.document["operator"] is location["operator"]
    assert lost(converted) == {
        "images[0].category": (LossClass.WIDENED, "MENU"),
        "owner.logo.category": (LossClass.WIDENED, "SIGN"),
    }


def test_h_br_4_an_impact_of_another_category_is_left_out() -> None:
    """H-BR-4."""
    carbon = {"category": "CARBON_DIOXIDE", "amount": 1}
    mix = {"is_green_energy": True, "environ_impact": [{"category": "NOISE", "amount": 2}, carbon]}

    converted = down.whole("location", a_location(energy_mix=mix))

    assert converted.document == a_location(energy_mix={**mix, "environ_impact": [carbon]})
    assert lost(converted) == {"energy_mix.environ_impact[0]": (LossClass.DROPPED, "NOISE")}


def test_h_br_4_a_parking_type_of_another_kind_is_left_out() -> None:
    """H-BR-4."""
    converted = down.whole("location", a_location(parking_type="ROOFTOP"))

    assert converted.document == a_location()
    assert lost(converted) == {"parking_type": (LossClass.DROPPED, "ROOFTOP")}


def test_h_br_10_texts_are_cut_for_partners_that_take_short_ones_alone() -> None:
    """H-BR-10."""
    location = a_location(address="x" * 46, state="y" * 21)
    short = Dialect(short_fields=True)

    converted = down.whole("location", location, short)

    assert said("location", location) is location
    assert converted.document == a_location(address="x" * 45, state="y" * 20)
    assert lost(converted)["address"] == (LossClass.SHORTENED, "x" * 46)
    fits = a_location(address="x" * 45, state="y" * 20)
    assert said("location", fits, short) == fits
    assert said("location", a_location(address=7), short) == a_location(address=7)


def test_withheld_tariffs_are_named_by_no_connector() -> None:
    location = a_location(an_evse(a_connector(tariff_ids=["t1", "T2"])))

    converted = down.whole("location", location, withheld=frozenset({"T1"}))

    assert converted.document == a_location(an_evse(a_connector(tariff_ids=["T2"])))
    assert lost(converted) == {"evses[0].connectors[0].tariff_ids": (LossClass.MONEY, "t1")}
    assert down.whole("location", location, withheld=frozenset({"T3"})).document is location
    odd = a_connector(tariff_ids="T1")
    assert down.whole("connector", odd, withheld=frozenset({"T1"})).document is odd


def test_a_document_need_not_be_a_dict() -> None:
    location = MappingProxyType(a_location(help_phone="1"))

    assert down.whole("location", location).document == a_location()


def test_fields_that_neither_version_names_go_to_partners_that_take_them() -> None:
    location = a_location(an_evse(x_load=1), x_colour="red", help_phone="1")

    converted = down.whole("location", location)

    assert converted.document == a_location()
    assert set(lost(converted)) == {"evses[0].x_load", "x_colour", "help_phone"}
    assert converted.classes == {LossClass.DROPPED}
    kept = down.whole("location", location, Dialect(extra_fields=True))
    assert kept.document == a_location(an_evse(x_load=1), x_colour="red")
    assert set(lost(kept)) == {"help_phone"}


def test_on_the_way_up_every_field_passes() -> None:
    location = a_location(
        an_evse(
            a_connector(capabilities=["X"]),
            x_load=1,
            parking=[{"parking_id": "P1"}, {"parking_id": "P1"}],
            accepted_service_providers=["EV"],
        ),
        x_colour="red",
        help_phone="1",
        parking_places=[PARKING],
    )

    assert read("location", location) is location


@pytest.mark.parametrize(
    ("field", "odd"),
    [
        ("parking_places", "many"),
        ("parking_places", ["P1"]),
        ("parking_places", [{"id": ""}]),
        ("parking_places", [{"id": "\n"}]),
        ("parking_places", [{"id": "P1"}, {"id": "p1"}]),
        ("parking_places", [{"id": "P1", "images": [{"url": "\x00"}]}]),
        ("help_phone", "\n"),
        ("help_phone", 112),
    ],
)
def test_a_field_of_2_3_0_that_is_none_is_left_out_on_the_way_up(field: str, odd: Any) -> None:
    converted = up.whole("location", a_location(**{field: odd}))

    assert converted.document == a_location()
    assert [loss.what for loss in converted.losses] == [LossClass.DROPPED]


def test_odd_fields_of_2_3_0_are_left_out_of_evses_and_connectors_too() -> None:
    odd = an_evse(a_connector(capabilities=1), parking={}, accepted_service_providers=[""])

    converted = up.whole("location", a_location(odd))

    assert converted.document == a_location()
    assert set(lost(converted)) == {
        "evses[0].connectors[0].capabilities",
        "evses[0].parking",
        "evses[0].accepted_service_providers",
    }
