"""Between 2.2.1 and 2.3.0 and back: the same document, or every difference has its name.

What is converted is made from the schemas of both versions, valid and spoilt.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from adapters.ocpi.exact_json import dump, parse
from adapters.ocpi.schemas import OcpiSchemas
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.older import OLDER_KINDS
from adapters.ocpi.schemas.patches import patch_of
from domain.bridging import down, up
from domain.bridging.classes import PATCHED
from domain.bridging.dialect import USUAL, Dialect
from domain.bridging.losses import Converted, Inexpressible, Loss, LossClass
from domain.documents import same, same_json
from domain.errors import InvalidDocument
from domain.validation import Mode
from tests.examples import examples
from tests.wire import documents
from tests.wire.strategies import NASTY, spoilt, valid

WITH_MODULES = Dialect(modules=frozenset({"bookings", "payments"}))
DIALECTS = {
    "usual": USUAL,
    "with modules": WITH_MODULES,
    "with extras": Dialect(extra_fields=True),
    "old": Dialect(short_fields=True, whole_seconds=True),
    "strict": Dialect(strict=True),
}
ROUND = sorted(set(KINDS) - {"versions", "version", "version_details", "endpoint"})
USUAL_ONES = {
    "location": documents.LOCATION,
    "evse": documents.EVSE,
    "connector": documents.CONNECTOR,
    "tariff": documents.TARIFF,
    "cdr": documents.CDR,
    "session": documents.SESSION,
    "token": documents.TOKEN,
}


def quick(most: int) -> settings:
    return settings(
        max_examples=examples(most),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def is_of_a_hub(kind: str, document: Any) -> bool:
    """The role HUB is the one thing of 2.2.1 that 2.3.0 has no word for."""
    roles = document["roles"] if kind == "credentials" else [document]
    return kind in ("credentials", "client_info") and any(r["role"] == "HUB" for r in roles)


@pytest.mark.parametrize("kind", ROUND)
@quick(60)
@given(data=st.data())
def test_what_2_2_1_says_comes_back_as_it_was(kind: str, data: st.DataObject) -> None:
    document = parse(dump(data.draw(valid(OLDER_KINDS[kind]))))
    assume(not is_of_a_hub(kind, document))

    there = up.whole(kind, document)
    back = down.whole(kind, there.document, WITH_MODULES)

    assert same_json(back.document, document)
    assert not there.losses
    assert not back.losses


@pytest.mark.parametrize("kind", ROUND)
@quick(30)
@given(data=st.data())
def test_fields_that_neither_version_names_come_back_to_those_who_take_them(
    kind: str, data: st.DataObject
) -> None:
    document = with_extras(parse(dump(data.draw(valid(OLDER_KINDS[kind])))))
    assume(not is_of_a_hub(kind, document))
    there = up.whole(kind, document)

    back = down.whole(kind, there.document, replace(WITH_MODULES, extra_fields=True))
    bare = down.whole(kind, there.document, WITH_MODULES)

    assert same_json(back.document, document)
    assert not (*there.losses, *back.losses)
    assert all(loss.path.endswith("x_more") for loss in bare.losses)
    assert bool(bare.losses) is isinstance(document, dict)


@pytest.mark.parametrize("kind", sorted(PATCHED))
@quick(60)
@given(data=st.data())
def test_what_2_2_1_changes_comes_back_as_it_was(kind: str, data: st.DataObject) -> None:
    patch = parse(dump(data.draw(valid(patch_of(OLDER_KINDS[kind])))))

    there = up.patch(kind, patch)
    back = down.patch(kind, there.document, WITH_MODULES)

    assert same_json(back.document, patch)
    assert not there.losses
    assert not back.losses
    assert not back.is_emptied


@pytest.mark.parametrize("kind", ROUND)
@quick(60)
@given(data=st.data())
def test_what_is_valid_in_2_2_1_is_valid_in_2_3_0(kind: str, data: st.DataObject) -> None:
    """With odd extra fields too, where checks of form are off."""
    document: Any = parse(dump(data.draw(valid(OLDER_KINDS[kind]))))
    assume(not is_of_a_hub(kind, document))
    is_object = isinstance(document, dict)
    if is_object and data.draw(st.booleans()):
        names = ("parking_places", "parking", "help_phone", "capabilities", "hub_party_id", "taxes")
        document |= {name: data.draw(NASTY) for name in names if name not in document}
    assume(is_valid("2.2.1", kind, document, Mode.OFF))

    assert is_valid("2.3.0", kind, up.whole(kind, document).document, Mode.OFF)


@pytest.mark.parametrize("kind", ROUND)
@pytest.mark.parametrize("dialect", DIALECTS)
@quick(30)
@given(data=st.data())
def test_of_what_2_3_0_says_every_difference_has_a_name(
    kind: str, dialect: str, data: st.DataObject
) -> None:
    document = parse(dump(data.draw(valid(KINDS[kind]))))

    every_difference_has_a_name(kind, document, DIALECTS[dialect])


@pytest.mark.parametrize("kind", USUAL_ONES)
@quick(200)
@given(data=st.data())
def test_of_a_spoilt_document_every_difference_has_a_name(kind: str, data: st.DataObject) -> None:
    document = data.draw(spoilt(documents.arrived(USUAL_ONES[kind])))

    every_difference_has_a_name(kind, document, USUAL)


@pytest.mark.parametrize("kind", ROUND)
@quick(30)
@given(data=st.data())
def test_what_is_sent_is_valid_in_2_2_1(kind: str, data: st.DataObject) -> None:
    """But for the connector of a CDR, which has to stay what it was."""
    document = parse(dump(data.draw(valid(KINDS[kind]))))
    sent = converted(kind, document, USUAL)
    assume(sent is not None and sent.document is not None)
    assert sent is not None
    assume(LossClass.UNCHANGED not in sent.classes)

    assert is_valid("2.2.1", kind, sent.document) or not is_valid("2.3.0", kind, document)


PRICES = st.decimals(-1000, 1000, places=4).map(lambda it: parse(f"{it:f}".encode()))
RATES = st.sampled_from([Decimal(0), Decimal("5.5"), Decimal(19), Decimal(100), 21])


@quick(300)
@given(PRICES, RATES)
def test_a_net_price_is_no_further_off_than_its_loss_says(gross: Decimal, vat: Decimal) -> None:
    component: Any = {"type": "ENERGY", "price": gross, "vat": vat, "step_size": 1}
    tariff: Any = {"tax_included": "YES", "elements": [{"price_components": [component]}]}

    sent = down.whole("tariff", tariff)

    document: Any = sent.document
    net = Decimal(document["elements"][0]["price_components"][0]["price"])
    off = abs(net - Decimal(gross) / (1 + Decimal(vat) / 100))
    bounds = [loss.bound for loss in sent.losses if loss.bound is not None]
    assert off <= (bounds[0] if bounds else 0)
    assert all(bound == Decimal("0.00005") for bound in bounds)


def with_extras(value: Any) -> Any:
    """The document with one more field in each object."""
    if isinstance(value, list):
        return [with_extras(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {**{name: with_extras(each) for name, each in value.items()}, "x_more": {"y": [1]}}


def is_valid(version: str, kind: str, document: Any, mode: Mode = Mode.ENFORCE) -> bool:
    try:
        OcpiSchemas(version).check(kind, document, mode)
    except InvalidDocument:
        return False
    return True


def converted(kind: str, document: Any, dialect: Dialect) -> Converted | None:
    """What is sent; None: it is refused, which loses nothing."""
    try:
        return down.whole(kind, document, dialect)
    except Inexpressible:
        return None


def every_difference_has_a_name(kind: str, document: Any, dialect: Dialect) -> None:
    sent = converted(kind, document, dialect)
    if sent is None or sent.document is None:
        return
    back = up.whole(kind, sent.document)
    losses = {loss.path for loss in (*sent.losses, *back.losses)}

    unnamed = [
        path
        for path in differences(document, back.document, gone=entries_gone(sent.losses))
        if not any(is_within(path, loss) for loss in losses)
    ]

    assert not unnamed, (unnamed, losses)


def entries_gone(losses: Collection[Loss]) -> set[str]:
    """Paths of entries of lists that losses are about as a whole."""
    left_out = (loss for loss in losses if loss.what is not LossClass.UNCHANGED)
    return {loss.path for loss in left_out if loss.path.endswith("]")}


def is_within(path: str, loss: str) -> bool:
    return path == loss or path.startswith((f"{loss}.", f"{loss}["))


def differences(before: Any, after: Any, *, gone: set[str], path: str = "") -> Iterator[str]:
    """Where the two differ, as deep as can be told; entries that are gone stand in no list."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {*before, *after}:
            below = f"{path}.{name}" if path else str(name)
            yield from differences(before.get(name), after.get(name), gone=gone, path=below)
    elif isinstance(before, list) and isinstance(after, list):
        left = [at for at in range(len(before)) if f"{path}[{at}]" not in gone]
        if len(left) != len(after):
            yield path
            return
        for at, entry in zip(left, after, strict=True):
            yield from differences(before[at], entry, gone=gone, path=f"{path}[{at}]")
    elif not same(before, after):
        yield path
