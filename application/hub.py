"""The hub: its use cases together, which is all that an entrypoint gets."""

from dataclasses import dataclass

from application.cdrs.accounting import CdrAccounting
from application.cdrs.custody import CdrCustody
from application.cdrs.doubtful import DoubtfulCdrs
from application.cdrs.obligations import CdrObligations
from application.cdrs.search import CdrSearch
from application.cdrs.session_watchdog import SessionWatchdog
from application.commands.deadlines import CommandDeadlines
from application.commands.receivers import CommandReceivers
from application.commands.results import CommandResults
from application.commands.sender import CommandSender
from application.delivery.figures import StoreFigures
from application.delivery.overview import DeliveryOverview
from application.delivery.pump import Pump
from application.explaining.cdrs import CdrExplainer
from application.explaining.objects import ObjectExplainer
from application.explaining.parties import PartyExplainer
from application.explaining.tokens import TokenExplainer
from application.objects.catching_up import CatchUp
from application.objects.charger_search import ChargerSearch
from application.objects.deletion import ObjectDeletion
from application.objects.intake import ObjectIntake
from application.objects.publishing import Publisher
from application.objects.pull_turns import PullTurns
from application.objects.pulled_intake import PulledIntake
from application.objects.pulls import Pulls
from application.objects.quotes import TariffQuotes
from application.objects.reading import ObjectReader
from application.objects.validation import RequestValidation
from application.operators.acts import AuditedActs
from application.operators.alarms import OperatorAlarms
from application.operators.tokens import OperatorTokens
from application.operators.trail import AuditTrail
from application.partners.administration import PartnerAdministration
from application.partners.approval import PartnerApproval
from application.partners.client_info import ClientInfoAnnouncer
from application.partners.credentials_client import CredentialsClient
from application.partners.credentials_server import CredentialsServer
from application.partners.directories import Directories
from application.partners.hub_party import HubParty
from application.partners.interests import ReaderInterests
from application.partners.liveness import LivenessProbe
from application.partners.names import PartnerNames
from application.partners.recorded_handshakes import RecordedHandshakes
from application.partners.request_gates import RequestGates
from application.partners.resealing import Resealing
from application.partners.role_announcements import RoleAnnouncer
from application.routing.authorization import TokenAuthorization
from application.routing.direct_push import DirectPush
from application.routing.page_links import PageLinks
from application.routing.relay import RequestRelay
from application.routing.session_push import SessionPush
from application.sweep import Sweep
from application.tracing.tracer import Tracer
from application.watching.beside import LookBeside
from application.watching.watch import AlarmWatch
from application.webhooks.alarm_events import AlarmEvents
from application.webhooks.subscriptions import WebhookSubscriptions
from domain.ports import Quarantine, RemarkList


@dataclass(frozen=True)
class Hub:
    """Everything that the hub does, by what it is doing."""

    party: HubParty
    credentials_server: CredentialsServer
    recorded_handshakes: RecordedHandshakes
    credentials_client: CredentialsClient
    administration: PartnerAdministration
    approval: PartnerApproval
    partner_names: PartnerNames
    reader_interests: ReaderInterests
    catch_up: CatchUp
    object_intake: ObjectIntake
    object_deletion: ObjectDeletion
    publisher: Publisher
    pump: Pump
    request_relay: RequestRelay
    page_links: PageLinks
    direct_push: DirectPush
    token_authorization: TokenAuthorization
    command_receivers: CommandReceivers
    request_validation: RequestValidation
    command_sender: CommandSender
    command_results: CommandResults
    resealing: Resealing
    command_deadlines: CommandDeadlines
    client_info: ClientInfoAnnouncer
    liveness: LivenessProbe
    pulls_of_partners: Pulls
    pull_turns: PullTurns
    role_announcer: RoleAnnouncer
    directories: Directories
    request_gates: RequestGates
    quarantine: Quarantine
    pulled_intake: PulledIntake
    remarks: RemarkList
    object_reader: ObjectReader
    tariff_quotes: TariffQuotes
    charger_search: ChargerSearch
    delivery_overview: DeliveryOverview
    store_figures: StoreFigures
    sweep: Sweep
    tracer: Tracer
    cdr_custody: CdrCustody
    session_push: SessionPush
    cdr_accounting: CdrAccounting
    doubtful_cdrs: DoubtfulCdrs
    cdr_search: CdrSearch
    session_watchdog: SessionWatchdog
    webhook_subscriptions: WebhookSubscriptions
    cdr_obligations: CdrObligations
    operator_tokens: OperatorTokens
    audit_trail: AuditTrail
    audited_acts: AuditedActs
    operator_alarms: OperatorAlarms
    alarm_watch: AlarmWatch
    alarm_events: AlarmEvents
    look_beside: LookBeside
    object_explainer: ObjectExplainer
    party_explainer: PartyExplainer
    token_explainer: TokenExplainer
    cdr_explainer: CdrExplainer
