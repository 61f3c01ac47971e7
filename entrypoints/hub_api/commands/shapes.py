"""A command as it looks outside: to its requester, and to the hub's operators."""

from adapters.ocpi import exact_json
from domain.commands.records import CommandRecord
from domain.commands.requests import Side
from domain.commands.results import CommandResponse, CommandResult
from domain.times import format_time
from entrypoints.hub_api.shapes import Shape


def command_shape(command: CommandRecord) -> Shape:
    """`status` is where it stands now, `steps` every status that it had, and since when.

    What the operator answered is in `response` and `results`, in its own words.
    """
    return {
        "command_id": command.id,
        "module": command.module,
        "command": command.name,
        "status": command.status,
        "steps": [{"status": step.status, "at": format_time(step.at)} for step in command.steps],
        "requester": _party(command.requester),
        "receiver": _party(command.target),
        "location_id": command.location_id,
        "session_id": command.session_id,
        "reservation_id": command.reservation_id,
        "created": format_time(command.created_at),
        "deadline": format_time(command.deadline),
        "response": None if command.response is None else _response(command.response),
        "results": [_result(result) for result in command.results],
        "reason": command.reason or None,
    }


def _response(response: CommandResponse) -> Shape:
    return {
        "at": format_time(response.at),
        "result": response.result,
        "timeout": response.timeout_s,
        "document": exact_json.parse(response.body),
    }


def _result(result: CommandResult) -> Shape:
    return {
        "at": format_time(result.at),
        "result": result.result,
        "forwarding": result.passing.value,
        "late": result.is_late,
        "document": exact_json.parse(result.body),
    }


def _party(side: Side) -> str:
    return side.party.spelled
