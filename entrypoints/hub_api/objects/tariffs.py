"""Tariffs for those who may list them, and what charging costs at a connector (D-8).

OCPI's own path for one tariff is for its owner alone, and no path of OCPI says what applies where,
when.
"""

from adapters.ocpi import exact_json
from application.hub import Hub
from application.modules import MODULES
from domain.objects.stored import ObjectKey
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.listing import listed
from entrypoints.hub_api.objects.locations import part_of, visible_location
from entrypoints.hub_api.objects.shapes import quote_shape
from entrypoints.ocpi.paging import moment_of
from entrypoints.ocpi.replies import Reply

_TARIFFS = MODULES["tariffs"]


def list_tariffs(hub: Hub, call: HubApiCall) -> Reply:
    """GET: everything that the caller may list, as on OCPI's own path, in order of creation."""
    return listed(hub, call, _TARIFFS.id)


def get_tariff(hub: Hub, call: HubApiCall) -> Reply:
    """GET: one tariff that the caller may list, as its owner wrote it."""
    key = ObjectKey(_TARIFFS.id, call.named_owner, call.path["tariff_id"])
    lister = hub.object_reader.lister(_TARIFFS.id, call.viewer(hub).party)
    return Reply(data=hub.object_reader.of_owner(key, viewer=lister).body)


def quote_connector(hub: Hub, call: HubApiCall) -> Reply:
    """GET: the tariffs that apply at a connector, now or at the moment that `at` names."""
    at = moment_of(dict(call.query), "at")
    stored = visible_location(hub, call)
    path = part_of(hub, call, stored)
    quote = hub.tariff_quotes.quote(stored, path, reader=call.viewer(hub).party, at=at)
    return Reply(data=exact_json.dump(quote_shape(quote)))
