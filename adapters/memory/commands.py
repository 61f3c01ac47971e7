"""Commands in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from domain.commands.records import CommandRecord
from domain.errors import AddressRefused, RecordChanged
from domain.routing.outbound_urls import as_given


@dataclass(frozen=True)
class MemoryCommands:
    held: dict[str, CommandRecord] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock, repr=False)

    def save(self, command: CommandRecord) -> CommandRecord:
        with self.lock:
            held = self.held.get(command.id)
            if (held.revision if held is not None else 0) != command.revision:
                raise RecordChanged(command.id)
            saved = replace(command, revision=command.revision + 1)
            self.held[command.id] = saved
            return saved

    def get(self, command_id: str) -> CommandRecord | None:
        with self.lock:
            return self.held.get(command_id)

    def standing(self, name: str) -> CommandRecord | None:
        found = [each for each in self._all() if each.standing == name]
        return max(found, key=lambda each: each.created_at, default=None)

    def due(self, *, now: datetime, limit: int) -> tuple[CommandRecord, ...]:
        waiting = [(each.due, each) for each in self._all() if each.due is not None]
        found = [(due, each) for due, each in waiting if due <= now]
        found.sort(key=lambda pair: pair[0])
        return tuple(each for _, each in found[:limit])

    def untold(self, *, limit: int) -> tuple[CommandRecord, ...]:
        return _oldest_first(each for each in self._all() if each.untold)[:limit]

    def made(self, *, partner_id: str | None = None, limit: int = 100) -> tuple[CommandRecord, ...]:
        own = (each for each in self._all() if partner_id in (None, each.requester.partner_id))
        return _oldest_first(own)[::-1][:limit]

    def _all(self) -> tuple[CommandRecord, ...]:
        with self.lock:
            return tuple(self.held.values())


def _oldest_first(commands: Iterable[CommandRecord]) -> tuple[CommandRecord, ...]:
    return tuple(sorted(commands, key=lambda each: (each.created_at, each.id)))


@dataclass(frozen=True)
class MemoryGuard:
    """Refuses the URLs that begin with one of `refused`."""

    refused: tuple[str, ...] = ("http://127.", "https://127.", "https://10.")

    def check(self, url: str) -> None:
        if as_given(url).startswith(self.refused):
            raise AddressRefused("the hub may not call this URL")
