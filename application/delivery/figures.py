"""What the stores say of how the hub is: the figures behind alarms, asked for by a scrape."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from application.partners.directories import Directories
from domain.delivery.backlog import LaneBacklog
from domain.delivery.deliveries import DeliveryClass, DeliveryState
from domain.operators.alarm_kinds import AlarmKind
from domain.partners.naming import called
from domain.ports import Alarms, Backlog, Clock

MOST_LANES = 1_000
MOST_DUE = 1_000
"""Of one lane: a thousand, and more, is a thousand."""
MOST_CDRS = 100_000
_OWED = (DeliveryState.DUE, DeliveryState.WAITING)
_PARKED = (DeliveryState.PARKED,)
_WEBHOOKS = "webhooks"


@dataclass(frozen=True)
class LaneFigures:
    """What is due to one partner in one class: for how long the oldest, how many, held back or not.

    `partner` is its partner id; all webhooks are together, as `webhooks`.
    """

    partner: str
    delivery_class: DeliveryClass
    oldest_s: float
    due: int
    is_held: bool


@dataclass(frozen=True)
class Figures:
    """The lanes that owe something, how many CDRs are owed and parked, and open alarms by kind."""

    lanes: tuple[LaneFigures, ...]
    cdrs_owed: int
    cdrs_parked: int
    alarms: Mapping[AlarmKind, int]


@dataclass(frozen=True)
class StoreFigures:
    """Counts up to a bound each: a scrape costs the same however much is owed."""

    owed: Backlog
    alarms: Alarms
    directories: Directories
    clock: Clock

    def present(self) -> Figures:
        """As they are now."""
        partners = {each.id: called(each) for each in self.directories.known().by_id.values()}
        told = defaultdict[tuple[str, DeliveryClass], list[LaneBacklog]](list)
        for each in self.owed.backlog(lanes=MOST_LANES, most=MOST_DUE):
            told[_whose(each, partners), each.lane.delivery_class].append(each)
        return Figures(
            lanes=tuple(self._together(*place, those) for place, those in told.items()),
            cdrs_owed=self.owed.cdrs(_OWED, most=MOST_CDRS),
            cdrs_parked=self.owed.cdrs(_PARKED, most=MOST_CDRS),
            alarms=self.alarms.counts(),
        )

    def _together(
        self, partner: str, delivery_class: DeliveryClass, those: list[LaneBacklog]
    ) -> LaneFigures:
        oldest = min(each.since for each in those)
        return LaneFigures(
            partner=partner,
            delivery_class=delivery_class,
            oldest_s=max(0.0, (self.clock.now() - oldest).total_seconds()),
            due=sum(each.due for each in those),
            is_held=any(each.is_held for each in those),
        )


def _whose(backlog: LaneBacklog, partners: Mapping[str, str]) -> str:
    lane = backlog.lane
    return _WEBHOOKS if lane.is_webhook else partners.get(lane.target, lane.target)
