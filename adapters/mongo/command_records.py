"""Commands as MongoDB keeps them. What indexes are sparse by is left out where there is none."""

from bson import Binary

from adapters.mongo.client import Record, known_of
from domain.commands.phases import Phase, Step
from domain.commands.records import CommandRecord
from domain.commands.requests import Side, Unsent
from domain.commands.results import CommandResponse, CommandResult, Passing
from domain.partners.party import PartyId

_AS_THEY_ARE = (
    "module",
    "name",
    "response_url",
    "correlation_id",
    "created_at",
    "deadline",
    "expires",
    "kept_until",
    "location_id",
    "session_id",
    "reservation_id",
    "reason",
    "revision",
)


def of_command(command: CommandRecord) -> Record:
    record: Record = {
        "_id": command.id,
        **{name: getattr(command, name) for name in _AS_THEY_ARE},
        "requester": _of_side(command.requester),
        "target": _of_side(command.target),
        "phase": command.phase.value,
        "steps": [[step.status, step.at] for step in command.steps],
        "unsent": _of_unsent(command.unsent),
        "response": _of_response(command.response),
        "results": [_of_result(result) for result in command.results],
    }
    found_by = {"due": command.due, "standing": command.standing, "untold": list(command.untold)}
    return record | {name: value for name, value in found_by.items() if value}


def as_command(record: Record) -> CommandRecord:
    response, unsent = record["response"], record["unsent"]
    return CommandRecord(
        id=record["_id"],
        **{name: record[name] for name in _AS_THEY_ARE},
        requester=_as_side(record["requester"]),
        target=_as_side(record["target"]),
        phase=Phase(record["phase"]),
        steps=tuple(Step(status, at) for status, at in record["steps"]),
        unsent=None if unsent is None else Unsent(**known_of(unsent, Unsent)),
        response=None
        if response is None
        else CommandResponse(**known_of(response, CommandResponse)),
        results=tuple(_as_result(result) for result in record["results"]),
        untold=tuple(record.get("untold", ())),
    )


def _of_side(side: Side) -> Record:
    return {"partner_id": side.partner_id, "party": str(side.party)}


def _as_side(record: Record) -> Side:
    return Side(record["partner_id"], PartyId.parse(record["party"]))


def _of_unsent(unsent: Unsent | None) -> Record | None:
    if unsent is None:
        return None
    body = None if unsent.body is None else Binary(unsent.body)
    return {"suffix": unsent.suffix, "query": unsent.query, "body": body}


def _of_response(response: CommandResponse | None) -> Record | None:
    if response is None:
        return None
    return {**vars(response), "body": Binary(response.body)}


def _of_result(result: CommandResult) -> Record:
    return {**vars(result), "body": Binary(result.body), "passing": result.passing.value}


def _as_result(record: Record) -> CommandResult:
    return CommandResult(
        **{**known_of(record, CommandResult), "passing": Passing(record["passing"])}
    )
