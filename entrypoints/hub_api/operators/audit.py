"""The audit trail, for those with the role admin or observer: read, and verified."""

from application.hub import Hub
from domain.operators.audit import AuditQuery
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.listing import check_period, cut, moment_asked
from entrypoints.hub_api.operators.shapes import record_shape, verified_shape
from entrypoints.ocpi.replies import Reply, of_value

_LISTED = 1000
"""A list is cut out of the last thousand that fit: a period narrows it."""


def list_audit(hub: Hub, call: HubApiCall) -> Reply:
    """GET: records that fit, the last one first."""
    since, before = moment_asked(call, "since"), moment_asked(call, "before")
    check_period(since, before, "since", "before")
    query = AuditQuery(
        actor=call.parameter("actor"),
        act=call.parameter("act"),
        object=call.parameter("object"),
        since=since,
        before=before,
        limit=_LISTED,
    )
    return cut(call, [record_shape(each) for each in hub.audit_trail.listed(query)])


def verify_audit(hub: Hub, call: HubApiCall) -> Reply:
    """GET verify: the whole chain hashed again; `fault` names the first record that is broken."""
    return of_value(verified_shape(hub.audit_trail.verify(head=call.parameter("head") or "")))
