"""Tariffs: 2.2.1 has net prices alone, 2.3.0 says which it has.

Which of two amounts is meant is never guessed: a tariff that does not say it is not sent.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from domain.bridging.crossing import Crossing
from domain.bridging.losses import LossClass, Place
from domain.bridging.money import RECKONING, limit_up, number_of
from domain.documents import Document, JsonValue

_DECIMALS = 4
"""Of OCPI's numbers (types, number); a price that has more keeps its own."""
_LIMITS = ("min_price", "max_price")


def net_tariff(tariff: Document, place: Place | None, crossing: Crossing) -> Document:
    """A tariff of 2.3.0 with net prices; `tax_included` is gone, the rest as it was.

    :raises Inexpressible: unless each price can be said net, by the tariff's own words.
    """
    included = tariff.get("tax_included")
    net = {name: value for name, value in tariff.items() if name != "tax_included"}
    if included == "NO":
        return net
    if included == "N/A":
        _refuse_taxes(tariff, place, crossing)
    elif included == "YES":
        net["elements"] = _net_elements(tariff.get("elements"), (place, "elements"), crossing)
    else:
        raise crossing.refusal((place, "tax_included"), "it does not say if prices include taxes")
    crossing.note((place, "tax_included"), LossClass.RESTATED, included)
    return net


def tariff_up(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """A tariff of 2.2.1: its prices are net.

    :raises Inexpressible: if it says of itself in words of 2.3.0 that they are not.
    """
    if not isinstance(value, Mapping):
        crossing.note(place, LossClass.UNCHANGED, value)
        return value
    is_untaxed = not any(_vats(value)) and any(True for _ in _components(value))
    usual = "N/A" if crossing.dialect.no_vat_is_no_tax and is_untaxed else "NO"
    said = value.get("tax_included")
    if said is not None and said != "NO" and not (said == "N/A" and is_untaxed):
        raise crossing.refusal((place, "tax_included"), "prices are net in 2.2.1")
    changed: dict[str, JsonValue] = {**value, "tax_included": usual if said is None else said}
    for name in _LIMITS:
        if value.get(name) is not None:
            changed[name] = limit_up(value[name], (place, name), crossing)
    return changed


def _components(tariff: Document) -> Iterator[Document]:
    """Its price components, as far as they are some."""
    elements = tariff.get("elements")
    for element in elements if isinstance(elements, list) else ():
        components = element.get("price_components") if isinstance(element, Mapping) else None
        for component in components if isinstance(components, list) else ():
            if isinstance(component, Mapping):
                yield component


def _vats(tariff: Document) -> Iterator[bool]:
    return (component.get("vat") is not None for component in _components(tariff))


def _refuse_taxes(tariff: Document, place: Place | None, crossing: Crossing) -> None:
    """A rate of 0 says what N/A says; another one says the contrary."""
    if any(_is_taxed(component) for component in _components(tariff)):
        raise crossing.refusal((place, "tax_included"), "no taxes apply, and a price has vat")


def _is_taxed(component: Document) -> bool:
    vat = component.get("vat")
    rate = number_of(vat)
    return vat is not None and (rate is None or not rate.is_zero())


def _net_elements(elements: JsonValue, place: Place, crossing: Crossing) -> list[JsonValue]:
    if not isinstance(elements, list):
        raise crossing.refusal(place, "prices include taxes, and there are none to be read")
    return [_net_element(each, (place, at), crossing) for at, each in enumerate(elements)]


def _net_element(element: JsonValue, place: Place, crossing: Crossing) -> JsonValue:
    components = element.get("price_components") if isinstance(element, Mapping) else None
    if not isinstance(element, Mapping) or not isinstance(components, list):
        raise crossing.refusal(place, "prices include taxes, and there are none to be read")
    below: Place = (place, "price_components")
    net = [_net_component(each, (below, at), crossing) for at, each in enumerate(components)]
    return {**element, "price_components": net}


def _net_component(component: JsonValue, place: Place, crossing: Crossing) -> JsonValue:
    price = number_of(component.get("price")) if isinstance(component, Mapping) else None
    if not isinstance(component, Mapping) or price is None:
        raise crossing.refusal(place, "the price is no number")
    if component.get("vat") is None and price.is_zero():
        return component
    vat = number_of(component.get("vat"))
    if vat is None:
        raise crossing.refusal(place, "the price includes taxes, and there is no vat")
    return _at_net_price(component, price, vat, place, crossing)


def _at_net_price(
    component: Document, price: Decimal, vat: Decimal, place: Place, crossing: Crossing
) -> Document:
    at: Place = (place, "price")
    divisor = RECKONING.add(vat, Decimal(100))
    if divisor <= 0:
        raise crossing.refusal(at, "all of the price would be taxes")
    net, bound = _divided(price, divisor)
    if bound is not None and crossing.dialect.strict:
        raise crossing.refusal(at, "the net price would have to be rounded")
    if net == price and bound is None:
        return component
    what = LossClass.RESTATED if bound is None else LossClass.ROUNDED
    crossing.note(at, what, component["price"], bound=bound)
    return {**component, "price": net}


def _divided(gross: Decimal, divisor: Decimal) -> tuple[Decimal, Decimal | None]:
    """The net price, and how far off it is at most if it had to be rounded."""
    places = max(_DECIMALS, -int(gross.as_tuple().exponent))
    net = RECKONING.divide(RECKONING.multiply(gross, Decimal(100)), divisor)
    if -int(net.as_tuple().exponent) <= places:
        return net, None
    rounded = RECKONING.quantize(net, RECKONING.scaleb(Decimal(1), -places))
    return rounded, None if rounded == net else RECKONING.scaleb(Decimal(5), -places - 1)
