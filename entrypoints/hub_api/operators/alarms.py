"""Alarms, for operators alone: each role sees them, and those that run the hub look after them."""

from application.hub import Hub
from domain import errors
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import shown
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.listing import cut
from entrypoints.ocpi.replies import Reply, of_value

_LISTED = 1000
"""A list is cut out of the last thousand that fit."""
STATES = {"open": True, "cleared": False}


def list_alarms(hub: Hub, call: HubApiCall) -> Reply:
    """GET: those that fit, seen last first."""
    state, kind = call.parameter("state"), call.parameter("kind")
    if state is not None and state not in STATES:
        raise errors.InvalidParameter(f"state: not one of {', '.join(STATES)}")
    if kind is not None and kind not in set(AlarmKind):
        raise errors.InvalidParameter(f"kind: not one of {', '.join(AlarmKind)}")
    found = hub.operator_alarms.listed(
        is_open=None if state is None else STATES[state],
        kind=None if kind is None else AlarmKind(kind),
        limit=_LISTED,
    )
    return cut(call, [shown(each) for each in found])


def acknowledge_alarm(hub: Hub, call: HubApiCall) -> Reply:
    """POST: this operator looks after it."""
    return of_value(shown(hub.operator_alarms.acknowledge(call.path["alarm"], by=call.actor.name)))
