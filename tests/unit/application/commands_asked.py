"""Commands and charging profiles as they are asked, and platforms that ask and answer them."""

from collections.abc import Mapping
from typing import Any

from adapters.memory import MemoryWire, answer
from application.commands.results import Arrived
from domain.commands.kinds import Refusal, command_kind, profile_kind
from domain.commands.records import CommandRecord
from domain.commands.requests import CommandRequest, Side
from domain.commands.results import Passing
from domain.documents import JsonValue
from domain.objects.stored import EVERYONE, ObjectKey, Stored
from domain.partners.party import Endpoint, Interface, PartyId, Role
from domain.ports import WireAnswer
from tests.builders import (
    ABC,
    NOON,
    XYZ,
    Doc,
    PlainJson,
    a_partner,
    a_role,
    an_endpoint,
    at,
)
from tests.unit.application.house import House

QUERY = "duration=9&response_url=https://p3.example/1"
ALL = ("GET", "PUT", "DELETE")
P3 = "https://p3.example/cb/1"
BASE = "https://hub.example/ocpi/2.3.0/sender"
_BODIES: Mapping[str, Doc] = {
    "START_SESSION": {"location_id": "LOC1"},
    "STOP_SESSION": {"session_id": "S1"},
    "RESERVE_NOW": {"location_id": "LOC1", "reservation_id": "R1", "expiry_date": at(3600)},
    "CANCEL_RESERVATION": {"reservation_id": "R1"},
    "UNLOCK_CONNECTOR": {"location_id": "LOC1", "evse_uid": "E1", "connector_id": "1"},
}


def a_house(**fields: Any) -> House:
    """ABC, a charge point operator at `cpo`, and XYZ, a service provider at `emsp`."""
    platforms = [
        a_partner(name, a_role(role, party), endpoints=_endpoints(name))
        for name, role, party in (("cpo", Role.CPO, ABC), ("emsp", Role.EMSP, XYZ))
    ]
    house = House(**{"wire": MemoryWire(usual=says()), **fields})
    return house.with_partners(*platforms)


def _endpoints(host: str) -> tuple[Endpoint, ...]:
    modules = ("locations", "commands", "chargingprofiles")
    return tuple(an_endpoint(each, side, host) for each in modules for side in Interface)


def a_body(name: str, **fields: Any) -> Doc:
    """A valid body for this command of XYZ's; None takes a field away."""
    usual: Doc = {"response_url": P3, **_BODIES.get(name, {})}
    if name in ("START_SESSION", "RESERVE_NOW"):
        usual["token"] = {"country_code": "fr", "party_id": "xyz", "uid": "T1"}
    return {key: value for key, value in {**usual, **fields}.items() if value is not None}


def asked(
    name: str = "START_SESSION", *, to: PartyId | None = ABC, **fields: Any
) -> CommandRequest:
    """XYZ asks `to` for this command."""
    body = a_body(name, **fields)
    return CommandRequest(
        kind=command_kind(name),
        requester=Side("emsp", XYZ),
        receiver=to,
        suffix=f"/{name}",
        correlation_id="C-1",
        body=PlainJson().dump(body),
        document=body,
    )


def asked_profile(
    method: str = "PUT", *, to: PartyId | None = ABC, query: str = ""
) -> CommandRequest:
    """XYZ asks about the charging profile of session S1."""
    body: Doc | None = {"response_url": P3, "charging_profile": {}} if method == "PUT" else None
    return CommandRequest(
        kind=profile_kind(method),
        requester=Side("emsp", XYZ),
        receiver=to,
        suffix="/S1",
        correlation_id="C-1",
        query=query,
        body=None if body is None else PlainJson().dump(body),
        document=body,
        session="S1",
    )


def says(result: str = "ACCEPTED", timeout: JsonValue = 30, *, code: int = 1000) -> WireAnswer:
    """An operator's response in its envelope."""
    return envelope({"result": result, "timeout": timeout}, code=code)


def envelope(data: JsonValue = None, *, code: int = 1000, status: int = 200) -> WireAnswer:
    body = PlainJson().dump({"data": data, "status_code": code})
    return answer(status=status, code=code, data=data, body=body)


def sent_by(house: House, name: str = "START_SESSION", **fields: Any) -> CommandRecord:
    """The command after XYZ has asked ABC for it and was answered ACCEPTED within 30 s."""
    house.wire.script.append(fields.pop("answer", says()))
    assert not isinstance(house.command_sender.ask(asked(name, **fields)), Refusal)
    return last(house)


def begun_by(house: House, name: str = "START_SESSION", **fields: Any) -> CommandRecord:
    begun = house.command_sender.begin(asked(name, **fields))
    assert isinstance(begun, CommandRecord)
    return begun


def last(house: House) -> CommandRecord:
    command: CommandRecord = list(house.commands.held.values())[-1]
    return command


def now(house: House, command: CommandRecord) -> CommandRecord:
    """The command as it is kept now."""
    held: CommandRecord = house.commands.held[command.id]
    return held


def arrived(command: CommandRecord, result: str = "ACCEPTED", **fields: Any) -> Arrived:
    document = {"result": result}
    usual: Any = {
        "command_id": command.id,
        "partner_id": "cpo",
        "body": PlainJson().dump(document),
        "document": document,
        "correlation_id": "C-2",
    }
    return Arrived(**{**usual, **fields})


def has_session(house: House, owner: PartyId = ABC, *, reader: PartyId = XYZ) -> None:
    key = ObjectKey("sessions", owner, "S1")
    house.objects.save(Stored(key, EVERYONE, b"{}", NOON, "cpo", reader=reader))


def take(
    house: House, command: CommandRecord, result: str = "ACCEPTED", **fields: Any
) -> CommandRecord:
    """The command after this result has come for it."""
    house.command_results.take(arrived(command, result, **fields))
    return now(house, command)


def called_back(house: House) -> list[bytes]:
    return [each.body or b"" for each in house.wire.asked if each.url == P3]


def passing(command: CommandRecord) -> list[Passing]:
    return [each.passing for each in command.results]
