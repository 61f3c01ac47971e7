"""Locations by paths of the hub's own: no owner in the path, EVSEs by their public id.

What they do is what OCPI's own paths do, addressed to the hub (D-2, D-3, D-4).
"""

from application.hub import Hub
from application.modules import MODULES
from application.objects.pushed import Pushed
from domain import errors
from domain.objects.stored import ObjectKey, PartPath, Stored
from domain.routing.routes import sender_of
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.listing import listed
from entrypoints.ocpi.replies import Reply

_LOCATIONS = MODULES["locations"]


def list_locations(hub: Hub, call: HubApiCall) -> Reply:
    """GET: everything that the caller may list, as on OCPI's own path, in order of creation."""
    return listed(hub, call, _LOCATIONS.id)


def get_location(hub: Hub, call: HubApiCall) -> Reply:
    """GET of a location, EVSE or connector that the caller may see."""
    stored = visible_location(hub, call)
    return Reply(data=hub.object_reader.part(stored, part_of(hub, call, stored)))


def push_location(hub: Hub, call: HubApiCall) -> Reply:
    """PUT or PATCH of the caller's own location, EVSE or connector: to the hub, for all readers."""
    key = _own_key(call)
    pushed = Pushed(
        key=key,
        path=_own_part(hub, call, key),
        method=call.method,
        body=call.body,
        document=call.json_object(),
        by=call.partner,
        correlation_id=call.correlation_id,
    )
    accepted = hub.object_intake.take(pushed)
    return Reply(status=201 if accepted.created else 200, about=str(key))


def visible_location(hub: Hub, call: HubApiCall) -> Stored:
    """The location that the URL names, with its owner or without.

    :raises UnknownObject: if the caller may see none such.
    :raises AmbiguousObject: if several owners have one, and none is named.
    """
    location_id, viewer = call.path["location_id"], call.viewer(hub)
    owner = call.owner
    if owner is None or owner == hub.party.party:
        return hub.object_reader.only(_LOCATIONS.id, location_id, viewer=viewer)
    return hub.object_reader.of_owner(ObjectKey(_LOCATIONS.id, owner, location_id), viewer=viewer)


def _own_key(call: HubApiCall) -> ObjectKey:
    """The location's key: OCPI-from is its owner, else the platform's only party that fits.

    :raises InvalidParameter: if several fit, and none is named.
    :raises NotYours: if that party owns no locations (T-OWN-3).
    """
    owner = sender_of(call.partner, call.claimed, roles=_LOCATIONS.owners)
    if not call.partner.has_role(owner, _LOCATIONS.owners):
        raise errors.NotYours(f"{owner.spelled} is not a party of yours that owns {_LOCATIONS.id}")
    return ObjectKey(_LOCATIONS.id, owner, call.path["location_id"])


def _own_part(hub: Hub, call: HubApiCall, key: ObjectKey) -> PartPath:
    """Where the EVSE or connector is; its location must be there already (L-4)."""
    if "evse_id" not in call.path:
        return ()
    try:
        stored = hub.object_reader.own_copy(key)
    except errors.UnknownObject as unknown:
        raise errors.UnknownLocation(f"location {key.id} is not known") from unknown
    return part_of(hub, call, stored)


def part_of(hub: Hub, call: HubApiCall, stored: Stored) -> PartPath:
    """The EVSE by its uid, else by its public id; a connector by its id (D-3)."""
    evse_id, connector_id = call.path.get("evse_id"), call.path.get("connector_id")
    if evse_id is None:
        return ()
    uid = hub.object_reader.evse_uid(stored, evse_id)
    return (uid,) if connector_id is None else (uid, connector_id)
