"""What may be asked of a charge point operator: each command, and each verb of charging profiles.

OCPI 2.3.0, mod_commands and mod_charging_profiles: one conversation of many kinds. It is asked
with a `response_url`, answered at once, and its result comes to that URL later.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

COMMANDS = "commands"
PROFILES = "chargingprofiles"

RESERVE_NOW = "RESERVE_NOW"
CANCELED_RESERVATION = "CANCELED_RESERVATION"
ACCEPTED = "ACCEPTED"

_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,36}")


class FoundBy(StrEnum):
    """How the hub finds the party to ask where none is named."""

    LOCATION = "location"
    SESSION = "session"
    RESERVATION = "reservation"
    ANYTHING = "anything"


@dataclass(frozen=True)
class Refusal:
    """The hub's own answer where it finds no party to ask: status code and `result`."""

    code: int
    result: str


_REFUSALS: dict[FoundBy, Refusal] = {
    FoundBy.LOCATION: Refusal(2003, "REJECTED"),
    FoundBy.SESSION: Refusal(1000, "UNKNOWN_SESSION"),
    FoundBy.RESERVATION: Refusal(1000, "REJECTED"),
}


@dataclass(frozen=True)
class CommandKind:
    """One of them. `request`, `response` and `result` name the schemas; an unknown command's body
    is not checked (`request` None).

    `has_body` is False where `response_url` is in the query.
    """

    module: str
    name: str
    found_by: FoundBy
    request: str | None = None
    response: str = "command_response"
    result: str = "command_result"

    @property
    def method(self) -> str:
        """The HTTP method that it is asked with."""
        return "POST" if self.module == COMMANDS else self.name

    @property
    def has_body(self) -> bool:
        return self.method in ("POST", "PUT")

    @property
    def is_custom(self) -> bool:
        """Whether it is a command that OCPI does not name (CM-10)."""
        return self.module == COMMANDS and self.request is None

    @property
    def refusal(self) -> Refusal | None:
        """What is answered where no party is found; None: that the receiver is unknown."""
        return _REFUSALS.get(self.found_by)

    def callback(self, command_id: str) -> str:
        """The path of the hub's own `response_url`, below its SENDER interfaces.

        The id alone counts; the name in it is for people who read logs.
        """
        if self.module == PROFILES:
            return f"{PROFILES}/callback/{command_id}"
        name = self.name if _PLAIN.fullmatch(self.name) else "CUSTOM"
        return f"{COMMANDS}/{name}/{command_id}"


def _command(name: str, found_by: FoundBy) -> CommandKind:
    return CommandKind(COMMANDS, name, found_by, request=name.lower())


def _profile(method: str, result: str, request: str | None = None) -> CommandKind:
    answered = "charging_profile_response"
    return CommandKind(PROFILES, method, FoundBy.SESSION, request, response=answered, result=result)


_COMMANDS = {
    kind.name: kind
    for kind in (
        _command("START_SESSION", FoundBy.LOCATION),
        _command("STOP_SESSION", FoundBy.SESSION),
        _command(RESERVE_NOW, FoundBy.LOCATION),
        _command("CANCEL_RESERVATION", FoundBy.RESERVATION),
        _command("UNLOCK_CONNECTOR", FoundBy.LOCATION),
    )
}
_PROFILES = {
    kind.name: kind
    for kind in (
        _profile("GET", "active_charging_profile_result"),
        _profile("PUT", "charging_profile_result", "set_charging_profile"),
        _profile("DELETE", "clear_profile_result"),
    )
}


def command_kind(name: str) -> CommandKind:
    """The command of this name; CommandType is an open enum, so every name is one."""
    return _COMMANDS.get(name) or CommandKind(COMMANDS, name, FoundBy.ANYTHING)


def profile_kind(method: str) -> CommandKind:
    """What this HTTP method means to a charging profile."""
    return _PROFILES[method]


def kind_of(module: str, name: str) -> CommandKind:
    """The kind that a record names."""
    return command_kind(name) if module == COMMANDS else profile_kind(name)
