"""Going on with commands where a request, a worker or a whole process has left them.

Deadlines are kept by the record alone, so they hold across restarts: what is past its own ends in
the hub's books, and nothing is sent for it (H-CM-5). What was begun and is still in time is sent.
"""

from contextlib import suppress
from dataclasses import dataclass

from application.commands.results import CommandResults
from application.commands.sender import CommandSender
from domain import errors
from domain.commands.phases import Phase
from domain.commands.records import CommandRecord
from domain.ports import Clock, CommandStore, Counters

_AT_ONCE = 100


@dataclass(frozen=True)
class CommandDeadlines:
    """Safe to repeat, and by several at once: each step is claimed in the record."""

    commands: CommandStore
    command_sender: CommandSender
    command_results: CommandResults
    counters: Counters
    clock: Clock

    def due(self) -> tuple[str, ...]:
        """The ids of commands that have to be looked at, longest due first."""
        return tuple(each.id for each in self.commands.due(now=self.clock.now(), limit=_AT_ONCE))

    def follow(self, command_id: str) -> None:
        """Take the next step of this command."""
        command = self.commands.get(command_id)
        if command is None:
            return
        now = self.clock.now()
        overdue = command.overdue(now=now)
        with suppress(errors.RecordChanged, errors.OutOfTurn):
            current = command if overdue == command else self._saved(overdue)
            if current.unsent is not None:
                self.command_sender.send(current.id)
            else:
                self.command_results.forward(current)

    def _saved(self, overdue: CommandRecord) -> CommandRecord:
        saved = self.commands.save(overdue)
        if saved.phase is Phase.TIMEOUT:
            self.counters.count("commands_timeout", command=saved.name)
        return saved

    def sweep(self) -> int:
        """Follow all that are due, one after the other; how many that were."""
        due = self.due()
        for command_id in due:
            self.follow(command_id)
        return len(due)

    def find(self, command_id: str, *, partner_id: str | None) -> CommandRecord:
        """The command, for the platform that asked for it; None: for the hub's operators.

        :raises UnknownObject: if there is none, or it is another platform's.
        """
        command = self.commands.get(command_id)
        is_seen = command is not None and partner_id in (None, command.requester.partner_id)
        if command is None or not is_seen or self.clock.now() >= command.kept_until:
            raise errors.UnknownObject("there is no command of this id")
        return command

    def made(self, *, partner_id: str | None, limit: int) -> tuple[CommandRecord, ...]:
        """Commands, newest first: this platform's, or all."""
        return self.commands.made(partner_id=partner_id, limit=limit)
