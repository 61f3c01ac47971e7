"""The composition root: the only place that knows which adapter sits in which port.

Web, workers, sweeper and command line are all put together here, the same way.
"""

import contextlib
import os
import socket
from dataclasses import dataclass
from typing import get_type_hints

import pymongo
from injector import Injector, Module, provider, singleton
from pymongo.errors import PyMongoError

from adapters import mongo, redis, rq
from adapters.ocpi import json as ocpi_json
from adapters.ocpi.client import OcpiWire
from adapters.ocpi.schemas import OcpiSchemas
from adapters.outbound import RequestsOutbound
from adapters.secrets import TokenVault
from adapters.system import RandomSpread, SystemClock, SystemIds
from application.accepting import Accepting
from application.addressing import Addressing
from application.administering import Administering
from application.announcing import Announcing
from application.authorizing import Authorizing
from application.bulkhead import Bulkhead
from application.connecting import Connecting
from application.cursors import Cursors
from application.delivering import Delivering
from application.directories import Directories
from application.forwarding import Forwarding
from application.handshake import Handshake
from application.hub import Hub
from application.hub_party import HubParty
from application.modules import MODULES
from application.probing import Probing
from application.publishing import Publishing
from application.pumping import POOL, Pumping
from application.registering import Registering
from application.searching import Searching
from application.serving import Serving
from application.synchronizing import Synchronizing
from application.telling_roles import TellingRoles
from application.watching import Sweeping, Watching
from application.welcoming import Welcoming
from domain.party import PartyId
from domain.ports import (
    AgreementStore,
    Clock,
    Counters,
    DeliveryQueue,
    Ids,
    Json,
    LocationSearch,
    Locks,
    ObjectStore,
    Outbound,
    PartnerStore,
    Quarantine,
    Schemas,
    Secrets,
    Spread,
    Wake,
    Wire,
)
from entrypoints.settings import Settings

_HUB_NAME = "OCPI hub"
_PARTNERS_KEPT_CONNECTED = 500
_READY_WITHIN_S = 2.0


@dataclass(frozen=True)
class Container:
    """A hub that is put together, and the few parts that entrypoints use themselves."""

    settings: Settings
    hub: Hub
    clock: Clock
    ids: Ids
    json: Json
    wake: Wake
    wake_once: redis.WakeOnce
    mongo: mongo.Mongo

    def is_ready(self) -> bool:
        """Whether the truth can be written: MongoDB has a primary. Redis is not required."""
        try:
            with pymongo.timeout(_READY_WITHIN_S):
                return bool(self.mongo().command("hello")["isWritablePrimary"])
        except PyMongoError:
            return False


def build(settings: Settings) -> Container:
    """The hub of these settings. Nothing is connected yet: that happens at the first use."""
    injector = Injector([_Adapters(settings), _UseCases(settings)], auto_bind=False)
    use_cases = {name: injector.get(kind) for name, kind in get_type_hints(Hub).items()}
    return Container(
        settings=settings,
        hub=Hub(**use_cases),
        clock=injector.get(Clock),  # type: ignore[type-abstract]
        ids=injector.get(Ids),  # type: ignore[type-abstract]
        json=injector.get(Json),  # type: ignore[type-abstract]
        wake=injector.get(Wake),  # type: ignore[type-abstract]
        wake_once=injector.get(redis.WakeOnce),
        mongo=injector.get(mongo.Mongo),
    )


def prepare_stores(settings: Settings) -> None:
    """Indexes and what else must be there before the first request. Safe to repeat."""
    with contextlib.closing(_mongo(settings)) as database:
        mongo.prepare(database(), MODULES)


def missing_indexes(settings: Settings) -> list[str]:
    """Names of indexes that are not there."""
    with contextlib.closing(_mongo(settings)) as database:
        return mongo.missing(database(), MODULES)


def _mongo(settings: Settings) -> mongo.Mongo:
    pool = max(settings.web_threads, POOL) + 4
    return mongo.Mongo(settings.mongo_url, settings.database_name, pool=pool)


class _Adapters(Module):
    """What sits in each port."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @singleton
    @provider
    def database(self) -> mongo.Mongo:
        return _mongo(self._settings)

    @singleton
    @provider
    def redis_server(self) -> redis.RedisServer:
        return redis.RedisServer(self._settings.redis_url)

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
        return ocpi_json

    @singleton
    @provider
    def schemas(self) -> Schemas:
        return OcpiSchemas()

    @singleton
    @provider
    def secrets(self) -> Secrets:
        given = self._settings
        return TokenVault.from_settings(keys=given.secret_keys, pepper=given.token_pepper)

    @singleton
    @provider
    def outbound(self) -> Outbound:
        return RequestsOutbound(
            allow_private_networks=self._settings.allow_private_networks,
            pool_connections=_PARTNERS_KEPT_CONNECTED,
            pool_maxsize=max(self._settings.web_threads, POOL),
            user_agent="ocpi-hub",
        )

    @singleton
    @provider
    def wire(self, outbound: Outbound, json: Json, ids: Ids) -> Wire:
        return OcpiWire(outbound, json, ids)

    @singleton
    @provider
    def partners(self, database: mongo.Mongo, json: Json) -> PartnerStore:
        return mongo.MongoPartners(database, json)

    @singleton
    @provider
    def agreements(self, database: mongo.Mongo) -> AgreementStore:
        return mongo.MongoAgreements(database)

    @singleton
    @provider
    def quarantine(self, database: mongo.Mongo) -> Quarantine:
        return mongo.MongoQuarantine(database)

    @singleton
    @provider
    def objects(self, database: mongo.Mongo) -> ObjectStore:
        return mongo.MongoObjects(database, tuple(MODULES))

    @singleton
    @provider
    def locations(self, database: mongo.Mongo) -> LocationSearch:
        return mongo.MongoLocationSearch(database)

    @singleton
    @provider
    def deliveries(self, database: mongo.Mongo) -> DeliveryQueue:
        return mongo.MongoDeliveries(database)

    @singleton
    @provider
    def locks(self, client: redis.RedisServer) -> Locks:
        return redis.RedisLocks(client)

    @singleton
    @provider
    def counters(self, client: redis.RedisServer) -> Counters:
        return redis.RedisCounters(client)

    @singleton
    @provider
    def wake_once(self, client: redis.RedisServer) -> redis.WakeOnce:
        return redis.WakeOnce(client)

    @singleton
    @provider
    def wake(self, client: redis.RedisServer, once: redis.WakeOnce, counters: Counters) -> Wake:
        return rq.RqWake(client, once, counters)


class _UseCases(Module):
    """What the hub does, each with the ports that it needs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @singleton
    @provider
    def party(self) -> HubParty:
        given = self._settings
        party = PartyId(given.country_code, given.party_id)
        return HubParty(party=party, name=_HUB_NAME, versions_url=given.versions_url)

    @singleton
    @provider
    def handshake(self, wire: Wire, json: Json, schemas: Schemas, ids: Ids) -> Handshake:
        return Handshake(wire, json, schemas, ids)

    @singleton
    @provider
    def directories(
        self, hub: HubParty, partners: PartnerStore, agreements: AgreementStore
    ) -> Directories:
        return Directories(hub.party, partners, agreements, self._settings.agreements)

    @singleton
    @provider
    def announcing(
        self,
        objects: ObjectStore,
        partners: PartnerStore,
        json: Json,
        wake: Wake,
        ids: Ids,
        clock: Clock,
    ) -> Announcing:
        return Announcing(objects, partners, json, wake, ids, clock)

    @singleton
    @provider
    def welcoming(
        self,
        partners: PartnerStore,
        deliveries: DeliveryQueue,
        announcing: Announcing,
        wake: Wake,
        clock: Clock,
    ) -> Welcoming:
        return Welcoming(partners, deliveries, announcing, wake, clock)

    @singleton
    @provider
    def registering(
        self,
        hub: HubParty,
        partners: PartnerStore,
        directories: Directories,
        deliveries: DeliveryQueue,
        handshake: Handshake,
        schemas: Schemas,
        secrets: Secrets,
        announcing: Announcing,
        welcoming: Welcoming,
        wake: Wake,
        clock: Clock,
    ) -> Registering:
        return Registering(
            hub=hub,
            partners=partners,
            directories=directories,
            deliveries=deliveries,
            handshake=handshake,
            schemas=schemas,
            secrets=secrets,
            announcing=announcing,
            welcoming=welcoming,
            wake=wake,
            clock=clock,
        )

    @singleton
    @provider
    def connecting(
        self,
        hub: HubParty,
        partners: PartnerStore,
        directories: Directories,
        handshake: Handshake,
        schemas: Schemas,
        secrets: Secrets,
        welcoming: Welcoming,
        ids: Ids,
        clock: Clock,
    ) -> Connecting:
        return Connecting(
            hub=hub,
            partners=partners,
            directories=directories,
            handshake=handshake,
            schemas=schemas,
            secrets=secrets,
            welcoming=welcoming,
            ids=ids,
            clock=clock,
        )

    @singleton
    @provider
    def administering(
        self,
        hub: HubParty,
        partners: PartnerStore,
        directories: Directories,
        deliveries: DeliveryQueue,
        connecting: Connecting,
        agreements: AgreementStore,
        announcing: Announcing,
        secrets: Secrets,
        ids: Ids,
        clock: Clock,
    ) -> Administering:
        return Administering(
            hub=hub,
            partners=partners,
            directories=directories,
            deliveries=deliveries,
            connecting=connecting,
            agreements=agreements,
            announcing=announcing,
            secrets=secrets,
            ids=ids,
            clock=clock,
        )

    @singleton
    @provider
    def probing(
        self,
        partners: PartnerStore,
        connecting: Connecting,
        handshake: Handshake,
        announcing: Announcing,
        welcoming: Welcoming,
        clock: Clock,
    ) -> Probing:
        after_s = self._settings.probe_after_s
        return Probing(partners, connecting, handshake, announcing, welcoming, clock, after_s)

    @singleton
    @provider
    def synchronizing(
        self,
        hub: HubParty,
        partners: PartnerStore,
        objects: ObjectStore,
        accepting: Accepting,
        connecting: Connecting,
        quarantine: Quarantine,
        wire: Wire,
        json: Json,
        wake: Wake,
        ids: Ids,
        clock: Clock,
    ) -> Synchronizing:
        return Synchronizing(
            hub=hub.party,
            partners=partners,
            objects=objects,
            accepting=accepting,
            connecting=connecting,
            quarantine=quarantine,
            wire=wire,
            json=json,
            wake=wake,
            ids=ids,
            clock=clock,
            every_s=self._settings.sync_every_s,
        )

    @singleton
    @provider
    def telling_roles(
        self,
        partners: PartnerStore,
        directories: Directories,
        connecting: Connecting,
        clock: Clock,
    ) -> TellingRoles:
        after_s = self._settings.announce_roles_after_s
        return TellingRoles(partners, directories, connecting, clock, after_s)

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
        schemas: Schemas,
        json: Json,
        wake: Wake,
        counters: Counters,
        clock: Clock,
    ) -> Accepting:
        return Accepting(objects, schemas, json, wake, counters, clock)

    @singleton
    @provider
    def publishing(
        self,
        objects: ObjectStore,
        directories: Directories,
        deliveries: DeliveryQueue,
        wake: Wake,
        clock: Clock,
    ) -> Publishing:
        return Publishing(objects, directories, deliveries, wake, clock)

    @singleton
    @provider
    def delivering(
        self,
        hub: HubParty,
        objects: ObjectStore,
        partners: PartnerStore,
        directories: Directories,
        connecting: Connecting,
        wire: Wire,
        json: Json,
        locks: Locks,
        counters: Counters,
        ids: Ids,
        clock: Clock,
    ) -> Delivering:
        return Delivering(
            hub=hub.party,
            objects=objects,
            partners=partners,
            directories=directories,
            connecting=connecting,
            wire=wire,
            json=json,
            locks=locks,
            counters=counters,
            ids=ids,
            clock=clock,
        )

    @singleton
    @provider
    def pumping(
        self,
        deliveries: DeliveryQueue,
        partners: PartnerStore,
        delivering: Delivering,
        spread: Spread,
        clock: Clock,
    ) -> Pumping:
        holder = f"{socket.gethostname()}:{os.getpid()}"
        return Pumping(deliveries, partners, delivering, spread, clock, holder)

    @singleton
    @provider
    def cursors(self, secrets: Secrets) -> Cursors:
        return Cursors(secrets, f"{self._settings.public_url}/ocpi/2.3.0/sender")

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
    ) -> Forwarding:
        return Forwarding(
            directories=directories,
            connecting=connecting,
            cursors=cursors,
            partners=partners,
            bulkhead=bulkhead,
            wire=wire,
            counters=counters,
            deadline_s=self._settings.forward_timeout_s,
        )

    @singleton
    @provider
    def addressing(
        self, accepting: Accepting, forwarding: Forwarding, bulkhead: Bulkhead, locks: Locks
    ) -> Addressing:
        return Addressing(accepting, forwarding, bulkhead, locks)

    @singleton
    @provider
    def serving(self, objects: ObjectStore, directories: Directories, json: Json) -> Serving:
        return Serving(objects, directories, json)

    @singleton
    @provider
    def searching(self, locations: LocationSearch, json: Json) -> Searching:
        return Searching(locations, json)

    @singleton
    @provider
    def watching(self, deliveries: DeliveryQueue, wake: Wake, clock: Clock) -> Watching:
        return Watching(deliveries, wake, clock)

    @singleton
    @provider
    def sweeping(
        self,
        publishing: Publishing,
        pumping: Pumping,
        deliveries: DeliveryQueue,
        wake: Wake,
        clock: Clock,
    ) -> Sweeping:
        return Sweeping(publishing, pumping, deliveries, wake, clock)
