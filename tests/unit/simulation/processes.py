"""The stores that outlive everything, and the processes that come and go on them.

Every process has use cases of its own, on ports that may let it die. Its pump sends
without threads: one thing after the other, in simulated time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from adapters.memory import (
    FixedClock,
    MemoryAgreements,
    MemoryArchive,
    MemoryDeliveries,
    MemoryLedger,
    MemoryObjects,
    MemoryPartners,
    MemoryStamp,
    MemorySubscriptions,
    MemoryWake,
    SequentialIds,
)
from application.partners.directories import Kept
from domain.ports import LEASE_S
from tests.unit.application.house import AtOnce, House
from tests.unit.simulation.fates import Life, Line, Port, SharedLocks


@dataclass
class SimulatedTime:
    """Stands in the place of the `time` module where the hub measures how long it has a lease."""

    clock: FixedClock = field(default_factory=FixedClock)

    def monotonic(self) -> float:
        return self.clock.now().timestamp()

    def sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)


TIME = SimulatedTime()
"""Of the history that is running."""


@dataclass
class WaitedStamp(MemoryStamp):
    """What writes waits, in simulated time, until no process has what was before any more."""

    clock: FixedClock = field(default_factory=FixedClock)

    def outdate(self) -> None:
        super().outdate()
        self.clock.advance(1.1 * LEASE_S)


@dataclass
class Stores:
    """What is durable."""

    clock: FixedClock = field(default_factory=FixedClock)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    agreements: MemoryAgreements = field(default_factory=MemoryAgreements)
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    subscriptions: MemorySubscriptions = field(default_factory=MemorySubscriptions)
    wake: MemoryWake = field(default_factory=MemoryWake)
    ids: SequentialIds = field(default_factory=SequentialIds)
    locks: dict[str, tuple[Life, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stamp = WaitedStamp(clock=self.clock)
        self.partners = MemoryPartners(stamp=self.stamp)
        self.deliveries = MemoryDeliveries(seconds_now=lambda: self.clock.now().timestamp())
        self.ledger = MemoryLedger(self.deliveries.records, self.archive)


_PORTS = (
    "objects",
    "partners",
    "archive",
    "subscriptions",
    "deliveries",
    "ledger",
    "wake",
    "stamp",
)


class Running(House):
    """A process of the hub's: its life, and the use cases that it is made of."""

    instead: ClassVar[Mapping[str, Callable[[], Any]]] = {
        "pool": AtOnce,
        "kept": lambda: Kept(clock=TIME.monotonic),
    }

    def __init__(self, life: Life, **ports: Any) -> None:
        super().__init__(holder=life.name, **ports)
        self.life = life


def a_process(stores: Stores, life: Life, *, wire: Any, outbound: Any) -> Running:
    """A fresh process on the stores; it has nothing but what is in them."""
    ports: dict[str, Any] = {name: Port(getattr(stores, name), name, life) for name in _PORTS}
    return Running(
        life,
        **ports,
        wire=Line(wire, life),
        outbound=Port(outbound, "outbound", life),
        locks=SharedLocks(stores.clock, life, stores.locks),
        agreements=stores.agreements,
        clock=stores.clock,
        ids=stores.ids,
    )
