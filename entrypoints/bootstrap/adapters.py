"""Which adapter sits in which port.

Apart from the use cases, because those are put together of ports and must not know what is in them.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from injector import Binder, InstanceProvider, Module, provider, singleton

from adapters import mongo, redis, rq
from adapters.crypto import StandardSigner, TokenVault
from adapters.ocpi import exact_json
from adapters.ocpi.client import OcpiWire
from adapters.ocpi.schemas import OcpiSchemas
from adapters.outbound import Dialer, RequestsOutbound
from adapters.prometheus import PrometheusCounters
from adapters.system import (
    ArmedFailPoints,
    NoFailPoints,
    RandomSpread,
    SystemClock,
    SystemIds,
    SystemZones,
)
from application.delivery.send_limits import POOL
from application.modules import PRIVATE, STORED
from domain.ports import (
    AddressGuard,
    AgreementStore,
    Alarms,
    AuditStore,
    Backlog,
    Bell,
    CdrAccounts,
    CdrArchive,
    CdrBills,
    CdrConflicts,
    CdrHandovers,
    CdrLedger,
    CdrOutbox,
    Clock,
    CommandStore,
    Counters,
    Deliveries,
    DeliveryQueue,
    DirectoryStamp,
    FailPoints,
    Ids,
    Journal,
    Json,
    LaneBatches,
    LaneLeases,
    Lanes,
    LocationSearch,
    Locks,
    ObjectStore,
    OperatorStore,
    Outbound,
    PartnerNotes,
    PartnerStore,
    PullStore,
    Quarantine,
    RemarkList,
    Schemas,
    Secrets,
    SessionWatch,
    SharedCounts,
    Signer,
    Spread,
    StoreClock,
    SubscriptionStore,
    WaitingCredits,
    Wake,
    Wire,
    Zones,
)
from entrypoints.bootstrap.stores import mongo_of
from entrypoints.bootstrap.traced import traced
from entrypoints.settings import Settings

_PARTNERS_KEPT_CONNECTED = 500
PARTNERS = partial(mongo.MongoPartners, json=exact_json)
ON_MONGO: dict[type[Any], Callable[[mongo.Mongo], Any]] = {
    AgreementStore: mongo.MongoAgreements,
    Alarms: mongo.MongoAlarms,
    Backlog: mongo.MongoDeliveries,
    CdrAccounts: mongo.MongoLedger,
    CdrArchive: mongo.MongoArchive,
    CdrBills: mongo.MongoArchive,
    CdrConflicts: mongo.MongoArchive,
    CdrHandovers: mongo.MongoLedger,
    CdrLedger: mongo.MongoLedger,
    CdrOutbox: mongo.MongoLedger,
    CommandStore: mongo.MongoCommands,
    Deliveries: mongo.MongoDeliveries,
    DeliveryQueue: mongo.MongoDeliveries,
    DirectoryStamp: mongo.MongoStamp,
    LaneBatches: mongo.MongoDeliveries,
    LaneLeases: mongo.MongoDeliveries,
    Lanes: mongo.MongoDeliveries,
    LocationSearch: mongo.MongoLocationSearch,
    OperatorStore: mongo.MongoOperators,
    PartnerNotes: PARTNERS,
    PartnerStore: PARTNERS,
    PullStore: mongo.MongoPulls,
    Quarantine: mongo.MongoQuarantine,
    SessionWatch: mongo.MongoSessionWatch,
    StoreClock: mongo.MongoClock,
    SubscriptionStore: mongo.MongoSubscriptions,
    WaitingCredits: mongo.MongoLedger,
}
"""Adapters that need nothing but the database, and keep nothing: each port has its own."""


class Adapters(Module):
    """What sits in each port."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.traced = traced(settings.signals)

    def configure(self, binder: Binder) -> None:
        database = self.traced.mongo(mongo_of(self._settings))
        binder.bind(mongo.Mongo, to=InstanceProvider(database))
        for port, adapter in ON_MONGO.items():
            binder.bind(port, to=InstanceProvider(adapter(database)))

    @singleton
    @provider
    def redis_server(self) -> redis.RedisServer:
        place = self._settings.redis
        return redis.RedisServer(place.url, place.sentinels, place.service)

    @singleton
    @provider
    def clock(self) -> Clock:
        return SystemClock()

    @singleton
    @provider
    def ids(self) -> Ids:
        return SystemIds()

    @singleton
    @provider
    def spread(self) -> Spread:
        return RandomSpread()

    @singleton
    @provider
    def json(self) -> Json:
        return exact_json

    @singleton
    @provider
    def schemas(self) -> Schemas:
        return OcpiSchemas()

    @singleton
    @provider
    def zones(self) -> Zones:
        return SystemZones()

    @singleton
    @provider
    def secrets(self) -> Secrets:
        given = self._settings
        return TokenVault.from_settings(keys=given.secret_keys, pepper=given.token_pepper)

    @singleton
    @provider
    def outbound(self, fail_points: FailPoints) -> Outbound:
        outbound = RequestsOutbound(
            reached=fail_points.reach,
            allow_private_networks=self._settings.allow_private_networks,
            pool_connections=_PARTNERS_KEPT_CONNECTED,
            pool_maxsize=max(self._settings.web_threads, POOL),
            user_agent="ocpi-hub",
        )
        return self.traced.outbound(outbound)

    @singleton
    @provider
    def guard(self) -> AddressGuard:
        return Dialer(self._settings.allow_private_networks)

    @singleton
    @provider
    def wire(
        self, outbound: Outbound, json: Json, ids: Ids, journal: Journal, clock: Clock
    ) -> Wire:
        return self.traced.wire(OcpiWire(outbound, json, ids, journal, clock))

    @singleton
    @provider
    def audit(self, database: mongo.Mongo) -> AuditStore:
        return mongo.MongoAudit(database.beside(self._settings.audit_database))

    @singleton
    @provider
    def remarks(self, database: mongo.Mongo) -> RemarkList:
        return mongo.MongoRemarks(database, STORED)

    @singleton
    @provider
    def objects(self, database: mongo.Mongo) -> ObjectStore:
        remembered = mongo.Remembered(self._settings.list_memory_mb * 2**20)
        return mongo.MongoObjects(database, STORED, PRIVATE, remembered=remembered)

    @singleton
    @provider
    def locks(self, client: redis.RedisServer) -> Locks:
        return redis.RedisLocks(client)

    @singleton
    @provider
    def shared_counts(self, client: redis.RedisServer) -> SharedCounts:
        return redis.RedisCounts(client)

    @singleton
    @provider
    def counters(self) -> Counters:
        return PrometheusCounters(self._settings.signals.metrics_dir)

    @singleton
    @provider
    def wake_once(self, client: redis.RedisServer) -> redis.WakeOnce:
        return redis.WakeOnce(client)

    @singleton
    @provider
    def wake(
        self, client: redis.RedisServer, once: redis.WakeOnce, counters: Counters, bell: Bell
    ) -> Wake:
        return rq.RqWake(client, once, counters, bell)

    @singleton
    @provider
    def signer(self) -> Signer:
        return StandardSigner()

    @singleton
    @provider
    def fail_points(self) -> FailPoints:
        if not self._settings.fail_points:
            return NoFailPoints()
        return ArmedFailPoints.parse(self._settings.fail_points, self._settings.data_dir)
