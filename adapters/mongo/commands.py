"""Commands on MongoDB: one record each, its step written by compare-and-set."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.command_records import as_command, of_command
from domain.commands.records import CommandRecord
from domain.errors import RecordChanged

COLLECTION = "commands"


@dataclass(frozen=True)
class MongoCommands:
    database: DatabaseOf

    @answering()
    def save(self, command: CommandRecord) -> CommandRecord:
        saved = replace(command, revision=command.revision + 1)
        record = of_command(saved)
        if command.revision == 0:
            self._insert(record)
            return saved
        same = {"_id": command.id, "revision": command.revision}
        if self._commands.replace_one(same, record).matched_count == 0:
            raise RecordChanged(command.id)
        return saved

    @answering()
    def get(self, command_id: str) -> CommandRecord | None:
        record = self._commands.find_one({"_id": command_id})
        return None if record is None else as_command(record)

    @answering()
    def standing(self, name: str) -> CommandRecord | None:
        found = self._found({"standing": name}, (("created_at", -1),), 1)
        return found[0] if found else None

    @answering()
    def due(self, *, now: datetime, limit: int) -> tuple[CommandRecord, ...]:
        return self._found({"due": {"$lte": now}}, (("due", 1),), limit)

    @answering()
    def untold(self, *, limit: int) -> tuple[CommandRecord, ...]:
        is_untold = {"untold": {"$exists": True}}
        return self._found(is_untold, (("created_at", 1), ("_id", 1)), limit)

    @answering()
    def made(self, *, partner_id: str | None = None, limit: int = 100) -> tuple[CommandRecord, ...]:
        own = {} if partner_id is None else {"requester.partner_id": partner_id}
        return self._found(own, (("created_at", -1), ("_id", -1)), limit)

    def _found(
        self, wanted: Mapping[str, Any], order: tuple[tuple[str, int], ...], limit: int
    ) -> tuple[CommandRecord, ...]:
        found = self._commands.find(wanted).sort(list(order)).limit(limit)
        return tuple(as_command(record) for record in found)

    def _insert(self, record: Record) -> None:
        try:
            self._commands.insert_one(record)
        except DuplicateKeyError as error:
            raise RecordChanged(record["_id"]) from error

    @property
    def _commands(self) -> Collection[Record]:
        return self.database()[COLLECTION]
