"""The rules of the way down, by the names of classes and types in the tables of 2.2.1."""

from collections.abc import Callable, Iterator, Mapping

from domain.bridging.classes import ADDED, FIELDS, OF_MODULES, OPEN_FIELDS
from domain.bridging.crossing import Rule, Shape, inside
from domain.bridging.money import limit_down, price_down
from domain.bridging.parts import (
    connector_down,
    dimensions_down,
    element_down,
    evse_down,
    keyed,
    owed,
    tariff_down,
)
from domain.bridging.values import (
    among,
    if_known,
    kept,
    known_by,
    readable_tariffs,
    role_down,
    shortened,
    to_the_second,
    widened,
)

_Making = Callable[[Rule], Rule]
"""Makes a rule of the one that looks at a class's fields."""

_TYPES: Mapping[str, Rule] = {
    "DateTime": to_the_second,
    "Address": shortened(45),
    "State": shortened(20),
    "TokenType": widened("TokenType", "OTHER"),
    "ImageCategory": widened("ImageCategory", "OTHER"),
    "Capability": among("Capability"),
    "Facility": among("Facility"),
    "ParkingRestriction": among("ParkingRestriction"),
    "ParkingType": if_known("ParkingType"),
    "CdrConnectorType": kept("ConnectorType"),
    "VersionNumber": kept("VersionNumber"),
    "Role": role_down,
    "TariffIds": readable_tariffs,
    "Price": price_down,
    "PriceLimit": limit_down,
}
_OF_SOME = frozenset({"DateTime", "Address", "State"})
"""Types whose rules do something for some partners only."""

_PARTS: Mapping[str, _Making] = {
    "EnvironmentalImpact": lambda shape: known_by("category", "EnvironmentalImpactCategory", shape),
    "Connector": connector_down,
    "EVSE": evse_down,
    "TariffElement": element_down,
    "Tariff": tariff_down,
    "Version": lambda shape: known_by("version", "VersionNumber", shape),
    "Endpoint": lambda shape: known_by("identifier", "ModuleID", shape),
}
"""Classes that are more than their fields."""
_BESIDE: Mapping[str, Mapping[str, _Making]] = {
    "Connector": {"Connectors": lambda rule: keyed(rule, "id")},
    "EVSE": {"EVSEs": lambda rule: keyed(rule, "uid")},
    "CdrDimension": {"CdrDimensions": dimensions_down},
    "Tariff": {"EmbeddedTariffs": lambda rule: inside(owed(rule))},
}
"""What else is made of a class: lists that are more than their entries."""


def _rules() -> dict[str, Rule]:
    found = dict(_TYPES)
    for name, fields in {**FIELDS, **OPEN_FIELDS}.items():
        shape = _shape(name, fields, found).through
        rule = _PARTS[name](shape) if name in _PARTS else shape
        found[name] = inside(rule)
        for beside, making in _BESIDE.get(name, {}).items():
            found[beside] = making(rule)
    return found


def _shape(name: str, fields: str, found: Mapping[str, Rule]) -> Shape:
    typed = list(_typed(fields))
    exacting = tuple((each, found[type_]) for each, type_ in typed if type_)
    return Shape(
        rules=tuple((each, found[type_]) for each, type_ in typed if type_ not in _USELESS),
        exacting=exacting,
        known=frozenset(each for each, _ in typed) if name in FIELDS else None,
        fresh=ADDED.get(name, {}),
        of_modules=OF_MODULES.get(name, {}),
    )


_USELESS = _OF_SOME | {""}


def _typed(fields: str) -> Iterator[tuple[str, str]]:
    for word in fields.split():
        name, _, type_ = word.partition(":")
        yield name, type_


RULES: Mapping[str, Rule] = _rules()
