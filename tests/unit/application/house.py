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
from application.cdrs.accounting import CdrAccounting
from application.cdrs.checking import CdrCheck
from application.cdrs.credit_pairs import CreditPairs
from application.cdrs.custody import CdrCustody
from application.cdrs.doubtful import DoubtfulCdrs
from application.cdrs.filing import CdrFiling
from application.cdrs.first_attempt import FirstAttempt
from application.cdrs.obligations import CdrObligations
from application.cdrs.search import CdrSearch
from application.cdrs.sender import CdrSender
from application.cdrs.session_watchdog import SessionWatchdog
from application.commands.deadlines import CommandDeadlines
from application.commands.receivers import CommandReceivers
from application.commands.results import CommandResults
from application.commands.sender import CommandSender
from application.delivery.outgoing import RequestSender
from application.delivery.overview import DeliveryOverview
from application.delivery.pump import Pump
from application.delivery.recording import AttemptRecorder
from application.delivery.senders import Senders
from application.delivery.webhook_turns import WebhookTurns
from application.objects.catching_up import CatchUp
from application.objects.charger_search import ChargerSearch
from application.objects.deletion import ObjectDeletion
from application.objects.intake import ObjectIntake
from application.objects.publishing import Publisher
from application.objects.pull_lists import PullLists
from application.objects.pull_pages import PullPages
from application.objects.pull_turns import PullTurns
from application.objects.pulled_intake import PulledIntake
from application.objects.pulls import Pulls
from application.objects.pushed import Pushed
from application.objects.quotes import TariffQuotes
from application.objects.reading import ObjectReader
from application.objects.sender import ObjectSender
from application.objects.validation import RequestValidation
from application.partners.administration import PartnerAdministration
from application.partners.admission import Admission
from application.partners.approval import PartnerApproval
from application.partners.bulkhead import Bulkhead
from application.partners.client_info import ClientInfoAnnouncer
from application.partners.credentials_client import CredentialsClient
from application.partners.credentials_server import CredentialsServer
from application.partners.directories import Directories
from application.partners.handshake import Handshake
from application.partners.handshake_turns import HandshakeTurns
from application.partners.hub_party import HubParty
from application.partners.liveness import LivenessProbe
from application.partners.names import PartnerNames
from application.partners.recovery import Recovery
from application.partners.resealing import Resealing
from application.partners.role_announcements import RoleAnnouncer
from application.partners.side_by_side import SideBySide
from application.partners.suspension import Suspension
from application.routing.authorization import TokenAuthorization
from application.routing.direct_push import DirectPush
from application.routing.page_links import PageLinks
from application.routing.relay import RequestRelay
from application.routing.session_push import SessionPush
from application.sweep import Sweep
from application.webhooks.command_events import CommandEvents
from application.webhooks.events import WebhookEvents
from application.webhooks.sender import WebhookSender
from application.webhooks.subscribers import Subscribers
from application.webhooks.subscriptions import WebhookSubscriptions
from domain.documents import as_document
from domain.objects.stored import EVERYONE, ObjectKey, Stored
from domain.partners.agreements import AgreementPolicy
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import OutboundRequest, OutboundResponse, WireAnswer, WireRequest
from domain.validation import USUAL, Validation
from tests.builders import HUB, LOC1, Doc, FewRules, PlainJson, PlainSecrets, PlainSigner

UseCase = TypeVar("UseCase")
PARTY = HubParty(HUB, "The Hub", "https://hub.example/ocpi/versions")


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
        self.admission = self.built(Admission)
        self.one_at_a_time = self.built(HandshakeTurns)
        self.client_info = self.built(ClientInfoAnnouncer)
        self.recovery = self.built(Recovery)
        self.handshake = self.built(Handshake)
        self.credentials_client = self.built(CredentialsClient, hub=PARTY)
        self.credentials_server = self.built(CredentialsServer, hub=PARTY)
        self.subscribers = self.built(Subscribers, per_partner=20)
        self.webhook_turns = self.built(WebhookTurns)
        self.webhook_events = self.built(WebhookEvents)
        self.command_events = self.built(CommandEvents)
        self.publisher = self.built(Publisher)
        self.approval = self.built(PartnerApproval)
        self.liveness = self.built(LivenessProbe, after_s=300.0, calls=SideBySide(AtOnce()))
        self.object_deletion = self.built(ObjectDeletion)
        self.object_intake = self.built(ObjectIntake)
        self.page_links = self.built(PageLinks, sender_url="https://hub.example/ocpi/2.3.0/sender")
        self.request_relay = self.built(RequestRelay, deadline_s=25.0)
        self.direct_push = self.built(DirectPush)
        self.token_authorization = self.built(TokenAuthorization)
        self.pull_pages = self.built(PullPages)
        self.pulled_intake = self.built(PulledIntake)
        self.pull_lists = self.built(PullLists)
        self.pulls_of_partners = self.built(Pulls, every_s=3600.0, slice_s=60.0)
        self.pull_turns = self.built(PullTurns)
        self.catch_up = self.built(CatchUp)
        self.suspension = self.built(Suspension)
        self.administration = self.built(PartnerAdministration, hub=PARTY)
        self.role_announcer = self.built(RoleAnnouncer, after_s=60.0, calls=SideBySide(AtOnce()))
        self._build_what_delivers()
        self.session_push = self.built(SessionPush)
        self.request_validation = self.built(RequestValidation)
        self.credit_pairs = self.built(CreditPairs, waits_s=86_400.0)
        self.doubtful_cdrs = self.built(DoubtfulCdrs)
        self.cdr_obligations = self.built(CdrObligations)
        self.first_attempt = self.built(FirstAttempt)
        self.cdr_check = self.built(CdrCheck)
        self.cdr_filing = self.built(CdrFiling)
        self.cdr_custody = self.built(CdrCustody)
        self.cdr_accounting = self.built(CdrAccounting)
        self.cdr_search = self.built(CdrSearch)
        self.partner_names = self.built(PartnerNames)
        self.session_watchdog = self.built(SessionWatchdog)
        self.resealing = self.built(Resealing)
        self.webhook_subscriptions = self.built(WebhookSubscriptions)
        self.delivery_overview = self.built(DeliveryOverview)
        self.sweep = self.built(Sweep)
        self.object_reader = self.built(ObjectReader)
        self.tariff_quotes = self.built(TariffQuotes)
        self.command_receivers = self.built(CommandReceivers)
        self.command_sender = self.built(
            CommandSender, callback_base="https://hub.example/ocpi/2.3.0/sender"
        )
        self.command_results = self.built(CommandResults)
        self.command_deadlines = self.built(CommandDeadlines)
        self.charger_search = self.built(ChargerSearch, locations=self.objects)

    def _build_what_delivers(self) -> None:
        self.request_sender = self.built(RequestSender)
        self.object_sender = self.built(ObjectSender)
        self.cdr_sender = self.built(CdrSender)
        self.webhook_sender = self.built(WebhookSender)
        self.senders = Senders(
            changes=self.object_sender, cdrs=self.cdr_sender, events=self.webhook_sender
        )
        self.pump = self.another_pump("pump-1")

    def built(self, use_case: Callable[..., UseCase], **more: Any) -> UseCase:
        """The use case, its fields filled with what the house calls by the same names."""
        having = {"hub": HUB, "spread": FixedSpread(), **self._parted(), **vars(self), **more}
        names = (each.name for each in fields(cast(Any, use_case)))
        return use_case(**{name: having[name] for name in names if name in having})

    def _parted(self) -> dict[str, Any]:
        """The ports that a store shares with others, and what keeps nothing but ports."""
        owed, ledger = self.deliveries, self.ledger
        return {
            **dict.fromkeys(("queue", "lanes", "leases"), owed),
            **dict.fromkeys(("waiting_credits", "outbox", "accounts", "handovers"), ledger),
            **dict.fromkeys(("bills", "cdr_conflicts"), self.archive),
            "partner_notes": self.partners,
            "recorder": AttemptRecorder(owed, owed, FixedSpread(), self.clock),
        }

    def another_pump(self, holder: str) -> Pump:
        return self.built(Pump, holder=holder)

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
