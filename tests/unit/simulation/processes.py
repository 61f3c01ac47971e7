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
from application.cdrs.accounting import CdrAccounting
from application.cdrs.checking import CdrCheck
from application.cdrs.credit_pairs import CreditPairs
from application.cdrs.custody import CdrCustody
from application.cdrs.doubtful import DoubtfulCdrs
from application.cdrs.filing import CdrFiling
from application.cdrs.first_attempt import FirstAttempt
from application.cdrs.obligations import CdrObligations
from application.cdrs.sender import CdrSender
from application.delivery.outgoing import RequestSender
from application.delivery.overview import DeliveryOverview
from application.delivery.senders import Senders
from application.delivery.webhook_turns import WebhookTurns
from application.objects.intake import ObjectIntake
from application.objects.publishing import Publisher
from application.objects.reading import ObjectReader
from application.objects.sender import ObjectSender
from application.partners.admission import Admission
from application.partners.client_info import ClientInfoAnnouncer
from application.partners.credentials_client import CredentialsClient
from application.partners.directories import Directories
from application.partners.handshake import Handshake
from application.partners.handshake_turns import HandshakeTurns
from application.partners.recovery import Recovery
from application.routing.page_links import PageLinks
from application.routing.relay import RequestRelay
from application.routing.session_push import SessionPush
from application.sweep import Sweep
from application.webhooks.command_events import CommandEvents
from application.webhooks.events import WebhookEvents
from application.webhooks.sender import WebhookSender
from application.webhooks.subscribers import Subscribers
from application.webhooks.subscriptions import WebhookSubscriptions
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
        self.admission = self.built(Admission)
        self.one_at_a_time = self.built(HandshakeTurns)
        self.client_info = self.built(ClientInfoAnnouncer)
        self.recovery = self.built(Recovery)
        self.handshake = self.built(Handshake)
        self.credentials_client = self.built(CredentialsClient, hub=PARTY)
        self.subscribers = self.built(Subscribers, per_partner=20)
        self.webhook_turns = self.built(WebhookTurns)
        self.webhook_events = self.built(WebhookEvents)
        self.command_events = self.built(CommandEvents)
        self.publisher = self.built(Publisher)
        self.object_intake = self.built(ObjectIntake)
        self.page_links = self.built(PageLinks, sender_url="https://hub.example/ocpi/2.3.0/sender")
        self.request_relay = self.built(RequestRelay, deadline_s=25.0)
        self.request_sender = self.built(RequestSender)
        self.object_sender = self.built(ObjectSender)
        self.cdr_sender = self.built(CdrSender)
        self.webhook_sender = self.built(WebhookSender)
        self.senders = Senders(
            changes=self.object_sender, cdrs=self.cdr_sender, events=self.webhook_sender
        )
        self.pump = self.another_pump(self.life.name)
        self.pump.pool = InTurn()
        self.session_push = self.built(SessionPush)
        self.credit_pairs = self.built(CreditPairs, waits_s=86_400.0)
        self.doubtful_cdrs = self.built(DoubtfulCdrs)
        self.cdr_obligations = self.built(CdrObligations)
        self.first_attempt = self.built(FirstAttempt)
        self.cdr_check = self.built(CdrCheck)
        self.cdr_filing = self.built(CdrFiling)
        self.cdr_custody = self.built(CdrCustody)
        self.cdr_accounting = self.built(CdrAccounting)
        self.webhook_subscriptions = self.built(WebhookSubscriptions)
        self.delivery_overview = self.built(DeliveryOverview)
        self.sweep = self.built(Sweep)
        self.object_reader = self.built(ObjectReader)


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
