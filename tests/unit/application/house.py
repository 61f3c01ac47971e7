"""A hub on memory adapters, its use cases put together as the composition root does it."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, cast

from adapters.memory import (
    FixedClock,
    FixedSpread,
    MemoryAgreements,
    MemoryArchive,
    MemoryCommands,
    MemoryCounters,
    MemoryDeliveries,
    MemoryGuard,
    MemoryLedger,
    MemoryLocks,
    MemoryObjects,
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
from application.accepting import Accepting
from application.accounting import Accounting
from application.addressees import Addressees
from application.addressing import Addressing
from application.administering import Administering
from application.admitting import Admitting
from application.announcing import Announcing
from application.approving import Approving
from application.asking_at_once import AskingAtOnce
from application.authorizing import Authorizing
from application.bulkhead import Bulkhead
from application.catching_up import CatchingUp
from application.commanding import Commanding
from application.connecting import Connecting
from application.cursors import Cursors
from application.delivering import Delivering
from application.directories import Directories
from application.doubting import Doubting
from application.finding_cdrs import FindingCdrs
from application.following import Following
from application.forwarding import Forwarding
from application.handing_over import HandingOver
from application.handshake import Handshake
from application.handshake_turns import HandshakeTurns
from application.heralding import Heralding
from application.heralding_commands import HeraldingCommands
from application.hub_party import HubParty
from application.judging import JudgingRequests
from application.minding import Minding
from application.naming import Naming
from application.notifying import Notifying
from application.owing import Owing
from application.pairing import Pairing
from application.probing import Probing
from application.publishing import Publishing
from application.pull_turns import PullTurns
from application.pulling import Pulling
from application.pumping import Pumping
from application.pushed import Pushed
from application.quoting import Quoting
from application.reading_lists import ReadingLists
from application.registering import Registering
from application.reporting import Reporting
from application.resealing import Resealing
from application.resulting import Resulting
from application.searching import Searching
from application.sending import Sending
from application.serving import Serving
from application.side_by_side import SideBySide
from application.subscribers import Subscribers
from application.subscribing import Subscribing
from application.synchronizing import Synchronizing
from application.taking_custody import TakingCustody
from application.taking_pulled import TakingPulled
from application.telling_roles import TellingRoles
from application.watching import Sweeping, Watching
from application.webhook_turns import WebhookTurns
from application.welcoming import Welcoming
from application.withdrawing import Withdrawing
from domain.agreements import AgreementPolicy
from domain.deliveries import DeliveryClass
from domain.documents import as_document
from domain.objects import EVERYONE, ObjectKey, Stored
from domain.partner import Partner
from domain.party import PartyId
from domain.ports import OutboundRequest, OutboundResponse, WireAnswer, WireRequest
from domain.validation import USUAL, Validation
from tests.builders import HUB, LOC1, Doc, FewRules, PlainJson, PlainSecrets, PlainSigner

UseCase = TypeVar("UseCase")
PARTY = HubParty(HUB, "The Hub", "https://hub.example/ocpi/versions")


@dataclass
class Subscriber:
    """Whoever is told by webhook: answers by what it is told, 204 unless a test says otherwise."""

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


class AtOnce(Executor):
    """A pool without threads: what is submitted is done before the test goes on."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as failure:  # noqa: BLE001 - as every pool: the future has it
            done.set_exception(failure)
        return done


@dataclass
class House:
    """The stores, the wire, and the use cases on them."""

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
    subscriptions: MemorySubscriptions = field(default_factory=MemorySubscriptions)
    locks: MemoryLocks = field(default_factory=MemoryLocks)
    counters: MemoryCounters = field(default_factory=MemoryCounters)
    wake: MemoryWake = field(default_factory=MemoryWake)
    clock: FixedClock = field(default_factory=FixedClock)
    ids: SequentialIds = field(default_factory=SequentialIds)
    secrets: PlainSecrets = field(default_factory=PlainSecrets)
    json: PlainJson = field(default_factory=PlainJson)
    schemas: FewRules = field(default_factory=FewRules)
    validation: Validation = USUAL
    zones: SystemZones = field(default_factory=SystemZones)
    signer: PlainSigner = field(default_factory=PlainSigner)
    fail_points: Any = field(default_factory=NoFailPoints)
    bulkhead: Bulkhead = field(default_factory=lambda: Bulkhead(4))
    policy: AgreementPolicy = AgreementPolicy.OPEN

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger(self.deliveries.records, self.archive)
        self.sessions = self.objects
        self.remarks = MemoryRemarks(self.objects, self.archive)
        self.directories = self.built(Directories)
        self.admitting = self.built(Admitting)
        self.one_at_a_time = self.built(HandshakeTurns)
        self.announcing = self.built(Announcing)
        self.welcoming = self.built(Welcoming)
        self.handshake = self.built(Handshake)
        self.connecting = self.built(Connecting, hub=PARTY)
        self.registering = self.built(Registering, hub=PARTY)
        self.subscribers = self.built(Subscribers, per_partner=20)
        self.webhook_turns = self.built(WebhookTurns)
        self.heralding = self.built(Heralding)
        self.heralding_commands = self.built(HeraldingCommands)
        self.publishing = self.built(Publishing)
        self.catching_up = self.built(CatchingUp)
        self.administering = self.built(Administering, hub=PARTY)
        self.approving = self.built(Approving)
        self.probing = self.built(Probing, after_s=300.0, calls=SideBySide(AtOnce()))
        self.withdrawing = self.built(Withdrawing)
        self.accepting = self.built(Accepting)
        self.cursors = self.built(Cursors, sender_url="https://hub.example/ocpi/2.3.0/sender")
        self.forwarding = self.built(Forwarding, deadline_s=25.0)
        self.addressing = self.built(Addressing)
        self.authorizing = self.built(Authorizing)
        self.pulling = self.built(Pulling)
        self.taking_pulled = self.built(TakingPulled)
        self.reading_lists = self.built(ReadingLists)
        self.synchronizing = self.built(Synchronizing, every_s=3600.0, slice_s=60.0)
        self.pull_turns = self.built(PullTurns)
        self.telling_roles = self.built(TellingRoles, after_s=60.0, calls=SideBySide(AtOnce()))
        self._build_what_delivers()
        self.reporting = self.built(Reporting)
        self.judging = self.built(JudgingRequests)
        self.pairing = self.built(Pairing, waits_s=86_400.0)
        self.doubting = self.built(Doubting)
        self.owing = self.built(Owing)
        self.asking_at_once = self.built(AskingAtOnce)
        self.taking_custody = self.built(TakingCustody)
        self.accounting = self.built(Accounting)
        self.finding_cdrs = self.built(FindingCdrs)
        self.naming = self.built(Naming)
        self.minding = self.built(Minding)
        self.resealing = self.built(Resealing)
        self.subscribing = self.built(Subscribing)
        self.watching = self.built(Watching)
        self.sweeping = self.built(Sweeping)
        self.serving = self.built(Serving)
        self.quoting = self.built(Quoting)
        self.addressees = self.built(Addressees)
        self.commanding = self.built(
            Commanding, callback_base="https://hub.example/ocpi/2.3.0/sender"
        )
        self.resulting = self.built(Resulting)
        self.following = self.built(Following)
        self.searching = self.built(Searching, locations=self.objects)

    def _build_what_delivers(self) -> None:
        self.sending = self.built(Sending)
        self.delivering = self.built(Delivering)
        self.handing_over = self.built(HandingOver)
        self.notifying = self.built(Notifying)
        self.senders = {
            DeliveryClass.STATE: self.delivering,
            DeliveryClass.CDR: self.handing_over,
            DeliveryClass.WEBHOOK: self.notifying,
        }
        self.pumping = self.another_pump("pump-1")

    def built(self, use_case: Callable[..., UseCase], **more: Any) -> UseCase:
        """The use case, its fields filled with what the house calls by the same names."""
        having = {"hub": HUB, "spread": FixedSpread(), **vars(self), **more}
        names = (each.name for each in fields(cast(Any, use_case)))
        return use_case(**{name: having[name] for name in names if name in having})

    def another_pump(self, holder: str) -> Pumping:
        return self.built(Pumping, holder=holder)

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
        self.accepting.take(self.pushed(document, *path, method=method, **fields))
        self.publishing.publish(fields.get("key", LOC1))

    def stored(self, key: ObjectKey = LOC1, audience: str = EVERYONE) -> Stored:
        stored = self.objects.get(key, audience)
        assert stored is not None
        return stored

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
