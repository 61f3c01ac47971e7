"""Which webhooks are told next: their owners take turns, however many webhooks one of them has.

All webhooks together have a share of the pump, so that they hold up no delivery over OCPI; each
owner has a part of that share, so that webhooks that hang hold up their owner's others alone.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from domain.delivery.deliveries import LaneId
from domain.ports import SubscriptionStore

LANES = 16
LANES_OF_ONE = 8
SENDS = 12
SENDS_OF_ONE = 4
_MOST_KNOWN = 10_000
_OPERATORS = "operators"


@dataclass(frozen=True)
class WebhookTurns:
    """The turns of one pump. Used by one thread.

    An owner is a partner, or the hub's operators. `served` has the order in which owners had their
    last turns; a subscription never changes its owner, so `owners` is asked for once.
    """

    subscriptions: SubscriptionStore
    owners: dict[str, str] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)
    order: Iterator[int] = field(default_factory=count, repr=False)

    def choose(self, due: Sequence[LaneId], in_hand: Collection[LaneId]) -> list[LaneId]:
        """The due lanes to take in hand now: all but webhooks that wait for their turn."""
        new = [lane for lane in due if lane not in in_hand]
        waiting = [lane for lane in new if lane.is_webhook]
        chosen = [lane for lane in new if not lane.is_webhook]
        return chosen + self._in_turn(waiting, in_hand) if waiting else chosen

    def free(self, lane: LaneId, sends: Mapping[LaneId, int]) -> int:
        """How many more sends the webhook's lane may begin; `sends` are under way, by lane."""
        by_owner = self._by_owner(sends)
        return max(0, min(SENDS - by_owner.total(), SENDS_OF_ONE - by_owner[self._owner_of(lane)]))

    def _in_turn(self, waiting: Sequence[LaneId], in_hand: Collection[LaneId]) -> list[LaneId]:
        self._learn_owners(waiting)
        held = self._by_owner(dict.fromkeys(in_hand, 1))
        queues: dict[str, deque[LaneId]] = {}
        for lane in waiting:
            queues.setdefault(self._owner_of(lane), deque()).append(lane)
        chosen: list[LaneId] = []
        while held.total() < LANES:
            ready = [owner for owner in queues if held[owner] < LANES_OF_ONE]
            if not ready:
                break
            owner = min(ready, key=lambda each: (held[each], self.served.get(each, -1)))
            chosen.append(queues[owner].popleft())
            held[owner] += 1
            self.served[owner] = next(self.order)
            if not queues[owner]:
                del queues[owner]
        return chosen

    def _by_owner(self, lanes: Mapping[LaneId, int]) -> "Counter[str]":
        counted: Counter[str] = Counter()
        for lane, number in lanes.items():
            if lane.is_webhook:
                counted[self._owner_of(lane)] += number
        return counted

    def _owner_of(self, lane: LaneId) -> str:
        """A webhook that is gone is its own owner."""
        return self.owners.get(lane.target, lane.target)

    def _learn_owners(self, lanes: Sequence[LaneId]) -> None:
        new = [lane.target for lane in lanes if lane.target not in self.owners]
        if not new:
            return
        if len(self.owners) + len(new) > _MOST_KNOWN:
            self.owners.clear()
            self.served.clear()
            new = [lane.target for lane in lanes]
        known = self.subscriptions.owners(new)
        self.owners.update({name: known.get(name, name) or _OPERATORS for name in new})
