"""What was pulled and could not be taken: a partner sees its own, to put it right (T-PAG-12)."""

from application.hub import Hub
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.listing import asked_partner, cut
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.objects.shapes import quarantined_shape
from entrypoints.ocpi.replies import Reply, of_value

_LISTED = 1000
"""A list is cut out of the thousand that were seen last."""


def list_quarantined(hub: Hub, call: HubApiCall) -> Reply:
    """GET: what is quarantined, seen last first."""
    found = hub.quarantine.all(partner_id=asked_partner(hub, call), limit=_LISTED)
    names = Names.of(hub)
    return cut(call, [quarantined_shape(each, names) for each in found])


def accept_quarantined(hub: Hub, call: HubApiCall) -> Reply:
    """POST accept: an operator lets it in, now and whenever it is pulled again."""
    accepted = hub.pulled_intake.let_in(call.path["quarantined"])
    return of_value(quarantined_shape(accepted, Names.of(hub)))
