"""Pulling what partners have: after they were away, on demand, and regularly where they never push.

OCPI makes pulling the way to recover (OCPI 2.3.0, offline behaviour). A partner's pull has a time
slice; what is left then is read in its next turn, from the same place, so that one endless list
keeps no other waiting.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from application.modules import MODULES, STORED, Module
from application.objects.pull_lists import PullLists
from application.objects.pull_pages import PullPages
from application.partners.directories import Directories
from domain import errors
from domain.objects.pulls import ListName, ListRead, next_turn
from domain.partners.partner import Partner
from domain.partners.party import Interface
from domain.ports import Clock, PartnerNotes, PartnerStore, PullStore, Quarantine, Wake

_NOT_AGAIN_WITHIN_S = 600.0
_GOES_ON_WITHIN_S = 60.0
"""So often the sweep has a pull gone on with: a worker may have died of it."""


def never() -> bool:
    """This process is not asked to stop."""
    return False


@dataclass(frozen=True)
class Pulls:
    """Reads partners' SENDER lists. A pull can be repeated: what is not newer changes nothing.

    `slice_s` is how long one turn may take; an answer that is waited for then is read still.
    `woken` has when the sweep last woke a pull of each partner.
    """

    partners: PartnerStore
    directories: Directories
    partner_notes: PartnerNotes
    pulls: PullStore
    pull_pages: PullPages
    pull_lists: PullLists
    quarantine: Quarantine
    wake: Wake
    clock: Clock
    every_s: float
    slice_s: float
    woken: dict[str, datetime] = field(default_factory=dict)

    def pull(
        self, partner_id: str, *, whole: bool = False, stop: Callable[[], bool] = never
    ) -> tuple[ListRead, ...]:
        """One turn: every list of the partner's, what changed since the last time or the whole.

        Lists that an earlier turn has left are gone on with. A list that fails is reported, and
        begun anew next time; the others are read all the same.
        """
        begun = self.clock.now()
        partner = self._registered(partner_id)
        ends = begun + timedelta(seconds=self.slice_s)

        def is_over() -> bool:
            return stop() or self.clock.now() >= ends

        lists = dict.fromkeys(_lists_of(partner))
        done = {
            read.name: self.pull_lists.read(partner, read, is_over)
            for read in self._lists_of_turn(partner, lists, begun, whole=whole)
        }
        for module in _pulled_of(partner):
            self._note_in_step(partner, module, begun)
        return tuple(done[name] for name in lists if name in done)

    def known(self, partner_id: str) -> tuple[ListRead, ...]:
        """How far each of the partner's lists is read, and what came of it."""
        return self.pulls.of(partner_id)

    def start(self, partner_id: str, *, whole: bool = False) -> None:
        """Have a worker pull soon; best effort. `whole`: everything, not only what is new.

        :raises NotRegistered: if there is no connection.
        """
        partner = self._registered(partner_id)
        now = self.clock.now()
        for name in _lists_of(partner) if whole else ():
            self.pulls.note(partner_id, self._begin_list(partner, name, now, since=None))
        self.wake.synchronize(partner_id)

    def start_anew(self, partner: Partner, module: Module, *, since: datetime | None) -> None:
        """Have a worker read the module's lists from `since` on; None: from their beginning.

        What a turn is reading of them now is left, and does not count as read.
        """
        now = self.clock.now()
        for name in _lists_of(partner):
            if name.module == module.id:
                self.pulls.note(partner.id, self._begin_list(partner, name, now, since=since))
        self.wake.synchronize(partner.id)

    def sweep(self) -> int:
        """Wake a pull for every partner that was not pulled for long, or is not done; how many.

        Each partner has its own moment, spread over a tenth of the time. One whose lists cannot be
        read is not asked for them all the time.
        """
        now, unfinished = self.clock.now(), self.pulls.unfinished()
        due = [
            partner
            for partner in self.directories.read().partners
            if self._is_due(partner, now, goes_on=partner.id in unfinished)
        ]
        for partner in due:
            self.woken[partner.id] = now
            self.wake.synchronize(partner.id)
        return len(due)

    def _registered(self, partner_id: str) -> Partner:
        partner = self.partners.get(partner_id)
        if not partner.is_registered:
            raise errors.NotRegistered("the partner is not registered")
        return partner

    def _is_due(self, partner: Partner, now: datetime, *, goes_on: bool) -> bool:
        if not (partner.is_registered and partner.reachable and any(_pulled_of(partner))):
            return False
        woken = self.woken.get(partner.id)
        pause_s = _GOES_ON_WITHIN_S if goes_on else min(self.every_s, _NOT_AGAIN_WITHIN_S)
        if woken is not None and (now - woken).total_seconds() < pause_s:
            return False
        if goes_on or not self.every_s:
            return goes_on
        last = min((at for _, at in partner.synced), default=partner.registered_at or now)
        splay = sum(partner.id.encode()) % 100 / 1000
        return (now - last).total_seconds() >= self.every_s * (1 + splay)

    def _lists_of_turn(
        self, partner: Partner, lists: dict[ListName, None], begun: datetime, *, whole: bool
    ) -> list[ListRead]:
        """What this turn reads; lists of parties that are the partner's no more are forgotten."""
        held = {read.name: read for read in self.pulls.of(partner.id)}
        for gone in held.keys() - lists.keys():
            self.pulls.forget(partner.id, held[gone])
        turn = next_turn(lists, held, whole=whole, now=self.clock.now())
        dates = {} if whole else dict(partner.synced)
        return [
            read or self._begin_list(partner, name, begun, since=dates.get(name.module))
            for name, read in turn.items()
        ]

    def _begin_list(
        self, partner: Partner, name: ListName, at: datetime, *, since: datetime | None
    ) -> ListRead:
        """A reading from `since` on; `at` is before the date was looked up that it begins at."""
        page = self.pull_pages.first_page(partner, MODULES[name.module], since)
        return ListRead(name.module, name.party, began=at, read_at=at, since=since, page=page)

    def _note_in_step(self, partner: Partner, module: Module, begun: datetime) -> None:
        """That the module is in step, once every party's list of it is read to its end."""
        held = {read.name: read for read in self.pulls.of(partner.id)}
        reads = [held.get(name) for name in _lists_of(partner) if name.module == module.id]
        complete = [read for read in reads if read is not None and read.is_complete]
        if len(complete) < len(reads):
            return
        at = min((read.began for read in complete), default=begun)
        self.partner_notes.pulled(partner.id, module.id, at=at)
        if all(read.since is None for read in complete):
            self.quarantine.clear(partner.id, module.id, before=at)


def _pulled_of(partner: Partner) -> Iterator[Module]:
    """The modules that the partner is pulled for.

    A CDR is accepted by POST alone: the hub takes no custody of what no CPO offered it.
    """
    for module in MODULES.values():
        is_offered = partner.endpoint(module.id, Interface.SENDER) is not None
        if module.is_routed and module.id in STORED and is_offered:
            yield module


def _lists_of(partner: Partner) -> Iterator[ListName]:
    for module in _pulled_of(partner):
        yield from (ListName(module.id, party) for party in partner.parties_in(module.owners))
