"""POST tokens/{uid}/authorize: real-time authorization (OCPI 2.3.0, mod_tokens)."""

from application.authorizing import Question, StandIn
from application.hub import Hub
from domain.tokens import type_of
from entrypoints.ocpi import passing
from entrypoints.ocpi.calls import Call
from entrypoints.ocpi.replies import Reply


def authorize(hub: Hub, call: Call) -> Reply:
    """The owner's answer, else the hub's in its place; the body may be empty."""
    asked = type_of(dict(call.query).get("type"))
    sender = call.parties.sender
    receiver = call.parties.receiver
    question = Question(
        uid=call.path["object_id"],
        type=asked,
        passed=passing.passed(call, receiver=receiver or sender),
        receiver=receiver,
        references=call.json_object() if call.body else None,
    )
    answer = hub.authorizing.ask(question, viewer=hub.serving.lister("tokens", sender))
    if isinstance(answer, StandIn):
        return Reply(data=answer.data)
    return passing.answer(answer)
