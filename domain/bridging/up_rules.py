"""The rules of the way up, by the names of classes in the tables of 2.2.1.

Only what changes has a rule here; all else of a document is the same in 2.3.0.
"""

from collections.abc import Callable, Mapping

from domain.bridging.crossing import GONE, Crossing, Gone, Rule, Shape, inside
from domain.bridging.losses import LossClass, Place
from domain.bridging.money import price_up
from domain.bridging.parts import owed
from domain.bridging.tariffs import tariff_up
from domain.bridging.tokens import OTHER, key_of, real_type
from domain.documents import Document, JsonValue, ci

_LONGEST_ID = 36
_HUB = "HUB"


def token_up(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """A token, or what a session has of it, with its real type."""
    if not isinstance(value, Mapping):
        crossing.note(place, LossClass.UNCHANGED, value)
        return value
    said = value.get("type")
    if said != OTHER:
        return value
    real = real_type(crossing.tokens, key_of(value), OTHER)
    return value if real == said else {**value, "type": real}


def client_up(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
    """A party behind a hub; 2.3.0 does not list hubs."""
    if not isinstance(value, Mapping) or value.get("role") != _HUB:
        return value
    crossing.note((place, "role"), LossClass.DROPPED, _HUB)
    return GONE


def credentials_up(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """Credentials; the first role HUB becomes `hub_party_id`, and no role is HUB."""
    roles = value.get("roles") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(roles, list):
        crossing.note(place, LossClass.UNCHANGED, value)
        return value
    said = _without_odd_hub(value, place, crossing)
    hubs = [at for at, role in enumerate(roles) if _is_hub(role)]
    if not hubs:
        return said
    for at in hubs:
        crossing.note(((place, "roles"), at), LossClass.DROPPED, _HUB)
    others: list[JsonValue] = [role for role in roles if not _is_hub(role)]
    changed: dict[str, JsonValue] = {**said, "roles": others}
    name = _party_of(roles[hubs[0]])
    return {**changed, "hub_party_id": name} if name else changed


def _without_odd_hub(value: Document, place: Place | None, crossing: Crossing) -> Document:
    hub = value.get("hub_party_id")
    if hub is None or (isinstance(hub, str) and len(hub) == 5 and _is_id(hub)):
        return value
    crossing.note((place, "hub_party_id"), LossClass.DROPPED, hub)
    return {name: each for name, each in value.items() if name != "hub_party_id"}


def _is_hub(role: JsonValue) -> bool:
    return isinstance(role, Mapping) and role.get("role") == _HUB


def _party_of(role: JsonValue) -> str | None:
    names = (role.get("country_code"), role.get("party_id")) if isinstance(role, Mapping) else ()
    name = "".join(each for each in names if isinstance(each, str))
    return name if len(name) == 5 else None


def _if(is_sound: Callable[[JsonValue], bool]) -> Rule:
    """A field that 2.2.1 does not name and 2.3.0 does: it is taken where it is sound."""

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        if is_sound(value):
            return value
        crossing.note(place, LossClass.DROPPED, value)
        return GONE

    return through


def _is_ascii(value: JsonValue) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()


def _is_id(value: JsonValue) -> bool:
    return _is_ascii(value) and 0 < len(str(value)) <= _LONGEST_ID


def _is_texts(value: JsonValue) -> bool:
    if not isinstance(value, list):
        return False
    return all(isinstance(each, str) and each and each.isprintable() for each in value)


def _is_readable(value: JsonValue) -> bool:
    """Whether all texts in it can be shown and kept, level by level."""
    level = [value]
    while level:
        if not all(each.isprintable() for each in level if isinstance(each, str)):
            return False
        level = [
            child
            for each in level
            if isinstance(each, Mapping | list)
            for child in (each.values() if isinstance(each, Mapping) else each)
        ]
    return True


def _named_by(field: str, *, once: bool) -> Callable[[JsonValue], bool]:
    """Whether a list is of objects that each have an id, and, if `once`, one of their own."""

    def is_sound(value: JsonValue) -> bool:
        if not isinstance(value, list):
            return False
        names = [each.get(field) if isinstance(each, Mapping) else None for each in value]
        if not all(map(_is_id, names)) or not _is_readable(value):
            return False
        return not once or len(set(map(ci, names))) == len(names)

    return is_sound


_CONNECTOR = Shape((("capabilities", _if(_is_texts)),))
_EVSE = Shape(
    (
        ("connectors", inside(_CONNECTOR.through)),
        ("parking", _if(_named_by("parking_id", once=False))),
        ("accepted_service_providers", _if(_is_texts)),
    )
)
_LOCATION = Shape(
    (
        ("evses", inside(_EVSE.through)),
        ("parking_places", _if(_named_by("id", once=True))),
        ("help_phone", _if(_is_ascii)),
    )
)
_SESSION = Shape((("cdr_token", token_up), ("total_cost", price_up)))
_CDR = Shape(
    (
        ("cdr_token", token_up),
        ("tariffs", inside(owed(tariff_up))),
        *(
            (name, price_up)
            for name in (
                "total_cost",
                "total_fixed_cost",
                "total_energy_cost",
                "total_time_cost",
                "total_parking_cost",
                "total_reservation_cost",
            )
        ),
    )
)
_WITH_TOKEN = Shape((("token", token_up),))
_REQUEST = Shape((("tokens", inside(token_up)),))
_BOOKING = Shape(
    (
        ("booking_tokens", inside(token_up)),
        ("booking_requests", inside(Shape((("booking_request", _REQUEST.through),)).through)),
    )
)

RULES: Mapping[str, Rule] = {
    "Location": _LOCATION.through,
    "EVSE": _EVSE.through,
    "Connector": _CONNECTOR.through,
    "Tariff": tariff_up,
    "Session": _SESSION.through,
    "CDR": _CDR.through,
    "Token": token_up,
    "AuthorizationInfo": _WITH_TOKEN.through,
    "StartSession": _WITH_TOKEN.through,
    "ReserveNow": _WITH_TOKEN.through,
    "ClientInfo": inside(client_up),
    "Credentials": credentials_up,
    "Booking": _BOOKING.through,
    "BookingRequest": _REQUEST.through,
}
"""A class that is not here is the same in both versions."""
