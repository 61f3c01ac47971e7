"""The use cases between partners: accepting, publishing, delivering, forwarding, serving.

Apart from the rest, because these are what every request and every delivery runs through.
"""

from injector import Module, provider, singleton

from application.bulkhead import Bulkhead
from application.delivery.outgoing import RequestSender
from application.objects.charger_search import ChargerSearch
from application.objects.deletion import ObjectDeletion
from application.objects.intake import ObjectIntake
from application.objects.publishing import Publisher
from application.objects.quotes import TariffQuotes
from application.objects.reading import ObjectReader
from application.objects.sender import ObjectSender
from application.partners.credentials_client import CredentialsClient
from application.partners.directories import Directories
from application.partners.hub_party import HubParty
from application.routing.authorization import TokenAuthorization
from application.routing.direct_push import DirectPush
from application.routing.forwarding import Forwarding
from application.routing.page_links import PageLinks
from application.webhooks.events import WebhookEvents
from domain.ports import (
    CdrLedger,
    Clock,
    Counters,
    DeliveryQueue,
    Json,
    LocationSearch,
    Locks,
    ObjectStore,
    PartnerStore,
    Quarantine,
    Schemas,
    Secrets,
    Wake,
    Wire,
    Zones,
)
from entrypoints.settings import Settings


class TrafficUseCases(Module):
    """What goes from partner to partner, each use case with the ports that it needs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @singleton
    @provider
    def authorizing(
        self,
        objects: ObjectStore,
        directories: Directories,
        forwarding: Forwarding,
        schemas: Schemas,
        json: Json,
        counters: Counters,
    ) -> TokenAuthorization:
        return TokenAuthorization(objects, directories, forwarding, schemas, json, counters)

    @singleton
    @provider
    def accepting(
        self,
        objects: ObjectStore,
        quarantine: Quarantine,
        schemas: Schemas,
        json: Json,
        wake: Wake,
        counters: Counters,
        clock: Clock,
        publisher: Publisher,
    ) -> ObjectIntake:
        growth = self._settings.growth
        validation = self._settings.validation
        return ObjectIntake(
            objects,
            quarantine,
            schemas,
            json,
            wake,
            counters,
            clock,
            publisher,
            growth,
            validation,
        )

    @singleton
    @provider
    def publishing(
        self,
        objects: ObjectStore,
        directories: Directories,
        deliveries: DeliveryQueue,
        webhook_events: WebhookEvents,
        wake: Wake,
        clock: Clock,
    ) -> Publisher:
        return Publisher(objects, directories, deliveries, webhook_events, wake, clock)

    @singleton
    @provider
    def delivering(
        self,
        hub: HubParty,
        objects: ObjectStore,
        partners: PartnerStore,
        directories: Directories,
        sending: RequestSender,
        json: Json,
        locks: Locks,
        counters: Counters,
    ) -> ObjectSender:
        return ObjectSender(
            hub=hub.party,
            objects=objects,
            partners=partners,
            directories=directories,
            sending=sending,
            json=json,
            locks=locks,
            counters=counters,
        )

    @singleton
    @provider
    def cursors(self, secrets: Secrets, clock: Clock) -> PageLinks:
        return PageLinks(secrets, clock, f"{self._settings.public_url}/ocpi/2.3.0/sender")

    @singleton
    @provider
    def bulkhead(self) -> Bulkhead:
        return Bulkhead(max(1, self._settings.web_threads // 4))

    @singleton
    @provider
    def forwarding(
        self,
        directories: Directories,
        credentials_client: CredentialsClient,
        page_links: PageLinks,
        partners: PartnerStore,
        bulkhead: Bulkhead,
        wire: Wire,
        counters: Counters,
        clock: Clock,
    ) -> Forwarding:
        return Forwarding(
            directories=directories,
            credentials_client=credentials_client,
            page_links=page_links,
            partners=partners,
            bulkhead=bulkhead,
            wire=wire,
            counters=counters,
            clock=clock,
            deadline_s=self._settings.forward_timeout_s,
        )

    @singleton
    @provider
    def withdrawing(self, objects: ObjectStore, wake: Wake, clock: Clock) -> ObjectDeletion:
        return ObjectDeletion(objects, wake, clock)

    @singleton
    @provider
    def addressing(
        self,
        object_intake: ObjectIntake,
        object_deletion: ObjectDeletion,
        forwarding: Forwarding,
        bulkhead: Bulkhead,
        locks: Locks,
    ) -> DirectPush:
        return DirectPush(object_intake, object_deletion, forwarding, bulkhead, locks)

    @singleton
    @provider
    def serving(
        self, objects: ObjectStore, ledger: CdrLedger, directories: Directories, json: Json
    ) -> ObjectReader:
        return ObjectReader(objects, ledger, directories, json)

    @singleton
    @provider
    def quoting(
        self, object_reader: ObjectReader, json: Json, zones: Zones, clock: Clock
    ) -> TariffQuotes:
        return TariffQuotes(object_reader, json, zones, clock)

    @singleton
    @provider
    def searching(self, locations: LocationSearch, json: Json) -> ChargerSearch:
        return ChargerSearch(locations, json)
