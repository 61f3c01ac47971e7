"""POST tokens/{uid}/authorize: real-time authorization (OCPI 2.3.0, mod_tokens)."""

from dataclasses import replace

from application.hub import Hub
from application.routing.authorization import Question, StandIn
from domain.objects.tokens import type_of
from entrypoints.ocpi import relaying
from entrypoints.ocpi.calls import OcpiCall
from entrypoints.ocpi.replies import Reply


def authorize(hub: Hub, call: OcpiCall) -> Reply:
    """The owner's answer, else the hub's in its place; the body may be empty, `{}` or `null`.

    Some write the owner into the URL as RECEIVER interfaces have it: it is asked, unless TO names
    another party.
    """
    token_type = type_of(dict(call.query).get("type"))
    sender = call.parties.sender
    receiver = call.parties.receiver or (call.owner if "party_id" in call.path else None)
    references = None if call.document in (None, {}) else call.json_object()
    call = replace(
        call,
        suffix="/" + "/".join(call.suffix.split("/")[-2:]),
        body=call.body if references else b"",
    )
    question = Question(
        uid=call.path["object_id"],
        type=token_type,
        passed=relaying.passed(call, receiver=receiver or sender),
        receiver=receiver,
        references=references,
    )
    answer = hub.token_authorization.ask(
        question, viewer=hub.object_reader.lister("tokens", sender)
    )
    if isinstance(answer, StandIn):
        return Reply(data=answer.data, decision="stand-in", rule="H-TK-3")
    return relaying.answer(answer)
