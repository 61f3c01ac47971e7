"""How far one of a partner's lists is read, and what came of it.

A pull takes turns with the pulls of other partners. The place in a list is kept, so that a long
pull goes on where it was, also after a restart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from domain.noted_text import storable
from domain.partners.party import PartyId

GIVEN_UP_AFTER = timedelta(hours=24)
"""A list that has no end by then has none: the next pull begins it anew."""
MOST_QUARANTINED = 1000
"""So many bad objects of one reading are kept for people to look at; more are only counted."""
_LONGEST_REASON = 300
_SAME_ROUND = timedelta(minutes=10)
_NEVER_READ = datetime(1, 1, 1, tzinfo=UTC)


class ListName(NamedTuple):
    """The module whose objects a list has, and the party whose they are."""

    module: str
    party: PartyId


@dataclass(frozen=True)
class ListRead:
    """One list: the objects of one party in one module, in one reading that began at `began`.

    `page` is the URL of the page to read next, None once the reading is over; `taken` says how many
    of that page's objects are taken already. `total` is how many objects the partner says that
    there are. `failure` says why the list did not come, `remark` what is odd about what came.
    """

    module: str
    party: PartyId
    began: datetime
    read_at: datetime
    since: datetime | None = None
    page: str | None = None
    taken: int = 0
    seen: int = 0
    stored: int = 0
    quarantined: int = 0
    total: int | None = None
    failure: str = ""
    remark: str = ""

    @property
    def name(self) -> ListName:
        """Which of the partner's lists it is."""
        return ListName(self.module, self.party)

    @property
    def goes_on(self) -> bool:
        """Whether there is more to read, in the partner's next turn."""
        return self.page is not None

    @property
    def is_complete(self) -> bool:
        """Whether it was read to its end."""
        return not self.goes_on and not self.failure

    def with_object(self, *, stored: bool, quarantined: bool, now: datetime) -> "ListRead":
        """One more object of the page is taken."""
        return replace(
            self,
            read_at=now,
            taken=self.taken + 1,
            seen=self.seen + 1,
            stored=self.stored + stored,
            quarantined=self.quarantined + quarantined,
        )

    def turned(self, next_url: str | None, *, total: int | None, now: datetime) -> "ListRead":
        """The page is taken as a whole, and `next_url` is the next; None: that was the last."""
        turned = replace(self, read_at=now, page=next_url, taken=0, total=total)
        if next_url is not None or total in (None, turned.seen):
            return turned
        return replace(turned, remark=f"its X-Total-Count is {total}, and {turned.seen} came")

    def failed(self, reason: str, *, now: datetime) -> "ListRead":
        """It could not be read further; the next pull begins it anew."""
        return replace(
            self, read_at=now, page=None, taken=0, failure=storable(reason, _LONGEST_REASON)
        )

    def has_no_end(self, *, now: datetime) -> bool:
        """Whether it goes on for so long that it is given up."""
        return self.goes_on and now - self.began >= GIVEN_UP_AFTER


def next_turn(
    lists: Iterable[ListName], held: Mapping[ListName, ListRead], *, whole: bool, now: datetime
) -> dict[ListName, ListRead | None]:
    """What a partner's turn reads, longest unread first; None: from the list's beginning.

    While some list goes on, those that ended a short while ago are left alone. A list without an
    end is read last each time, and keeps the partner's other lists from nothing.
    """
    known = {name: held.get(name) for name in lists}
    goes_on = {name for name, read in known.items() if read is not None and read.goes_on}
    if whole or not goes_on:
        chosen = dict.fromkeys(known)
    else:
        chosen = {
            name: read if name in goes_on else None
            for name, read in known.items()
            if name in goes_on or read is None or now - read.read_at >= _SAME_ROUND
        }

    def last_read(name: ListName) -> datetime:
        read = known[name]
        return _NEVER_READ if read is None else read.read_at

    return {name: chosen[name] for name in sorted(chosen, key=last_read)}
