"""Sessions for those who may see them (D-8), and the watchdogs' findings for operators (D-21)."""

from application.hub import Hub
from application.modules import MODULES
from domain.objects.stored import ObjectKey
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.listing import cut, listed
from entrypoints.hub_api.objects.shapes import watched_shape
from entrypoints.ocpi.replies import Reply

_SESSIONS = MODULES["sessions"]
_LISTED = 1000
"""A list is cut out of the thousand that were heard of longest ago."""


def list_sessions(hub: Hub, call: HubApiCall) -> Reply:
    """GET: the sessions that are the caller's, or whose token is, in order of creation."""
    return listed(hub, call, _SESSIONS.id)


def get_session(hub: Hub, call: HubApiCall) -> Reply:
    """GET of one, by its owner and id."""
    key = ObjectKey(_SESSIONS.id, call.named_owner, call.path["session_id"])
    return Reply(data=hub.object_reader.of_owner(key, viewer=call.viewer(hub)).body)


def list_quiet(hub: Hub, call: HubApiCall) -> Reply:
    """GET quiet: sessions that are not over, and not heard of for 24 hours."""
    return cut(
        call, [watched_shape(stored) for stored in hub.session_watchdog.quiet(limit=_LISTED)]
    )


def list_unbilled(hub: Hub, call: HubApiCall) -> Reply:
    """GET unbilled: sessions COMPLETED for 24 hours that no CDR names."""
    return cut(
        call, [watched_shape(stored) for stored in hub.session_watchdog.unbilled(limit=_LISTED)]
    )
