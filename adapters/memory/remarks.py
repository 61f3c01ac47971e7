"""What was taken with remarks, in memory: found among the objects and in the archive."""

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.memory.archive import MemoryArchive
from adapters.memory.objects import MemoryObjects
from domain.objects.quarantine import Remarked


@dataclass(frozen=True)
class MemoryRemarks:
    objects: MemoryObjects
    archive: MemoryArchive

    def all(
        self, *, partner_id: str | None = None, module: str | None = None, limit: int = 100
    ) -> tuple[Remarked, ...]:
        found = sorted(
            self._of_partner(partner_id, module),
            key=lambda each: (each.at, str(each.key)),
            reverse=True,
        )
        return tuple(found[:limit])

    def count(self, *, partner_id: str | None = None, module: str | None = None) -> int:
        return sum(1 for _ in self._of_partner(partner_id, module))

    def _of_partner(self, partner_id: str | None, module: str | None) -> Iterator[Remarked]:
        for each in self._everything():
            if partner_id in (None, each.partner_id) and module in (None, each.key.module):
                yield each

    def _everything(self) -> Iterator[Remarked]:
        for stored in tuple(self.objects.held.values()):
            if stored.remarked_at is not None:
                yield Remarked(stored.origin, stored.key, stored.remarked_at, stored.remarks)
        for filed in self.archive.received():
            if filed.remarks:
                yield Remarked(filed.origin, filed.key, filed.received_at, filed.remarks)
