"""What was taken and is odd all the same: a partner sees what it said itself (T-EXT-4)."""

from application.hub import Hub
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.listing import asked_partner, cut
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.objects.shapes import remarked_shape
from entrypoints.ocpi.replies import Reply

_LISTED = 1000
"""A list is cut out of the thousand that were seen last."""


def list_remarks(hub: Hub, call: HubApiCall) -> Reply:
    """GET: the objects that have remarks, seen last first."""
    found = hub.remarks.all(
        partner_id=asked_partner(hub, call), module=call.parameter("module"), limit=_LISTED
    )
    names = Names.of(hub)
    return cut(call, [remarked_shape(each, names) for each in found])
