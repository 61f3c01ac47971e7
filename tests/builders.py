"""Builders of what tests are about: each states what matters to its test, the rest is usual."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain import errors
from domain.delivery.deliveries import Delivery, DeliveryRequest, LaneId, delivery_of
from domain.delivery.what import AboutObject, Event, EventType, ObjectChange
from domain.documents import JsonValue
from domain.errors import Problem
from domain.objects.locations import Location
from domain.objects.remarks import Remarks
from domain.objects.stored import EVERYONE, Change, ObjectKey, PartPath, Stored, UnseenChange
from domain.partners.approval import Approved
from domain.partners.partner import InboundToken, Partner, PartnerState, TokenUse
from domain.partners.party import Endpoint, Interface, PartyId, PartyRole, Role
from domain.times import format_time, parse_time
from domain.validation import Mode, Weight

Doc = dict[str, Any]

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HUB = PartyId("NL", "HUB")
ABC = PartyId("DE", "ABC")
"""The charge point operator of most tests."""
XYZ = PartyId("FR", "XYZ")
QRS = PartyId("BE", "QRS")
"""The service provider of most tests."""
LOC1 = ObjectKey("locations", ABC, "LOC1")
T1 = ObjectKey("tariffs", ABC, "T1")


def after(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def at(seconds: float) -> str:
    """So many seconds after noon, as OCPI writes it."""
    return format_time(after(seconds))


def a_connector(connector_id: str = "1", *, updated: float = 0, **fields: Any) -> Doc:
    usual = {
        "id": connector_id,
        "standard": "IEC_62196_T2",
        "format": "SOCKET",
        "power_type": "AC_3_PHASE",
        "max_voltage": 230,
        "max_amperage": 16,
        "last_updated": at(updated),
    }
    return {**usual, **fields}


def an_evse(uid: str = "E1", *, updated: float = 0, **fields: Any) -> Doc:
    usual = {
        "uid": uid,
        "status": "AVAILABLE",
        "connectors": [a_connector(updated=updated)],
        "last_updated": at(updated),
    }
    return {**usual, **fields}


def a_location(location_id: str = "LOC1", *, updated: float = 0, **fields: Any) -> Doc:
    usual = {
        "country_code": "DE",
        "party_id": "ABC",
        "id": location_id,
        "publish": True,
        "coordinates": {"latitude": "51.047599", "longitude": "3.729944"},
        "evses": [an_evse(updated=updated)],
        "last_updated": at(updated),
    }
    return {**usual, **fields}


def a_tariff(tariff_id: str = "T1", *, updated: float = 0, **fields: Any) -> Doc:
    """A tariff of ABC's: 1 a kWh at any time."""
    usual = {
        "country_code": "DE",
        "party_id": "ABC",
        "id": tariff_id,
        "currency": "EUR",
        "elements": [an_element(a_price())],
        "tax_included": "NO",
        "last_updated": at(updated),
    }
    return {**usual, **fields}


def an_element(*price_components: Doc, **restrictions: Any) -> Doc:
    element: Doc = {"price_components": list(price_components)}
    return {**element, "restrictions": restrictions} if restrictions else element


def a_price(dimension: str = "ENERGY", price: Decimal | int = 1, **fields: Any) -> Doc:
    return {"type": dimension, "price": price, "step_size": 1, **fields}


def a_token_object(uid: str = "T1", *, updated: float = 0, **fields: Any) -> Doc:
    """An RFID token of XYZ's that is valid and whose answer the hub may give."""
    usual = {
        "country_code": "FR",
        "party_id": "XYZ",
        "uid": uid,
        "type": "RFID",
        "contract_id": f"FR-XYZ-{uid}",
        "issuer": "XYZ",
        "valid": True,
        "whitelist": "ALLOWED",
        "last_updated": at(updated),
    }
    return {**usual, **fields}


def a_stored(document: Doc | None = None, **fields: Any) -> Stored:
    """What the store has of a location, pushed by the partner `cpo`."""
    location = Location(a_location() if document is None else document)
    usual: Doc = {
        "key": ObjectKey("locations", location.owner, location.id),
        "audience": EVERYONE,
        "body": PlainJson().dump(location.document),
        "last_updated": parse_time(location.last_updated),
        "origin": "cpo",
    }
    return Stored(**{**usual, **fields})


def a_change(method: str = "PUT", path: PartPath = (), body: bytes | None = None) -> Change:
    return Change(method, path, body, correlation_id="C-1")


def a_request(
    revision: int = 1,
    change: Change | None = None,
    *,
    key: ObjectKey | None = None,
    event: EventType | None = None,
    **fields: Any,
) -> DeliveryRequest:
    """That XYZ, at the partner `emsp`, has not seen a change of LOC1; or an event about it."""
    of = key or LOC1
    usual: Doc = {
        "lane": LaneId("emsp"),
        "receiver": XYZ,
        "what": ObjectChange(of) if event is None else Event(event, AboutObject(of)),
        "revision": revision,
        "unseen": UnseenChange.one(change or a_change()),
    }
    return DeliveryRequest(**{**usual, **fields})


def a_delivery(revision: int = 1, change: Change | None = None, **fields: Any) -> Delivery:
    """One that was claimed: what is owed is being sent."""
    return delivery_of(a_request(revision, change, **fields), now=NOON).claimed()


def a_role(role: Role = Role.CPO, party: PartyId = ABC) -> PartyRole:
    return PartyRole(role, party, {"name": f"{party} Ltd"})


def an_endpoint(
    module: str = "locations", interface: Interface = Interface.RECEIVER, host: str = "emsp"
) -> Endpoint:
    side = interface.value.lower()
    return Endpoint(module, interface, f"https://{host}.example/2.3.0/{side}/{module}")


def a_partner(partner_id: str = "cpo", *roles: PartyRole, **fields: Any) -> Partner:
    """A registered platform, ABC's by default, that has both interfaces of locations."""
    usual: Doc = {
        "id": partner_id,
        "name": partner_id.title(),
        "state": PartnerState.REGISTERED,
        "created_at": NOON,
        "roles": roles or (a_role(),),
        "tokens": (a_token(f"{partner_id}-token"),),
        "outbound_token": PlainSecrets().seal(f"to-{partner_id}", partner_id=partner_id),
        "versions_url": f"https://{partner_id}.example/versions",
        "version": "2.3.0",
        "endpoints": (
            an_endpoint("credentials", Interface.SENDER, partner_id),
            an_endpoint("locations", Interface.SENDER, partner_id),
            an_endpoint("locations", Interface.RECEIVER, partner_id),
        ),
    }
    given = {**usual, **fields}
    approved = Approved.of(given["roles"], given.get("hub_party"))
    return Partner(**{"approved": approved, **given})


def a_reader(partner_id: str = "emsp", party: PartyId = XYZ, **fields: Any) -> Partner:
    """A registered service provider."""
    return a_partner(partner_id, a_role(Role.EMSP, party), **fields)


def a_token(
    token: str, use: TokenUse = TokenUse.CURRENT, *, expires_at: datetime | None = None
) -> InboundToken:
    return InboundToken(PlainSecrets().fingerprint(token), use, expires_at)


def some_credentials(
    *roles: PartyRole, token: str = "token-b", host: str = "cpo", **fields: Any
) -> Doc:
    documents = [role.as_credentials_role() for role in roles or (a_role(),)]
    url = f"https://{host}.example/versions"
    return {"token": token, "url": url, "roles": documents, **fields}


@dataclass(frozen=True)
class PlainJson:
    """The Json port, as simple as it gets; Decimals go out with the digits that they came with."""

    def parse(self, raw: bytes) -> JsonValue:
        value: JsonValue = json.loads(raw, parse_float=Decimal)
        return value

    def dump(self, value: JsonValue) -> bytes:
        text = json.dumps(value, separators=(",", ":"), default=_marked)
        return _MARKED.sub(r"\1", text).encode()


_MARKED = re.compile('"decimal:([^"]*)"')


def _marked(number: Any) -> str:
    return f"decimal:{number}"


_REQUIRED: Mapping[str, Sequence[str]] = {
    "location": ("id", "country_code", "party_id", "last_updated"),
    "evse": ("uid", "status", "last_updated"),
    "connector": ("id", "power_type", "last_updated"),
    "credentials": ("token", "url", "roles"),
    "tariff": ("id", "country_code", "party_id", "elements", "last_updated"),
    "token": ("uid", "type", "country_code", "party_id", "whitelist", "valid", "last_updated"),
    "location_references": ("location_id",),
    "start_session": ("response_url", "token", "location_id"),
    "stop_session": ("response_url", "session_id"),
    "reserve_now": ("response_url", "token", "expiry_date", "reservation_id", "location_id"),
    "cancel_reservation": ("response_url", "reservation_id"),
    "unlock_connector": ("response_url", "location_id", "evse_uid", "connector_id"),
    "set_charging_profile": ("response_url", "charging_profile"),
    "command_response": ("result", "timeout"),
    "command_result": ("result",),
    "charging_profile_response": ("result", "timeout"),
    "charging_profile_result": ("result",),
    "active_charging_profile_result": ("result",),
    "clear_profile_result": ("result",),
    "session": ("id", "country_code", "party_id", "cdr_token", "status", "kwh", "last_updated"),
    "cdr": (
        "id",
        "country_code",
        "party_id",
        "cdr_token",
        "currency",
        "total_cost",
        "total_energy",
        "last_updated",
    ),
    "versions": (),
    "version": ("version", "url"),
    "endpoint": ("identifier", "url"),
    "version_details": ("version", "endpoints"),
}


@dataclass(frozen=True)
class FewRules:
    """The Schemas port with the few rules that use cases hang on: required fields.

    A line break in a name, or in directions, is cosmetic; a name that is no text is structural, and
    so is a name of `HIDDEN` with a city of `SHOWN`.
    """

    def check(self, kind: str, document: JsonValue, mode: Mode = Mode.ENFORCE) -> Remarks:
        self._demand(_REQUIRED.get(kind, ()), document)
        found = list(_odd(document))
        if kind == "location" and isinstance(document, dict):
            for index, evse in enumerate(document.get("evses") or ()):
                self._demand(_REQUIRED["evse"], evse)
                found += _odd(evse, f"evses[{index}].")
            if (document.get("name"), document.get("city")) == ("HIDDEN", "SHOWN"):
                found.append(Problem("city", "only of what is shown"))
        return self._weighed(found, mode)

    def check_patch(self, kind: str, document: JsonValue, mode: Mode = Mode.ENFORCE) -> Remarks:
        self._demand(("last_updated",), document)
        return self._weighed(list(_odd(document)), mode)

    def _demand(self, names: Iterable[str], document: JsonValue) -> None:
        if isinstance(document, Mapping):
            names = [name for name in names if document.get(name) is None]
        if wanting := tuple(Problem(name, "required", Weight.VITAL) for name in names):
            raise errors.InvalidDocument(wanting)

    def _weighed(self, found: list[Problem], mode: Mode) -> Remarks:
        if wrong := tuple(each for each in found if each.weight > mode.heaviest):
            raise errors.InvalidDocument(wrong)
        return Remarks.of(tuple(found))


def _odd(document: JsonValue, above: str = "") -> Iterator[Problem]:
    if not isinstance(document, Mapping):
        return
    if "\n" in str(document.get("name", "")):
        yield Problem(f"{above}name", "a line break", Weight.COSMETIC)
    if not isinstance(document.get("name", ""), str):
        yield Problem(f"{above}name", "not a string")
    if "\n" in str(document.get("directions", "")):
        yield Problem(f"{above}directions", "a line break", Weight.COSMETIC)


@dataclass
class PlainSecrets:
    """The Secrets port without a secret: what it makes can be read in a failing test."""

    made: int = 0

    def new_token(self) -> str:
        self.made += 1
        return f"new-token-{self.made}"

    def fingerprint(self, token: str) -> str:
        return f"#{token}"

    def seal(self, token: str, *, partner_id: str) -> str:
        return f"{partner_id}|{token}"

    def unseal(self, sealed: str, *, partner_id: str) -> str:
        owner, _, token = sealed.partition("|")
        if owner != partner_id:
            raise errors.SecretUnreadable("sealed for another partner")
        return token

    def reseal(self, sealed: str, *, partner_id: str) -> str:
        return self.seal(self.unseal(sealed, partner_id=partner_id), partner_id=partner_id)

    def is_newest(self, sealed: str, *, partner_id: str) -> bool:
        return not self.unseal(sealed, partner_id=partner_id).startswith("old-")

    def sign(self, payload: bytes) -> str:
        return hashlib.sha256(payload).hexdigest()

    def verify(self, payload: bytes, signature: str) -> bool:
        return self.sign(payload) == signature


@dataclass
class PlainSigner:
    """The Signer port without cryptography: a signature says what it signs, and with what."""

    made: int = 0

    def new_secret(self) -> str:
        self.made += 1
        return f"whsec_{self.made}"

    def headers(
        self, secret: str, *, message_id: str, at: datetime, body: bytes
    ) -> Mapping[str, str]:
        digest = hashlib.sha256(body).hexdigest()
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": f"v1,{secret}.{message_id}.{digest}",
        }
