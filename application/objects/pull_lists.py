"""Reading one list of a partner's, page by page, until it ends or the partner's turn is over."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from application.modules import MODULES
from application.objects.pull_pages import ListPage, PullPages
from application.objects.pulled_intake import Listed, PulledIntake
from domain import errors
from domain.objects.pulls import MOST_QUARANTINED, ListRead
from domain.partners.partner import Partner
from domain.ports import Clock, PullStore

_NOTHING_NEW = "a page with nothing new ended it"


class _Taken(NamedTuple):
    """The list with the objects of one page; `has_new`: this turn had not had one of them."""

    read: ListRead
    has_new: bool


@dataclass(frozen=True)
class PullLists:
    """Takes what is new. The place is kept after every page: a killed process loses one at most."""

    pulls: PullStore
    pull_pages: PullPages
    pulled_intake: PulledIntake
    clock: Clock

    def read(self, partner: Partner, read: ListRead, is_over: Callable[[], bool]) -> ListRead:
        """The list, as far as it is read when it has ended or `is_over`.

        Link says where it goes on. Without one it has ended, and at an empty page, and at a page
        of which this turn has had every object: some platforms' lists have no other end. Where the
        list was begun anew meanwhile, that reading is returned, for the next turn.
        """
        if read.has_no_end(now=self.clock.now()):
            return self._save_place(partner, read.failed("it had no end", now=self.clock.now()))
        named: set[str] = set()
        began_here = False
        while read.page is not None and not is_over():
            turned, began_here = self._read_page(partner, read, named, is_over), True
            if turned.began != read.began:
                return turned
            read = turned
        return read if began_here else self._save_place(partner, read)

    def _read_page(
        self, partner: Partner, read: ListRead, named: set[str], is_over: Callable[[], bool]
    ) -> ListRead:
        try:
            page = self.pull_pages.page(partner, MODULES[read.module], read.party, str(read.page))
        except errors.PartnerUnusable as failure:
            return self._save_place(partner, read.failed(str(failure), now=self.clock.now()))
        had = self._taken(partner, read, page, named, is_over)
        if had.read.taken < len(page.objects):
            return self._save_place(partner, had.read)
        ends = not page.objects or not (had.has_new or read.taken)
        next_url = None if ends else page.next_url
        turned = had.read.turned(next_url, total=page.total, now=self.clock.now())
        if ends and page.objects and page.next_url:
            turned = replace(turned, remark=turned.remark or _NOTHING_NEW)
        return self._save_place(partner, turned)

    def _taken(
        self,
        partner: Partner,
        read: ListRead,
        page: ListPage,
        named: set[str],
        is_over: Callable[[], bool],
    ) -> _Taken:
        """With the page's objects, until the turn is over."""
        has_new = False
        for value in page.objects[read.taken :]:
            listed = Listed(partner, MODULES[read.module], read.party, value)
            has_new = has_new or listed.name not in named
            named.add(listed.name)
            read = self._with_object(read, listed)
            if is_over():
                break
        return _Taken(read, has_new)

    def _with_object(self, read: ListRead, listed: Listed) -> ListRead:
        """One object more: stored, or quarantined."""
        stored = quarantined = False
        try:
            stored = self.pulled_intake.take(listed)
        except errors.InvalidDocument as invalid:
            quarantined = True
            if read.quarantined < MOST_QUARANTINED:
                self.pulled_intake.put_in_quarantine(listed, invalid)
        return read.with_object(stored=stored, quarantined=quarantined, now=self.clock.now())

    def _save_place(self, partner: Partner, read: ListRead) -> ListRead:
        return self.pulls.note(partner.id, read)
