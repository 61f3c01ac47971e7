"""The stores that outlive everything, and the processes that come and go on them.

Every process has use cases of its own, put together as tests' House does it, on ports that may let
it die. Its pump sends without threads: one thing after the other, in simulated time.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from adapters.memory import (
    FixedClock,
    MemoryAgreements,
    MemoryArchive,
    MemoryDeliveries,
    MemoryLedger,
    MemoryObjects,
    MemoryPartners,
    MemorySubscriptions,
    MemoryWake,
    SequentialIds,
)
from application.accepting import Accepting
from application.accounting import Accounting
from application.admitting import Admitting
from application.announcing import Announcing
from application.asking_at_once import AskingAtOnce
from application.connecting import Connecting
from application.cursors import Cursors
from application.delivering import Delivering
from application.directories import Directories
from application.doubting import Doubting
from application.forwarding import Forwarding
from application.handing_over import HandingOver
from application.handshake import Handshake
from application.handshake_turns import HandshakeTurns
from application.heralding import Heralding
from application.heralding_commands import HeraldingCommands
from application.notifying import Notifying
from application.owing import Owing
from application.pairing import Pairing
from application.publishing import Publishing
from application.reporting import Reporting
from application.sending import Sending
from application.serving import Serving
from application.subscribers import Subscribers
from application.subscribing import Subscribing
from application.taking_custody import TakingCustody
from application.watching import Sweeping, Watching
from application.webhook_turns import WebhookTurns
from application.welcoming import Welcoming
from domain.deliveries import DeliveryClass
from tests.unit.application.house import PARTY, House
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


class InTurn(ThreadPoolExecutor):
    """A pool that does what it is given while it is given it; who dies in there is dead."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **named))
        except Exception as failure:  # noqa: BLE001 - as a pool does
            future.set_exception(failure)
        return future


@dataclass
class Stores:
    """What is durable."""

    clock: FixedClock = field(default_factory=FixedClock)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    partners: MemoryPartners = field(default_factory=MemoryPartners)
    agreements: MemoryAgreements = field(default_factory=MemoryAgreements)
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    subscriptions: MemorySubscriptions = field(default_factory=MemorySubscriptions)
    wake: MemoryWake = field(default_factory=MemoryWake)
    ids: SequentialIds = field(default_factory=SequentialIds)
    locks: dict[str, tuple[Life, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.deliveries = MemoryDeliveries(seconds_now=lambda: self.clock.now().timestamp())
        self.ledger = MemoryLedger(self.deliveries.records, self.archive)


_PORTS = ("objects", "partners", "archive", "subscriptions", "deliveries", "ledger", "wake")


@dataclass
class Running(House):
    """A process of the hub's: its life, and the use cases that it is made of."""

    ledger: Any = None
    life: Any = None

    def __post_init__(self) -> None:
        self.sessions = self.objects
        self.directories = self.built(Directories)
        self.admitting = self.built(Admitting)
        self.one_at_a_time = self.built(HandshakeTurns)
        self.announcing = self.built(Announcing)
        self.welcoming = self.built(Welcoming)
        self.handshake = self.built(Handshake)
        self.connecting = self.built(Connecting, hub=PARTY)
        self.subscribers = self.built(Subscribers, per_partner=20)
        self.webhook_turns = self.built(WebhookTurns)
        self.heralding = self.built(Heralding)
        self.heralding_commands = self.built(HeraldingCommands)
        self.publishing = self.built(Publishing)
        self.accepting = self.built(Accepting)
        self.cursors = self.built(Cursors, sender_url="https://hub.example/ocpi/2.3.0/sender")
        self.forwarding = self.built(Forwarding, deadline_s=25.0)
        self.sending = self.built(Sending)
        self.delivering = self.built(Delivering)
        self.handing_over = self.built(HandingOver)
        self.notifying = self.built(Notifying)
        self.senders = {
            DeliveryClass.STATE: self.delivering,
            DeliveryClass.CDR: self.handing_over,
            DeliveryClass.WEBHOOK: self.notifying,
        }
        self.pumping = self.another_pump(self.life.name)
        self.pumping.pool = InTurn()
        self.reporting = self.built(Reporting)
        self.pairing = self.built(Pairing, waits_s=86_400.0)
        self.doubting = self.built(Doubting)
        self.owing = self.built(Owing)
        self.asking_at_once = self.built(AskingAtOnce)
        self.taking_custody = self.built(TakingCustody)
        self.accounting = self.built(Accounting)
        self.subscribing = self.built(Subscribing)
        self.watching = self.built(Watching)
        self.sweeping = self.built(Sweeping)
        self.serving = self.built(Serving)


def a_process(stores: Stores, life: Life, *, wire: Any, outbound: Any) -> Running:
    """A fresh process on the stores; it has nothing but what is in them."""
    ports: dict[str, Any] = {name: Port(getattr(stores, name), name, life) for name in _PORTS}
    return Running(
        **ports,
        wire=Line(wire, life),
        outbound=Port(outbound, "outbound", life),  # type: ignore[arg-type]
        locks=SharedLocks(stores.clock, life, stores.locks),  # type: ignore[arg-type]
        agreements=stores.agreements,
        clock=stores.clock,
        ids=stores.ids,
        life=life,
    )
