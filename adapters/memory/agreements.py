"""Agreements, and quarantined objects, in memory."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.memory.stamps import MemoryStamp
from domain.objects.quarantine import Quarantined, id_of
from domain.partners.agreements import Agreement


@dataclass(frozen=True)
class MemoryAgreements:
    held: dict[str, Agreement] = field(default_factory=dict)
    stamp: MemoryStamp = field(default_factory=MemoryStamp)

    def all(self) -> tuple[Agreement, ...]:
        return tuple(sorted(self.held.values(), key=lambda each: (each.made_at, each.id)))

    def versions(self) -> Mapping[str, Hashable]:
        return {each.id: each.fees for each in self.held.values()}

    def add(self, agreement: Agreement) -> bool:
        is_new = self.held.setdefault(agreement.id, agreement) is agreement
        self.stamp.outdate()
        return is_new

    def get(self, agreement_id: str) -> Agreement | None:
        return self.held.get(agreement_id)

    def price(self, agreement: Agreement) -> bool:
        known = self.held.get(agreement.id)
        if known is not None:
            self.held[agreement.id] = replace(known, fees=agreement.fees)
        self.stamp.outdate()
        return known is not None

    def remove(self, agreement_id: str) -> bool:
        is_gone = self.held.pop(agreement_id, None) is not None
        self.stamp.outdate()
        return is_gone


@dataclass(frozen=True)
class MemoryQuarantine:
    held: dict[str, Quarantined] = field(default_factory=dict)

    def put(self, found: Quarantined) -> None:
        held = self.held.get(found.id)
        since = found.seen_at if held is None else held.since
        accepted_at = None if held is None else held.accepted_at
        self.held[found.id] = replace(found, since=since, accepted_at=accepted_at)

    def get(self, ref: str) -> Quarantined | None:
        return next((each for each in self.held.values() if each.ref == ref), None)

    def of(self, partner_id: str, module: str, name: str) -> Quarantined | None:
        return self.held.get(id_of(partner_id, module, name))

    def accept(self, ref: str, *, at: datetime) -> None:
        held = self.get(ref)
        if held is not None:
            self.held[held.id] = replace(held, accepted_at=at)

    def all(self, *, partner_id: str | None = None, limit: int = 100) -> tuple[Quarantined, ...]:
        found = [each for each in self.held.values() if partner_id in (None, each.partner_id)]
        found.sort(key=lambda each: (each.seen_at, each.id), reverse=True)
        return tuple(found[:limit])

    def clear(self, partner_id: str, module: str, *, before: datetime) -> int:
        gone = [
            name
            for name, each in self.held.items()
            if (each.partner_id, each.module) == (partner_id, module) and each.seen_at < before
        ]
        for name in gone:
            del self.held[name]
        return len(gone)
