"""The use cases between partners: accepting, publishing, delivering, forwarding, serving.

Apart from the rest, because these are what every request and every delivery runs through.
"""

from injector import Module, provider, singleton

from application.accepting import Accepting
from application.addressing import Addressing
from application.authorizing import Authorizing
from application.bulkhead import Bulkhead
from application.connecting import Connecting
from application.cursors import Cursors
from application.delivering import Delivering
from application.directories import Directories
from application.forwarding import Forwarding
from application.heralding import Heralding
from application.hub_party import HubParty
from application.publishing import Publishing
from application.quoting import Quoting
from application.searching import Searching
from application.sending import Sending
from application.serving import Serving
from application.withdrawing import Withdrawing
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
    ) -> Authorizing:
        return Authorizing(objects, directories, forwarding, schemas, json, counters)

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
        publishing: Publishing,
    ) -> Accepting:
        growth = self._settings.growth
        validation = self._settings.validation
        return Accepting(
            objects,
            quarantine,
            schemas,
            json,
            wake,
            counters,
            clock,
            publishing,
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
        heralding: Heralding,
        wake: Wake,
        clock: Clock,
    ) -> Publishing:
        return Publishing(objects, directories, deliveries, heralding, wake, clock)

    @singleton
    @provider
    def delivering(
        self,
        hub: HubParty,
        objects: ObjectStore,
        partners: PartnerStore,
        directories: Directories,
        sending: Sending,
        json: Json,
        locks: Locks,
        counters: Counters,
    ) -> Delivering:
        return Delivering(
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
    def cursors(self, secrets: Secrets, clock: Clock) -> Cursors:
        return Cursors(secrets, clock, f"{self._settings.public_url}/ocpi/2.3.0/sender")

    @singleton
    @provider
    def bulkhead(self) -> Bulkhead:
        return Bulkhead(max(1, self._settings.web_threads // 4))

    @singleton
    @provider
    def forwarding(
        self,
        directories: Directories,
        connecting: Connecting,
        cursors: Cursors,
        partners: PartnerStore,
        bulkhead: Bulkhead,
        wire: Wire,
        counters: Counters,
        clock: Clock,
    ) -> Forwarding:
        return Forwarding(
            directories=directories,
            connecting=connecting,
            cursors=cursors,
            partners=partners,
            bulkhead=bulkhead,
            wire=wire,
            counters=counters,
            clock=clock,
            deadline_s=self._settings.forward_timeout_s,
        )

    @singleton
    @provider
    def withdrawing(self, objects: ObjectStore, wake: Wake, clock: Clock) -> Withdrawing:
        return Withdrawing(objects, wake, clock)

    @singleton
    @provider
    def addressing(
        self,
        accepting: Accepting,
        withdrawing: Withdrawing,
        forwarding: Forwarding,
        bulkhead: Bulkhead,
        locks: Locks,
    ) -> Addressing:
        return Addressing(accepting, withdrawing, forwarding, bulkhead, locks)

    @singleton
    @provider
    def serving(
        self, objects: ObjectStore, ledger: CdrLedger, directories: Directories, json: Json
    ) -> Serving:
        return Serving(objects, ledger, directories, json)

    @singleton
    @provider
    def quoting(self, serving: Serving, json: Json, zones: Zones, clock: Clock) -> Quoting:
        return Quoting(serving, json, zones, clock)

    @singleton
    @provider
    def searching(self, locations: LocationSearch, json: Json) -> Searching:
        return Searching(locations, json)
