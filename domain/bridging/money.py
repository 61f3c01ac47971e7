"""Prices and limits, said otherwise to the last digit: nothing here is rounded.

2.2.1 gives a price net, and gross where it likes; 2.3.0 gives it net, with each tax.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal

from domain.bridging.crossing import Crossing
from domain.bridging.losses import LossClass, Place
from domain.documents import Document, JsonValue

VAT = "VAT"
RECKONING = Context(prec=1000, rounding=ROUND_HALF_EVEN)
"""More digits than a sum, or a product, of the numbers has that are reckoned with."""
_MOST_DIGITS = _FURTHEST = 200
"""The schemas take 60, and what is between two such numbers can be longer than both."""
_FEW_ENOUGH: int = 10**_MOST_DIGITS
_NAMES = frozenset({"before_taxes", "taxes", "after_taxes", "excl_vat", "incl_vat"})
"""An extra field of one of these names would be taken for money."""
_LIMITS = {"before_taxes": "excl_vat", "after_taxes": "incl_vat"}
_LIMITS_BACK = {old: new for new, old in _LIMITS.items()}


def price_down(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """A Price of 2.3.0 in 2.2.1: the taxes are one sum, and not named."""
    if not isinstance(value, Mapping):
        return _odd(value, place, crossing)
    net, taxes = value.get("before_taxes"), value.get("taxes")
    gross = _gross(net, taxes)
    if gross is None:
        return _odd(value, place, crossing)
    said: dict[str, JsonValue] = {"excl_vat": net}
    if isinstance(taxes, list) and taxes:
        said["incl_vat"] = gross
        if not _is_plain_vat(taxes):
            crossing.note((place, "taxes"), LossClass.MONEY, _names_of(taxes))
    elif taxes is None and "taxes" in value:
        said["incl_vat"] = None
    return _with_extras(said, value, ("before_taxes", "taxes"), place, crossing, going_down=True)


def price_up(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """A Price of 2.2.1 in 2.3.0: what is between net and gross is one tax, 0 if nothing is."""
    if not isinstance(value, Mapping):
        return _odd(value, place, crossing)
    net, gross = value.get("excl_vat"), value.get("incl_vat")
    tax = Decimal(0) if gross is None else _difference(gross, net)
    if tax is None or number_of(net) is None:
        return _odd(value, place, crossing)
    said: dict[str, JsonValue] = {"before_taxes": net}
    if gross is not None:
        said["taxes"] = [{"name": VAT, "amount": tax}]
    elif "incl_vat" in value:
        said["taxes"] = None
    return _with_extras(said, value, ("excl_vat", "incl_vat"), place, crossing, going_down=False)


def limit_down(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """A PriceLimit of 2.3.0: the same two numbers by other names."""
    return _renamed(value, _LIMITS, place, crossing, going_down=True)


def limit_up(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """The Price that limits a tariff of 2.2.1."""
    return _renamed(value, _LIMITS_BACK, place, crossing, going_down=False)


def _odd(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """What is no Price goes out as it is, but for a PATCH, where nothing beside it explains it."""
    if crossing.is_patch:
        raise crossing.refusal(place, "no Price that the other version can say")
    crossing.note(place, LossClass.UNCHANGED, value)
    return value


def _with_extras(
    said: dict[str, JsonValue],
    value: Document,
    read: tuple[str, ...],
    place: Place | None,
    crossing: Crossing,
    *,
    going_down: bool,
) -> JsonValue:
    """`said`, and what `value` has beside the fields that were `read`, where it may have it."""
    for name in value:
        if name in read:
            continue
        is_taken = crossing.dialect.extra_fields or not going_down
        if is_taken and name not in _NAMES:
            said[name] = value[name]
        else:
            crossing.note((place, name), LossClass.DROPPED, value[name])
    return said


def _renamed(
    value: JsonValue,
    names: Mapping[str, str],
    place: Place | None,
    crossing: Crossing,
    *,
    going_down: bool,
) -> JsonValue:
    if not isinstance(value, Mapping) or next(iter(names)) not in value:
        crossing.note(place, LossClass.UNCHANGED, value)
        return value
    said = {new: value[old] for old, new in names.items() if old in value}
    return _with_extras(said, value, tuple(names), place, crossing, going_down=going_down)


def number_of(value: JsonValue) -> Decimal | None:
    """A number to reckon with: at most 200 digits, an exponent within 200; None for all else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, int):
        return Decimal(value) if -_FEW_ENOUGH < value < _FEW_ENOUGH else None
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or len(digits) > _MOST_DIGITS:
        return None
    return value if abs(exponent if value.is_zero() else value.adjusted()) <= _FURTHEST else None


def _difference(gross: JsonValue, net: JsonValue) -> Decimal | None:
    one, other = number_of(gross), number_of(net)
    return None if one is None or other is None else RECKONING.subtract(one, other)


def _gross(net: JsonValue, taxes: JsonValue) -> Decimal | None:
    """Net and taxes together; None: one of them is no number."""
    total = number_of(net)
    if taxes is not None and not isinstance(taxes, list):
        return None
    for tax in taxes or ():
        amount = number_of(tax.get("amount")) if isinstance(tax, Mapping) else None
        if total is None or amount is None:
            return None
        total = RECKONING.add(total, amount)
    return total


def _is_plain_vat(taxes: list[JsonValue]) -> bool:
    """Whether the way back makes the same of it."""
    if len(taxes) != 1 or not isinstance(taxes[0], Mapping):
        return False
    said = {name for name, value in taxes[0].items() if value is not None}
    return said == {"name", "amount"} and taxes[0]["name"] == VAT


def _names_of(taxes: list[JsonValue]) -> JsonValue:
    """What they are called, for people to read."""
    return [each.get("name") if isinstance(each, Mapping) else each for each in taxes]
