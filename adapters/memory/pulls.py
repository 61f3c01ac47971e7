"""How far partners' lists are read, in memory."""

from dataclasses import dataclass, field
from threading import Lock

from domain.objects.pulls import ListRead
from domain.partners.party import PartyId


@dataclass(frozen=True)
class MemoryPulls:
    held: dict[tuple[str, str, PartyId], ListRead] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock, repr=False)

    def of(self, partner_id: str) -> tuple[ListRead, ...]:
        found = (read for (partner, *_), read in list(self.held.items()) if partner == partner_id)
        return tuple(sorted(found, key=lambda read: (read.module, str(read.party))))

    def note(self, partner_id: str, read: ListRead) -> ListRead:
        with self.lock:
            held = self.held.get((partner_id, *read.name), read)
            kept = held if held.began > read.began else read
            self.held[(partner_id, *read.name)] = kept
            return kept

    def forget(self, partner_id: str, read: ListRead) -> None:
        self.held.pop((partner_id, *read.name), None)

    def unfinished(self) -> frozenset[str]:
        return frozenset(name[0] for name, read in list(self.held.items()) if read.goes_on)
