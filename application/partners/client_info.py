"""Telling partners about each other: ClientInfo for every party that may see another.

What is told follows from the partners alone, so it is put right by comparing: after every change at
once, and by the sweeper for changes that a crash left untold (OCPI 2.3.0, mod_hub_client_info).
"""

from dataclasses import dataclass
from typing import NamedTuple

from domain import errors
from domain.documents import as_document
from domain.objects.client_info import ClientInfo, ConnectionStatus, client_info, key_of, statuses
from domain.objects.stored import EVERYONE, Change, Stored
from domain.partners.party import PartyId, Role
from domain.ports import Clock, Ids, Json, ObjectStore, PartnerStore, Wake


class _Present(NamedTuple):
    """What there is to tell of a party in a role now, and of which partner it is."""

    status: ConnectionStatus
    origin: str


@dataclass(frozen=True)
class ClientInfoAnnouncer:
    """Keeps one ClientInfo object per party and role, and publishes every change of it."""

    objects: ObjectStore
    partners: PartnerStore
    json: Json
    wake: Wake
    ids: Ids
    clock: Clock

    def reconcile(self) -> int:
        """Bring every object up to date; how many have changed. Safe to repeat, and in parallel."""
        return sum(
            self._publish_status(party, role, present)
            for (party, role), present in self._statuses_now().items()
        )

    def introduce(self, *parties: PartyId) -> int:
        """Tell of these parties as they are, changed or not: new readers may see them from now."""
        named = set(parties)
        return sum(
            self._publish_status(party, role, present, again=True)
            for (party, role), present in self._statuses_now().items()
            if party in named
        )

    def _statuses_now(self) -> dict[tuple[PartyId, Role], _Present]:
        """What there is to tell; of a live partner before one that is gone."""
        live: dict[tuple[PartyId, Role], _Present] = {}
        for partner in self.partners.all():
            for named, status in statuses(partner).items():
                if named not in live or live[named].status is ConnectionStatus.SUSPENDED:
                    live[named] = _Present(status, partner.id)
        return live

    def _publish_status(
        self, party: PartyId, role: Role, present: _Present, *, again: bool = False
    ) -> bool:
        """Write and publish it where it is not what was told last, or is to be told `again`."""
        key = key_of(party, role)
        held = self.objects.get(key, EVERYONE)
        if held is not None and self._status_in(held) == present.status and not again:
            return False
        now = self.clock.now()
        stored = Stored(
            key=key,
            audience=EVERYONE,
            body=self.json.dump(client_info(party, role, present.status, now=now)),
            last_updated=now,
            origin=present.origin,
            revision=held.revision if held is not None else 0,
            created=held.created if held is not None else 0,
            unpublished=held.unpublished if held is not None else None,
        )
        try:
            self.objects.save(stored.with_change(Change("PUT", (), None, self.ids.new()), now=now))
        except errors.RecordChanged:
            return False
        self.wake.publish()
        return True

    def _status_in(self, held: Stored) -> str:
        return ClientInfo(as_document(self.json.parse(held.body))).status
