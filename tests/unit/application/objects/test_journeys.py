"""In every history a receiver ends with the present state and never goes back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.memory import MemoryDeliveries, answer
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, LaneId
from domain.delivery.lanes import Lease
from domain.delivery.settling import settle
from domain.errors import NoAnswer
from domain.ports import WireAnswer, WireRequest
from tests.builders import Doc, a_location, a_partner, a_reader, an_evse, at
from tests.examples import examples
from tests.unit.application.house import House, TalkingWire

LANE = LaneId("emsp")
LEASE_S = 30.0
PUSHES = ["PUT", "PATCH", "PUT E1", "PATCH E1", "PUT E2", "PATCH E2"]
SENDS = ["answers", "answers", "refuses", "is sick", "loses the answer"]
STEPS = [*PUSHES, "publish", "publish", "claim", "claim", *SENDS, "settle", "settle", "crash"]


@dataclass
class Receiver:
    """A service provider's own copy of LOC1, kept by OCPI's rules alone.

    Every push of the owner carries a higher `n`, at the level that it is of.
    """

    json: Any
    does: str = "answers"
    location: Doc = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, request: WireRequest) -> WireAnswer:
        path = request.url.partition("/DE/ABC/LOC1")[2].strip("/")
        self.seen.append((request.method, path))
        if self.does == "refuses":
            return answer(code=2001)
        if self.does == "is sick":
            return answer(status=500, code=None)
        before = levels(self.location)
        if not self._apply(request.method, path, self.json.parse(request.body)):
            return answer(status=404, code=2003)
        after = levels(self.location)
        assert all(after.get(level, n) >= n for level, n in before.items()), "it went back"
        if self.does == "loses the answer":
            raise NoAnswer("broken off", timed_out=False)
        return answer()

    def _apply(self, method: str, uid: str, document: Doc) -> bool:
        if method == "PUT" and not uid:
            self.location = document
            return True
        if not self.location:
            return False
        if not uid:
            self.location = {**self.location, **document}
            return True
        evses = {evse["uid"]: evse for evse in self.location["evses"]}
        if method == "PATCH" and uid not in evses:
            return False
        evses[uid] = document if method == "PUT" else {**evses[uid], **document}
        self.location = {**self.location, "evses": list(evses.values())}
        return True


def levels(location: Doc) -> dict[str, int]:
    evses = {evse["uid"]: evse["n"] for evse in location.get("evses", ())}
    return {"": location["n"], **evses} if location else {}


class Journey:
    """An owner that pushes, a publisher, one pump after the other, and the receiver."""

    def __init__(self) -> None:
        self.store_s = 0.0
        self.house = House(
            wire=TalkingWire(), deliveries=MemoryDeliveries(seconds_now=lambda: self.store_s)
        ).with_partners(a_partner(), a_reader())
        self.receiver = Receiver(self.house.json)
        self.house.wire.answers = self.receiver
        self.n = 0
        self.crash()
        self.push("PUT")

    def crash(self) -> None:
        """The pump is gone with all that it knew; its lease ends."""
        self.store_s += LEASE_S
        self.lease: Lease | None = None
        self.claimed: list[Delivery] = []
        self.attempts: list[tuple[Delivery, Attempt | None]] = []

    def step(self, name: str) -> None:
        self.house.clock.advance(1)
        if name in PUSHES:
            self.push(*name.split())
        elif name in SENDS:
            self.send(name)
        else:
            getattr(self, name)()

    def push(self, method: str, *path: str) -> None:
        self.n += 1
        document: Doc = {"n": self.n, "last_updated": at(self.n)}
        if method == "PUT" and path:
            document = an_evse(*path, updated=self.n, n=self.n)
        elif method == "PUT":
            evses = [an_evse(uid, updated=self.n, n=self.n) for uid in ("E1", "E2")]
            document = a_location(updated=self.n, n=self.n, evses=evses)
        self.house.object_intake.take(self.house.pushed(document, *path, method=method))

    def publish(self) -> None:
        self.house.publisher.sweep(older_than_s=0)

    def claim(self) -> None:
        deliveries = self.house.deliveries
        self.lease = self.lease or deliveries.lease(LANE, holder="pump", seconds=LEASE_S)
        if self.lease is not None:
            now = self.house.clock.now()
            self.claimed.extend(deliveries.claim(self.lease, now=now, limit=9))

    def send(self, does: str) -> None:
        if self.claimed:
            self.receiver.does = does
            delivery = self.claimed.pop(0)
            attempt = self.house.object_sender.attempt(delivery, still_ours=lambda: True)
            self.attempts.append((delivery, attempt))

    def settle(self) -> None:
        done = Attempt(self.house.clock.now(), Verdict.ACCEPTED, "nothing left to send")
        ended = [settle(delivery, made or done, spread=0.5) for delivery, made in self.attempts]
        if self.lease is not None:
            self.house.deliveries.settle(self.lease, ended)
        self.attempts.clear()

    def finish(self) -> None:
        """All is published, operators retry what was refused, and the receiver answers."""
        self.house.clock.advance(60)
        self.crash()
        self.publish()
        while owed := self.house.deliveries.owed():
            for each in owed:
                self.house.deliveries.retry(each.id, now=self.house.clock.now())
            for name in ("claim", "answers", "settle"):
                self.step(name)

    def run(self, steps: Iterable[str]) -> None:
        for step in steps:
            self.step(step)


@given(st.lists(st.sampled_from(STEPS), max_size=40))
@example(["publish", "claim", "PUT", "answers", "settle"])
@settings(max_examples=examples(300), deadline=None)
def test_after_every_history_the_receiver_ends_with_the_present_state(steps: list[str]) -> None:
    journey = Journey()

    journey.run(steps)
    journey.finish()

    assert levels(journey.receiver.location) == levels(journey.house.document())


@given(st.lists(st.sampled_from(PUSHES), max_size=20))
@settings(deadline=None)
def test_a_reader_that_is_well_gets_every_change_as_it_came(pushes: list[str]) -> None:
    journey = Journey()
    way = ["publish", "claim", "answers", "settle"]

    journey.run(way)
    for push in pushes:
        journey.run([push, *way])

    came = [(push.split() + [""])[:2] for push in ["PUT", *pushes]]
    assert journey.receiver.seen == [(method, path) for method, path in came]


@given(st.lists(st.sampled_from(PUSHES), min_size=1, max_size=20))
@settings(deadline=None)
def test_a_reader_that_was_down_gets_the_present_state_once(pushes: list[str]) -> None:
    journey = Journey()
    journey.run(["publish", "claim", "answers", "settle"])
    for push in pushes:
        journey.run([push, "publish", "claim", "is sick", "settle"])
    journey.receiver.seen.clear()

    journey.finish()

    assert len(journey.receiver.seen) == 1
    assert journey.receiver.seen[0][0] == "PUT"
    assert levels(journey.receiver.location) == levels(journey.house.document())
