"""A hub on memory adapters, put together by the hub's own wiring."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from adapters.memory import (
    FixedClock,
    FixedSpread,
    MemoryAgreements,
    MemoryAlarms,
    MemoryArchive,
    MemoryAudit,
    MemoryBell,
    MemoryCommands,
    MemoryCounters,
    MemoryCounts,
    MemoryDeliveries,
    MemoryGuard,
    MemoryJournal,
    MemoryLedger,
    MemoryLocks,
    MemoryObjects,
    MemoryOperators,
    MemoryPartners,
    MemoryPulls,
    MemoryQuarantine,
    MemoryRemarks,
    MemorySubscriptions,
    MemoryWake,
    MemoryWire,
    SequentialIds,
    answer,
)
from adapters.system import NoFailPoints, SystemZones
from application.delivery.pump import Pump
from application.hub import Hub
from application.objects.pushed import Pushed
from application.partners.directories import Kept
from application.partners.hub_party import HubParty
from application.partners.side_by_side import SideBySide
from domain.documents import as_document
from domain.objects.growth import Growth
from domain.objects.stored import EVERYONE, ObjectKey, Stored
from domain.partners.agreements import AgreementPolicy
from domain.partners.limits import RequestLimits
from domain.partners.pace import UsualPace
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import OutboundRequest, OutboundResponse, WireAnswer, WireRequest
from domain.validation import USUAL, Validation
from tests.builders import HUB, LOC1, Doc, FewRules, PlainJson, PlainSecrets, PlainSigner
from tests.unit.application.wiring import SETTINGS, Wiring, names

PARTY = HubParty(HUB, "OCPI hub", SETTINGS.versions_url)


@dataclass
class Subscriber:
    """The receiver of webhooks: answers by what it is told, 204 unless a test says otherwise."""

    answers: Callable[[OutboundRequest], int] = lambda _: 204
    told: list[OutboundRequest] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def send(
        self,
        request: OutboundRequest,
        *,
        deadline_s: float,
        connect_s: float = 3.0,
        max_bytes: int = 1_048_576,
    ) -> OutboundResponse:
        self.told.append(request)
        return OutboundResponse(self.answers(request), self.headers, b"", elapsed_s=0.0)


class AtOnce(ThreadPoolExecutor):
    """A pool without threads: what is submitted is done before the test goes on."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as failure:  # noqa: BLE001 - as every pool: the future has it
            done.set_exception(failure)
        return done


@dataclass
class Ports:
    """What is in the hub's ports, and the settings that a test may choose, by the hub's names."""

    wire: Any = field(default_factory=MemoryWire)
    outbound: Subscriber = field(default_factory=Subscriber)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    partners: MemoryPartners = field(default_factory=MemoryPartners)
    agreements: MemoryAgreements = field(default_factory=MemoryAgreements)
    pulls: MemoryPulls = field(default_factory=MemoryPulls)
    quarantine: MemoryQuarantine = field(default_factory=MemoryQuarantine)
    commands: Any = field(default_factory=MemoryCommands)
    guard: MemoryGuard = field(default_factory=MemoryGuard)
    deliveries: MemoryDeliveries = field(default_factory=MemoryDeliveries)
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    operators: MemoryOperators = field(default_factory=MemoryOperators)
    audit: MemoryAudit = field(default_factory=MemoryAudit)
    alarms: MemoryAlarms = field(default_factory=MemoryAlarms)
    bell: MemoryBell = field(default_factory=MemoryBell)
    store_clock: FixedClock = field(default_factory=FixedClock)
    subscriptions: MemorySubscriptions = field(default_factory=MemorySubscriptions)
    locks: MemoryLocks = field(default_factory=MemoryLocks)
    counters: MemoryCounters = field(default_factory=MemoryCounters)
    shared_counts: MemoryCounts = field(default_factory=MemoryCounts)
    wake: MemoryWake = field(default_factory=MemoryWake)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    clock: FixedClock = field(default_factory=FixedClock)
    ids: SequentialIds = field(default_factory=SequentialIds)
    secrets: PlainSecrets = field(default_factory=PlainSecrets)
    json: PlainJson = field(default_factory=PlainJson)
    schemas: FewRules = field(default_factory=FewRules)
    validation: Validation = USUAL
    zones: SystemZones = field(default_factory=SystemZones)
    signer: PlainSigner = field(default_factory=PlainSigner)
    fail_points: Any = field(default_factory=NoFailPoints)
    spread: FixedSpread = field(default_factory=FixedSpread)
    ledger: Any = None
    stamp: Any = None
    policy: AgreementPolicy = AgreementPolicy.OPEN
    growth: Growth = SETTINGS.growth
    request_limits: RequestLimits = SETTINGS.limits.requests
    usual_pace: UsualPace = UsualPace()
    holder: str = "pump-1"

    def __post_init__(self) -> None:
        self.stamp = self.stamp or self.partners.stamp
        self.ledger = self.ledger or MemoryLedger(self.deliveries.records, self.archive)
        self.remarks = MemoryRemarks(self.objects, self.archive)
        self.sessions = self.locations = self.objects
        self.journal_reader = self.journal


class House(Ports, Hub):
    """The hub on these ports. A use case is made when a test first asks for it, by its name."""

    instead: ClassVar[Mapping[str, Callable[[], Any]]] = {
        "calls": lambda: SideBySide(AtOnce()),
        "kept": lambda: Kept(lease_s=0, compare_s=0),
    }
    """Calls to partners are made at once, without threads; the directory is asked for each time."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.wiring = Wiring(self, self.instead)

    def __getattr__(self, name: str) -> Any:
        if name not in names():
            raise AttributeError(name)
        return self.wiring.get(names()[name])

    __setattr__ = object.__setattr__  # a test may change what is frozen in a hub

    def another_pump(self, holder: str) -> Pump:
        return self.wiring.another(Pump, holder=holder)

    def with_partners(self, *partners: Partner) -> "House":
        for partner in partners:
            self.partners.save(partner)
        return self

    def pushed(self, document: Doc, *path: str, method: str = "PUT", **fields: Any) -> Pushed:
        """A push of LOC1, or of a part of it, by `cpo`."""
        usual: Any = {
            "key": LOC1,
            "path": path,
            "method": method,
            "body": self.json.dump(document),
            "document": document,
            "by": fields.get("by") or self.partners.get("cpo"),
            "correlation_id": "C-1",
        }
        return Pushed(**{**usual, **fields})

    def push(self, document: Doc, *path: str, method: str = "PUT", **fields: Any) -> None:
        """A push that is accepted and published."""
        self.object_intake.take(self.pushed(document, *path, method=method, **fields))
        self.publisher.publish(fields.get("key", LOC1))

    def stored(self, key: ObjectKey = LOC1, audience: str = EVERYONE) -> Stored:
        stored = self.objects.get(key, audience)
        assert stored is not None
        return stored

    def unpublished(self) -> list[ObjectKey]:
        """What is still to be published, oldest first."""
        later = self.clock.now() + timedelta(days=1)
        return [each.key for each in self.objects.unpublished(before=later, limit=99)]

    def document(self, key: ObjectKey = LOC1, audience: str = EVERYONE) -> Doc:
        return dict(as_document(self.json.parse(self.stored(key, audience).body)))

    def counted(self, name: str, **labels: str) -> int:
        return self.counters.totals().get((name, tuple(sorted(labels.items()))), 0)


@dataclass
class TalkingWire:
    """Partners that answer by what they are asked: `answers` may block, raise or count."""

    answers: Callable[[WireRequest], WireAnswer] = lambda _: answer()
    asked: list[WireRequest] = field(default_factory=list)

    def ask(self, request: WireRequest, *, deadline_s: float, connect_s: float = 3.0) -> WireAnswer:
        self.asked.append(request)
        return self.answers(request)


def to(request: WireRequest) -> PartyId:
    assert request.receiver is not None
    return request.receiver
