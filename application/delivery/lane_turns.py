"""Which lanes a pump takes in hand, and which it gives back though they have more to send.

A pump has threads for some lanes only. All lanes get their turn, also beside others that are owed a
hundred thousand deliveries; and a second pump finds lanes to serve.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from application.delivery.draining import LeasedLane
from application.delivery.send_limits import POOL
from domain.delivery.deliveries import DeliveryClass, LaneId
from domain.delivery.lanes import THREADS, Lease

SLICE_S = 1.0
"""How long a lane is served at least before it gives way to others, if it has so much to send."""
_KNOWN_S = 60.0


@dataclass
class LaneTurns:
    """The turns of one pump. Used by one thread; times are in seconds, by the process's own clock.

    `deep` are the lanes that gave way with more to send, and when; `left` is how many lanes were
    due at the last look, and not chosen.
    """

    deep: dict[LaneId, float] = field(default_factory=dict)
    left: int = field(default_factory=int)

    def choose(
        self, due: Sequence[LaneId], in_hand: Mapping[LaneId, LeasedLane], now: float
    ) -> list[LaneId]:
        """Those of the due lanes that this pump can serve now: those that gave way come last.

        One that gave way needs threads of its own; a lane with little to send only needs a moment.
        """
        self.deep = {lane: since for lane, since in self.deep.items() if now - since < _KNOWN_S}
        needs = _needs(in_hand, now)
        lanes, threads = POOL - sum(map(bool, needs.values())), POOL - sum(needs.values())
        chosen = list[LaneId]()
        for lane in sorted(due, key=lambda each: self.deep.get(each, float("-inf"))):
            is_deep = lane in self.deep
            if len(chosen) < lanes and (threads > 0 or not is_deep):
                chosen.append(lane)
                threads -= THREADS if is_deep else 1
        self.left = len(due) - len(chosen)
        return chosen

    def has_room(self, in_hand: Mapping[LaneId, LeasedLane], now: float) -> bool:
        """Whether lanes were left, and there are threads now that would serve them."""
        return self.left > 0 and sum(_needs(in_hand, now).values()) < POOL

    def end(self, in_hand: Mapping[LaneId, LeasedLane], now: float) -> None:
        """Let lanes that have had their turn give way: to those that are left, or to other pumps.

        The longest served first: as many as others wait, or as there are too few threads for.
        """
        needs = _needs(in_hand, now)
        surplus, waiting = sum(needs.values()) - POOL, self.left
        for lane in sorted(in_hand, key=lambda each: in_hand[each].since):
            served = in_hand[lane]
            is_over = needs[lane] and served.backlog and now - served.since >= SLICE_S
            if is_over and (surplus > 0 or waiting > 0):
                served.give_way()
                self.deep[lane] = now
                surplus, waiting = surplus - needs[lane], waiting - 1


def were_elsewhere(leases: Sequence[Lease]) -> bool:
    """Whether another process may have sent states from one of these lanes since this one did."""
    states = (each for each in leases if each.lane.delivery_class is DeliveryClass.STATE)
    return any(each.former != each.holder for each in states)


def _needs(in_hand: Mapping[LaneId, LeasedLane], now: float) -> dict[LaneId, int]:
    return {lane: each.need(now) for lane, each in in_hand.items()}
