"""The directory as this process keeps it: partners and agreements, parsed, under a stamp.

A request reads nothing for it while the stamp's lease lasts. A write that changes it returns when
the leases on what was before are over, in every process: so what is kept here lacks no change whose
write has returned, and a partner that was revoked is served nothing. A process that cannot ask for
the stamp has no directory.
"""

import time
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from threading import Lock

from domain.partners.agreements import AgreementPolicy, Agreements
from domain.partners.directory import Directory
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import LEASE_S, AgreementStore, DirectoryStamp, PartnerStore

_COMPARE_S = 1.0
"""So often all versions are compared: notes raise no stamp, nor does a process that died before."""


@dataclass(frozen=True)
class Copy:
    """A directory, and what it was read under; the times are of before the questions were sent."""

    directory: Directory
    stamp: int
    versions: Mapping[str, Hashable]
    agreed: Mapping[str, Hashable]
    asked_at: float
    compared_at: float


@dataclass
class Kept:
    """The copy of this process. Safe for threads: one of them asks, the others wait for its answer.

    `clock` in seconds, from any moment on; it never goes back, and goes on in a process that is
    stopped.
    """

    lease_s: float = LEASE_S
    compare_s: float = _COMPARE_S
    clock: Callable[[], float] = time.monotonic
    copy: Copy | None = None
    question: Future[Copy] | None = None
    lock: Lock = field(default_factory=Lock, repr=False)

    def valid(self) -> Copy | None:
        """The copy, while its lease lasts."""
        copy = self.copy
        return copy if copy is not None and self.clock() < copy.asked_at + self.lease_s else None

    def ask(self, look: Callable[[], Copy]) -> Copy:
        """What `look` finds, or the same question that another thread has sent already finds.

        :raises: what that raises.
        """
        with self.lock:
            is_ours, question = self.question is None, self.question or Future[Copy]()
            self.question = question
        if not is_ours:
            return question.result()
        try:
            found = look()
        except BaseException as failure:
            self.question = None
            question.set_exception(failure)
            raise
        self.copy, self.question = found, None
        question.set_result(found)
        return found


@dataclass(frozen=True)
class Directories:
    """Gives the directory: the one that is kept, or as the store has it at this moment."""

    hub: PartyId
    partners: PartnerStore
    agreements: AgreementStore
    stamp: DirectoryStamp
    policy: AgreementPolicy
    kept: Kept = field(default_factory=Kept)

    def known(self) -> Directory:
        """With every change whose write has returned before this call; notes may lack a second.

        For requests, lists, publishing and sending. :raises StoreUnavailable: where the lease is
        over and the store does not answer.
        """
        valid = self.kept.valid()
        if valid is not None:
            return valid.directory
        begun = self.kept.clock()
        while (found := self.kept.ask(self._confirmed)).asked_at < begun:
            if (valid := self.kept.valid()) is not None:
                return valid.directory
        return found.directory

    def recent(self) -> Directory:
        """As it was a second ago, or later: for what must not ask the store at each call."""
        copy = self.kept.copy
        if copy is not None and self.kept.clock() < copy.asked_at + self.kept.compare_s:
            return copy.directory
        return self.known()

    def read(self) -> Directory:
        """As the store has it at this moment: for what decides by it, or by notes, and writes."""
        begun = self.kept.clock()
        while (found := self.kept.ask(self._compared)).compared_at < begun:
            continue
        return found.directory

    def _confirmed(self) -> Copy:
        """The copy, if the stamp is what it was: first the stamp, then what is under it."""
        asked_at, held = self.kept.clock(), self.kept.copy
        is_due = held is None or asked_at - held.compared_at >= self.kept.compare_s
        if held is not None and not is_due and held.stamp == self.stamp.read():
            return replace(held, asked_at=asked_at)
        return self._compared()

    def _compared(self) -> Copy:
        """The copy, with what has another version read anew."""
        asked_at, held = self.kept.clock(), self.kept.copy
        stamp, versions = self.stamp.read(), self.partners.versions()
        agreed = self.agreements.versions()
        if held is not None and (versions, agreed) == (held.versions, held.agreed):
            return replace(held, stamp=stamp, asked_at=asked_at, compared_at=asked_at)
        return Copy(
            directory=Directory(
                self.hub, self._partners_now(versions, held), self._agreed_now(agreed, held)
            ),
            stamp=stamp,
            versions=versions,
            agreed=agreed,
            asked_at=asked_at,
            compared_at=asked_at,
        )

    def _partners_now(
        self, versions: Mapping[str, Hashable], held: Copy | None
    ) -> tuple[Partner, ...]:
        """Oldest first; only what has changed is read."""
        known = {} if held is None else dict(held.directory.by_id)
        before = {} if held is None else held.versions
        changed = [each for each in versions if before.get(each) != versions[each]]
        known.update((partner.id, partner) for partner in self.partners.some(changed))
        found = (known[each] for each in versions if each in known)
        return tuple(sorted(found, key=lambda each: (each.created_at, each.id)))

    def _agreed_now(self, agreed: Mapping[str, Hashable], held: Copy | None) -> Agreements:
        """Who may see whom, and what their CDRs cost; read anew where an agreement has changed."""
        if held is not None and agreed == held.agreed:
            return held.directory.agreements
        return Agreements(self.policy, self.agreements.all() if agreed else ())
