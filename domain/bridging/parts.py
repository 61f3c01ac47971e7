"""What a whole loses with its parts on the way down: EVSEs, tariffs of a CDR, periods.

A part that 2.2.1 cannot say is left out of what it is in; what is left without parts goes with it.
"""

from collections.abc import Mapping

from domain.bridging.classes import BOOKED_DIMENSIONS, VALUES
from domain.bridging.crossing import GONE, Crossing, Gone, Rule, inside
from domain.bridging.losses import Inexpressible, LossClass, Place
from domain.bridging.tariffs import net_tariff
from domain.documents import Document, JsonValue

_BOOKINGS = "bookings"


def connector_down(shape: Rule) -> Rule:
    """A connector of a kind that 2.2.1 has. A PATCH cannot take away one that is there."""
    known = VALUES["ConnectorType"]

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        standard = value.get("standard") if isinstance(value, Mapping) else None
        if not isinstance(standard, str) or standard in known:
            return shape(value, place, crossing)
        if crossing.is_patch:
            raise crossing.refusal((place, "standard"), "2.2.1 has no such connector")
        crossing.note(place, LossClass.DROPPED, standard)
        return GONE

    return through


def evse_down(shape: Rule) -> Rule:
    """An EVSE that has a connector left."""

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        new = shape(value, place, crossing)
        if new is value or crossing.is_patch:
            return new
        if isinstance(new, Mapping) and isinstance(value, Mapping) and _has_lost_all(value, new):
            crossing.note(place, LossClass.DROPPED, value.get("uid"))
            return GONE
        return new

    return through


def _has_lost_all(before: Document, after: Document) -> bool:
    return after.get("connectors") == [] and before.get("connectors") != []


def keyed(rule: Rule, key: str) -> Rule:
    """A list whose entries a PATCH changes one by one: what says nothing more is left out."""

    def entry(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        new = rule(value, place, crossing)
        if new is value or not isinstance(new, Mapping):
            return new
        return new if new.keys() - {key, "last_updated"} else GONE

    entries, changes = inside(rule), inside(entry)

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        if not crossing.is_patch:
            return entries(value, place, crossing)
        new = changes(value, place, crossing)
        return GONE if new is not value and new == [] else new

    return through


def element_down(shape: Rule) -> Rule:
    """An element of a tariff, unless it is of bookings alone and the partner has none."""

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        restrictions = value.get("restrictions") if isinstance(value, Mapping) else None
        booking = restrictions.get("booking") if isinstance(restrictions, Mapping) else None
        if booking is None or _BOOKINGS in crossing.dialect.modules:
            return shape(value, place, crossing)
        crossing.note(place, LossClass.MONEY, booking)
        return GONE

    return through


def tariff_down(shape: Rule) -> Rule:
    """A tariff with net prices.

    It raises Inexpressible where they cannot be said, or none would be left.
    """

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        if not isinstance(value, Mapping):
            crossing.note(place, LossClass.UNCHANGED, value)
            return value
        new = shape(net_tariff(value, place, crossing), place, crossing)
        if isinstance(new, Mapping) and new.get("elements") == [] and value.get("elements"):
            raise crossing.refusal((place, "elements"), "all its prices are of bookings")
        return new

    return through


def owed(rule: Rule) -> Rule:
    """A tariff within a CDR: the CDR is owed without it, too."""

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        losses, more = len(crossing.losses), crossing.more
        try:
            return rule(value, place, crossing)
        except Inexpressible as refused:
            crossing.forget(losses, more)
            crossing.note(place, LossClass.MONEY, f"{_id_of(value)}: {refused.reason}")
            return GONE

    return through


def _id_of(value: JsonValue) -> str:
    name = value.get("id") if isinstance(value, Mapping) else None
    return name if isinstance(name, str) and len(name) < 40 else "a tariff"


def dimensions_down(shape: Rule) -> Rule:
    """The dimensions of a period, one at least: without any it would be no period."""
    entries = inside(_unless_booked(shape))

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        losses, more = len(crossing.losses), crossing.more
        new = entries(value, place, crossing)
        if new != [] or value == []:
            return new
        crossing.forget(losses, more)
        crossing.note(place, LossClass.UNCHANGED, value)
        return value

    return through


def _unless_booked(shape: Rule) -> Rule:
    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        said = value.get("type") if isinstance(value, Mapping) else None
        is_booked = isinstance(said, str) and said in BOOKED_DIMENSIONS
        if not is_booked or _BOOKINGS in crossing.dialect.modules:
            return shape(value, place, crossing)
        crossing.note(place, LossClass.MONEY, said)
        return GONE

    return through
