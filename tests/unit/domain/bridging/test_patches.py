"""PATCHes between 2.2.1 and 2.3.0: the change in the other words, nothing, or advice to PUT."""

from decimal import Decimal
from typing import Any

import pytest

from domain.bridging import down, up
from domain.bridging.dialect import Dialect
from domain.bridging.losses import InexpressiblePatch, LossClass
from tests.builders import at
from tests.unit.domain.bridging.bridged import lost

NEWS: dict[str, Any] = {"last_updated": at(5)}


def sent(kind: str, patch: Any, dialect: Dialect | None = None) -> Any:
    """What of a PATCH a partner on 2.2.1 is sent; None: nothing."""
    converted = down.patch(kind, patch, dialect or Dialect())
    return None if converted.is_emptied else converted.document


def test_h_br_3_the_prices_of_a_patch_go_both_ways() -> None:
    """H-BR-3."""
    old = {"total_cost": {"excl_vat": Decimal("0.60"), "incl_vat": Decimal("0.66")}, **NEWS}
    taxes = [{"name": "VAT", "amount": Decimal("0.06")}]
    new = {"total_cost": {"before_taxes": Decimal("0.60"), "taxes": taxes}, **NEWS}

    assert up.patch("session", old).document == new
    assert sent("session", new) == old


def test_h_br_3_a_price_that_is_taken_away_is_taken_away() -> None:
    """H-BR-3."""
    patch = {"total_cost": None, **NEWS}

    assert sent("session", patch) is patch
    assert up.patch("session", patch).document is patch


def test_h_br_3_fields_that_2_2_1_lacks_leave_the_patch() -> None:
    """H-BR-3."""
    patch = {"name": "New", "help_phone": "1", "parking_places": None, **NEWS}

    converted = down.patch("location", patch)

    assert converted.document == {"name": "New", **NEWS}
    assert list(lost(converted)) == ["help_phone"]
    assert not converted.is_emptied


@pytest.mark.parametrize(
    ("kind", "patch"),
    [
        ("location", {"help_phone": "1"}),
        ("location", {"parking_places": None}),
        ("evse", {"parking": [], "accepted_service_providers": ["A"]}),
        ("connector", {"capabilities": ["ISO_15118_2_PLUG_AND_CHARGE"]}),
        ("location", {"evses": [{"uid": "E1", "parking": [], "last_updated": at(5)}]}),
        ("location", {"evses": [{"uid": "E1", "connectors": [{"id": "1", "capabilities": []}]}]}),
        ("session", {"x_meter": 7}),
    ],
)
def test_h_br_3_a_patch_with_nothing_left_is_not_forwarded(kind: str, patch: Any) -> None:
    """H-BR-3."""
    converted = down.patch(kind, {**patch, **NEWS})

    assert converted.is_emptied
    assert converted.document == NEWS


def test_h_br_3_a_patch_of_the_time_alone_is_forwarded() -> None:
    """H-BR-3."""
    assert sent("location", NEWS) is NEWS
    assert not up.patch("location", NEWS).is_emptied


def test_h_br_3_parts_of_a_patch_keep_what_both_have() -> None:
    """H-BR-3."""
    one = {"uid": "E1", "status": "CHARGING", "parking": []}
    two = {"uid": "E2", "parking": [{"parking_id": "P"}]}

    assert sent("location", {"evses": [one, two], **NEWS}) == {
        "evses": [{"uid": "E1", "status": "CHARGING"}],
        **NEWS,
    }


def test_h_br_3_an_unchanged_part_of_a_patch_stays_even_if_it_says_little() -> None:
    """H-BR-3."""
    patch = {"evses": [{"uid": "E1"}], **NEWS}

    assert sent("location", patch) is patch


def test_h_br_3_a_list_of_values_that_2_2_1_lacks_takes_the_former_ones_away() -> None:
    """H-BR-3."""
    assert sent("evse", {"capabilities": ["X"], **NEWS}) == {"capabilities": [], **NEWS}
    assert sent("location", {"parking_type": "X", **NEWS}) == {"parking_type": None, **NEWS}


@pytest.mark.parametrize(
    ("kind", "patch", "path"),
    [
        ("connector", {"standard": "MCS"}, "standard"),
        ("evse", {"connectors": [{"id": "1", "standard": "X"}]}, "connectors[0].standard"),
    ],
)
def test_h_br_3_a_patch_cannot_take_a_connector_away(kind: str, patch: Any, path: str) -> None:
    """H-BR-3."""
    with pytest.raises(InexpressiblePatch, match="PUT the whole") as refused:
        down.patch(kind, {**patch, **NEWS})

    assert refused.value.path == path


def test_h_br_3_on_the_way_up_only_odd_fields_of_2_3_0_leave_a_patch() -> None:
    """H-BR-3."""
    converted = up.patch("location", {"help_phone": 7, **NEWS})

    assert converted.is_emptied
    assert lost(converted) == {"help_phone": (LossClass.DROPPED, "7")}


def test_h_br_3_a_token_in_a_patch_has_its_type_said() -> None:
    """H-BR-3."""
    assert sent("token", {"type": "EMAID", **NEWS}) == {"type": "OTHER", **NEWS}


@pytest.mark.parametrize("bridge", [up, down])
@pytest.mark.parametrize("kind", ["tariff", "cdr", "credentials"])
def test_only_what_ocpi_patches_is_patched(bridge: Any, kind: str) -> None:
    with pytest.raises(KeyError):
        bridge.patch(kind, NEWS)


@pytest.mark.parametrize("bridge", [up, down])
@pytest.mark.parametrize("odd", [None, 7, [], {"evses": 7}, {"evses": [7, None]}])
def test_a_patch_that_is_none_goes_as_it_is(bridge: Any, odd: Any) -> None:
    assert bridge.patch("location", odd).document == odd
