"""CDRs: taken into custody, and looked at by their owner under the hub's own URL (mod_cdrs)."""

from application.cdrs.checking import Posted
from application.cdrs.custody import Taken
from application.hub import Hub
from domain.ports import WireAnswer
from entrypoints.ocpi.calls import OcpiCall
from entrypoints.ocpi.replies import Reply, message_of


def post_cdr(hub: Hub, call: OcpiCall) -> Reply:
    """POST: in custody once this is answered 1000, with the hub's Location (H-CDR-2, H-CDR-5)."""
    taken = hub.cdr_custody.take(
        Posted(
            document=call.json_object(),
            body=call.body,
            by=call.caller.partner,
            sender=call.parties.sender,
            to=call.parties.receiver,
            correlation_id=call.ids.correlation,
        )
    )
    sender = None if call.is_to_hub else taken.filed.receiver
    if taken.declined is not None:
        return Reply(
            status=_status_of(taken.declined),
            passed_on=taken.declined.body,
            sender=sender,
            about=str(taken.filed.key),
        )
    return Reply(
        status=201 if taken.created else 200,
        message=message_of(taken.filed.remarks)
        if taken.created
        else "in custody already: nothing is to be done",
        headers={"Location": _location(call, taken)},
        sender=sender,
        about=str(taken.filed.key),
    )


def get_cdr(hub: Hub, call: OcpiCall) -> Reply:
    """GET of a Location: the CDR as it came, for its owner alone; with any TO."""
    filed = hub.cdr_custody.of_ref(call.path["object_id"], by=call.caller.partner)
    return Reply(data=filed.body)


def _location(call: OcpiCall, taken: Taken) -> str:
    return f"{call.base_url}/receiver/cdrs/{taken.filed.ref}"


def _status_of(answer: WireAnswer) -> int:
    """As every relay: a receiver's failure never looks like one of the requester's."""
    ok = 200 <= answer.status < 300 or answer.status in (404, 405)
    return answer.status if ok else 200
