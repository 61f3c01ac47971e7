"""Commands under way, and which URLs may be called for their results.

Apart from the objects: a command is the hub's own record, and only its requester reads it.
"""

from datetime import datetime
from typing import Protocol

from domain.commands.records import CommandRecord


class CommandStore(Protocol):
    """One record a command. What is past its `kept_until` may be gone at any time."""

    def save(self, command: CommandRecord) -> CommandRecord:
        """Write the command if its revision is still the stored one (0: it is new).

        One atomic, durable write; returns it with the next revision.

        :raises errors.RecordChanged: if another process wrote it meanwhile.
        """
        ...

    def get(self, command_id: str) -> CommandRecord | None: ...

    def standing(self, name: str) -> CommandRecord | None:
        """Of the commands with this name (`domain.commands.lookups`), the one made last."""
        ...

    def due(self, *, now: datetime, limit: int) -> tuple[CommandRecord, ...]:
        """Commands that the sweeper has to look at by now, longest due first."""
        ...

    def untold(self, *, limit: int) -> tuple[CommandRecord, ...]:
        """Commands with statuses that subscribers have not been told of, oldest first."""
        ...

    def made(self, *, partner_id: str | None = None, limit: int = 100) -> tuple[CommandRecord, ...]:
        """Commands, newest first: all, or those that this platform has asked for."""
        ...


class AddressGuard(Protocol):
    def check(self, url: str) -> None:
        """Refuse at once what the hub may never call; names are looked up when it calls.

        :raises errors.AddressRefused: for the scheme, userinfo, host or literal address.
        """
        ...
