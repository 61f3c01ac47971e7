"""The platform's RECEIVER interfaces: the present state of what others own, kept as OCPI asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.merging import merged, nested, with_nested
from entrypoints.sandbox.reply import Refused, Reply, refused, success
from entrypoints.sandbox.shelf import Key, Shelf, key_of, own_key
from entrypoints.sandbox.wire import Document

_OWNED: Final = ("country_code", "party_id", "id")

REQUIRED: Final[Mapping[str, str]] = {
    "locations": "country_code party_id id publish address city country coordinates time_zone"
    " last_updated",
    "evse": "uid status connectors last_updated",
    "connector": "id standard format power_type max_voltage max_amperage last_updated",
    "tariffs": "country_code party_id id currency elements tax_included last_updated",
    "tokens": "country_code party_id uid type contract_id issuer valid whitelist last_updated",
    "sessions": "country_code party_id id start_date_time kwh cdr_token auth_method location_id"
    " evse_uid connector_id currency status last_updated",
    "cdrs": "country_code party_id id start_date_time end_date_time cdr_token auth_method"
    " cdr_location currency charging_periods total_cost total_energy total_time last_updated",
    "hubclientinfo": "country_code party_id role status last_updated",
}
"""The fields that an object must have: what the hub delivers is looked at, not only counted."""

METHODS: Final[Mapping[str, str]] = {
    "locations": "GET PUT PATCH",
    "sessions": "GET PUT PATCH",
    "tokens": "GET PUT PATCH",
    "tariffs": "GET PUT DELETE",
    "cdrs": "GET POST",
    "hubclientinfo": "GET PUT",
    "commands": "POST",
    "chargingprofiles": "GET PUT DELETE",
}
_UNKNOWN: Final = {"locations": 2003, "tokens": 2004}


@dataclass(frozen=True)
class Receiver:
    """`cdr_url`: where a CDR with these path segments can be had."""

    held: Shelf
    cdr_url: Callable[[Key], str]

    def answer(self, request: Received) -> Reply:
        """:raises Refused: in OCPI terms. :raises ValueError: if the body is not JSON."""
        if request.method not in METHODS.get(request.module, "GET PUT PATCH POST DELETE").split():
            raise Refused(405, 2000, f"{request.method} is not for {request.module}")
        if request.module in ("commands", "chargingprofiles"):
            return success({"result": "ACCEPTED", "timeout": 30})
        steps = {
            "GET": self._get,
            "PUT": self._put,
            "PATCH": self._patch,
            "POST": self._post,
            "DELETE": self._delete,
        }
        return steps[request.method](request)

    def _get(self, request: Received) -> Reply:
        found = self._present(request)
        if request.module == "locations":
            found = nested(found, request.segments[3:])
        if found is None:
            raise Refused(404, _UNKNOWN.get(request.module, 2000), "not known here")
        return success(found)

    def _put(self, request: Received) -> Reply:
        body = _body(request)
        _complete(_kind(request), body)
        _agree(request, body)
        inner = request.segments[3:] if request.module == "locations" else ()
        if not inner:
            created = self.held.put(request.module, self._key(request, body), body)
            return success(status=201 if created else 200)
        location = self._parent(request, inner)
        created = nested(location, inner) is None
        whole = with_nested(location, inner, body)
        self.held.put("locations", self._key(request, body), whole)
        return success(status=201 if created else 200)

    def _parent(self, request: Received, inner: tuple[str, ...]) -> Document:
        location = self._present(request)
        if location is None or nested(location, inner[:-1]) is None:
            raise Refused(404, 2003, "its parent is not known here")
        return location

    def _patch(self, request: Received) -> Reply:
        change = _body(request)
        if "last_updated" not in change:
            raise Refused(200, 2001, "a PATCH needs last_updated")
        whole = self._present(request)
        inner = request.segments[3:] if request.module == "locations" else ()
        present = nested(whole, inner)
        if whole is None or present is None:
            raise Refused(404, _UNKNOWN.get(request.module, 2000), "not known here")
        renewed = with_nested(whole, inner, merged(present, change))
        self.held.put(request.module, self._key(request, whole), renewed)
        return success()

    def _post(self, request: Received) -> Reply:
        body = _body(request)
        if request.module != "cdrs":
            self.held.put(request.module, key_of(request.segments), body)
            return success(status=201)
        _complete("cdrs", body)
        key = own_key("cdrs", body)
        location = {"Location": self.cdr_url(tuple(str(body[name]) for name in _OWNED))}
        known = self.held.get("cdrs", key)
        if known is not None and known != body:
            return refused(2001, "a CDR of this id is here already, and it is another one")
        self.held.put("cdrs", key, body)
        return success(status=201 if known is None else 200, headers=location)

    def _delete(self, request: Received) -> Reply:
        if not self.held.drop(request.module, self._key(request, {})):
            raise Refused(404, 2000, "not known here")
        return success()

    def _present(self, request: Received) -> Document | None:
        if request.module == "hubclientinfo":
            wanted = key_of(request.segments)
            known = self.held.all("hubclientinfo")
            return next((i for i in known if own_key(request.module, i)[:2] == wanted), None)
        return self.held.get(request.module, self._key(request, {}))

    def _key(self, request: Received, body: Document) -> Key:
        """Where the object of this path is kept; a location's EVSEs are kept within it."""
        if request.module == "hubclientinfo":
            return own_key("hubclientinfo", body)
        if request.module == "tokens":
            kind = request.parameter("type") or str(body.get("type", "RFID"))
            return key_of((*request.segments, kind))
        return key_of(request.segments[:3] if request.module == "locations" else request.segments)


def _body(request: Received) -> Document:
    body = request.json()
    if not isinstance(body, dict):
        raise Refused(200, 2001, "an object was expected")
    return body


def _kind(request: Received) -> str:
    if request.module != "locations":
        return request.module
    return {4: "evse", 5: "connector"}.get(len(request.segments), "locations")


def _complete(kind: str, body: Document) -> None:
    missing = [name for name in REQUIRED.get(kind, "").split() if body.get(name) is None]
    if missing:
        raise Refused(200, 2001, f"missing: {', '.join(missing)}")


def _agree(request: Received, body: Document) -> None:
    """What the path says must be what the body says (OCPI 2.3.0, client owned objects)."""
    names = {
        "evse": ("uid",),
        "connector": ("id",),
        "tokens": ("country_code", "party_id", "uid"),
        "hubclientinfo": ("country_code", "party_id"),
    }.get(_kind(request), _OWNED)
    said = key_of(str(body.get(name, "")) for name in names)
    if said != key_of(request.segments[-len(names) :]):
        raise Refused(200, 2001, "the path names another object than the body")
