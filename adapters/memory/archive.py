"""The archive of CDRs in memory: it only ever grows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from adapters.memory.storable import check_storable
from domain.cdrs.custody import Billed, CdrConflict, Filed
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId


@dataclass(frozen=True)
class MemoryArchive:
    held: dict[str, Filed] = field(default_factory=dict)
    kept: dict[tuple[str, str], CdrConflict] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock, repr=False)

    def file(self, filed: Filed) -> bool:
        check_storable(filed)
        with self.lock:
            if filed.ref in self.held or self._is_taken(filed):
                return False
            self.held[filed.ref] = filed
            return True

    def get(self, ref: str) -> Filed | None:
        with self.lock:
            return self.held.get(ref)

    def latest(self, key: ObjectKey) -> Filed | None:
        found = [filed for filed in self._all() if filed.key == key]
        return max(found, key=lambda filed: filed.turn, default=None)

    def credit_of(self, key: ObjectKey) -> Filed | None:
        found = [filed for filed in self._all() if filed.credited == key]
        return max(found, key=_by_place, default=None)

    def received(
        self, *, since: datetime | None = None, before: datetime | None = None
    ) -> Iterator[Filed]:
        found = [filed for filed in self._all() if _is_between(filed.received_at, since, before)]
        yield from sorted(found, key=lambda filed: (filed.received_at, filed.ref))

    def refs(self, *, since: datetime | None, before: datetime) -> Iterator[str]:
        for filed in self.received(since=since, before=before):
            yield filed.ref

    def billed(
        self,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        parties: Iterable[PartyId] | None = None,
    ) -> Iterator[Billed]:
        named = None if parties is None else frozenset(parties)
        for filed in self.received(since=since, before=before):
            if named is None or not named.isdisjoint((filed.key.owner, filed.receiver)):
                yield filed.billed

    def naming(self, sessions: Sequence[ObjectKey]) -> Mapping[str, ObjectKey]:
        return {
            filed.ref: filed.session
            for filed in self._all()
            if filed.session is not None and filed.session in sessions
        }

    def billed_again(self, refs: Sequence[str]) -> frozenset[str]:
        bills = [each for each in self._all() if each.credited is None and each.session is not None]
        return frozenset(
            each.ref
            for each in bills
            if each.ref in refs
            and any(each.session == other.session and each.key != other.key for other in bills)
        )

    def other_bills(
        self, session: ObjectKey, key: ObjectKey, *, limit: int
    ) -> Mapping[str, ObjectKey]:
        named = (each for each in self.received() if each.session == session)
        others = [each for each in named if each.key != key and each.credited is None]
        return {each.ref: each.key for each in others[:limit]}

    def keep(self, conflict: CdrConflict) -> None:
        check_storable(conflict)
        with self.lock:
            self.kept.setdefault((conflict.ref, conflict.sha256), conflict)

    def conflicts(self, *, limit: int = 100) -> tuple[CdrConflict, ...]:
        with self.lock:
            found = sorted(self.kept.values(), key=_newest, reverse=True)
        return tuple(found[:limit])

    def _is_taken(self, filed: Filed) -> bool:
        """Whether another Credit CDR has this place at the same original."""
        if filed.place is None:
            return False
        place = (filed.credited, filed.place)
        return any((each.credited, each.place) == place for each in self.held.values())

    def _all(self) -> tuple[Filed, ...]:
        with self.lock:
            return tuple(self.held.values())


def _by_place(credit: Filed) -> tuple[int, datetime]:
    """Those from before there were places come first."""
    return -1 if credit.place is None else credit.place, credit.received_at


def _newest(conflict: CdrConflict) -> tuple[datetime, str, str]:
    return conflict.received_at, conflict.ref, conflict.sha256


def _is_between(moment: datetime, since: datetime | None, before: datetime | None) -> bool:
    if since is not None and moment < since:
        return False
    return before is None or moment < before
