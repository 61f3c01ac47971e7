"""How far partners' lists are read, in memory."""

from dataclasses import dataclass, field

from domain.objects.pulls import ListRead
from domain.partners.party import PartyId


@dataclass(frozen=True)
class MemoryPulls:
    held: dict[tuple[str, str, PartyId], ListRead] = field(default_factory=dict)

    def of(self, partner_id: str) -> tuple[ListRead, ...]:
        found = (read for (partner, *_), read in list(self.held.items()) if partner == partner_id)
        return tuple(sorted(found, key=lambda read: (read.module, str(read.party))))

    def note(self, partner_id: str, read: ListRead) -> None:
        self.held[(partner_id, *read.name)] = read

    def forget(self, partner_id: str, read: ListRead) -> None:
        self.held.pop((partner_id, *read.name), None)

    def unfinished(self) -> frozenset[str]:
        return frozenset(name[0] for name, read in list(self.held.items()) if read.goes_on)
