"""Partners in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Any

from adapters.memory.stamps import MemoryStamp
from adapters.memory.storable import check_storable
from domain.errors import PartyTaken, RecordChanged, UnknownPartner
from domain.partners.partner import Partner

_NOTED = (
    "last_seen",
    "reachable",
    "ailing",
    "suspected",
    "probe_failures",
    "probed_at",
    "synced",
    "told",
    "untold",
    "untold_since",
    "joined_at",
)
"""What is noted beside the revision, and never by a save but the first."""


@dataclass(frozen=True)
class MemoryPartners:
    held: dict[str, Partner] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock, repr=False)
    stamp: MemoryStamp = field(default_factory=MemoryStamp)

    def get(self, partner_id: str) -> Partner:
        with self.lock:
            if partner_id not in self.held:
                raise UnknownPartner(partner_id)
            return self.held[partner_id]

    def by_token(self, fingerprint: str) -> Partner | None:
        for partner in self.all():
            if any(token.fingerprint == fingerprint for token in partner.tokens):
                return partner
        return None

    def by_spent(self, fingerprint: str) -> Partner | None:
        return next((each for each in self.all() if fingerprint in each.spent), None)

    def all(self) -> tuple[Partner, ...]:
        with self.lock:
            return tuple(
                sorted(self.held.values(), key=lambda each: (each.created_at, each.id)),
            )

    def versions(self) -> Mapping[str, Partner]:
        with self.lock:
            return dict(self.held)

    def some(self, partner_ids: Collection[str]) -> tuple[Partner, ...]:
        with self.lock:
            return tuple(self.held[each] for each in partner_ids if each in self.held)

    def outdate(self) -> None:
        self.stamp.outdate()

    def save(self, partner: Partner) -> Partner:
        saved = self._saved(partner)
        self.outdate()
        return saved

    def _saved(self, partner: Partner) -> Partner:
        check_storable(partner)
        with self.lock:
            held = self.held.get(partner.id)
            if (held.revision if held is not None else 0) != partner.revision:
                raise RecordChanged(partner.id)
            self._refuse_what_others_have(partner)
            saved = replace(partner, revision=partner.revision + 1)
            if held is not None:
                saved = replace(saved, **{name: getattr(held, name) for name in _NOTED})
            self.held[partner.id] = saved
            return saved

    def seen(self, partner_id: str, *, now: datetime) -> None:
        well = {"reachable": True, "ailing": False, "suspected": False, "probe_failures": 0}
        self._set_reachable(partner_id, last_seen=now, **well)

    def set_ailing(self, partner_id: str, *, ailing: bool) -> None:
        self._change_fields(partner_id, ailing=ailing)

    def suspect(self, partner_id: str) -> None:
        self._change_fields(partner_id, suspected=True)

    def probed(self, partner_id: str, *, failures: int, reachable: bool, now: datetime) -> None:
        self._set_reachable(
            partner_id,
            probe_failures=failures,
            reachable=reachable,
            probed_at=now,
            suspected=False,
        )

    def pulled(self, partner_id: str, module: str, *, at: datetime) -> None:
        with self.lock:
            if held := self.held.get(partner_id):
                synced = tuple(sorted({**dict(held.synced), module: at}.items()))
                self.held[partner_id] = replace(held, synced=synced)

    def joined(self, partner_id: str, *, at: datetime) -> None:
        self._change_fields(partner_id, joined_at=at)
        self.outdate()

    def told(self, partner_id: str, roles: str) -> None:
        self._change_fields(partner_id, told=roles)

    def untold(self, partner_id: str, roles: str, *, since: datetime) -> None:
        self._change_fields(partner_id, untold=roles, untold_since=since)

    def _set_reachable(self, partner_id: str, **fields: Any) -> None:
        before = self.held.get(partner_id)
        self._change_fields(partner_id, **fields)
        if before is not None and before.reachable != fields["reachable"]:
            self.outdate()

    def _change_fields(self, partner_id: str, **fields: Any) -> None:
        with self.lock:
            if partner_id in self.held:
                self.held[partner_id] = replace(self.held[partner_id], **fields)

    def _refuse_what_others_have(self, partner: Partner) -> None:
        others = [each for each in self.held.values() if each.id != partner.id]
        taken = partner.holds & {key for each in others for key in each.holds}
        if taken:
            raise PartyTaken(f"{min(taken)} is another platform's")
        used = {token.fingerprint for each in others for token in each.tokens}
        if used & {token.fingerprint for token in partner.tokens}:
            raise RecordChanged("a token of this fingerprint is another platform's")
