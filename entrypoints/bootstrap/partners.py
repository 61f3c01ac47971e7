"""The use cases that make and keep a partner: registering, connecting, administering.

Apart from the traffic, because these change who is a partner, and traffic takes that as it is.
"""

from injector import Module, provider, singleton

from application.administering import Administering
from application.admitting import Admitting
from application.announcing import Announcing
from application.approving import Approving
from application.bulkhead import Bulkhead
from application.catching_up import CatchingUp
from application.connecting import Connecting
from application.directories import Directories
from application.handshake import Handshake
from application.handshake_turns import HandshakeTurns
from application.hub_party import HubParty
from application.registering import Registering
from application.welcoming import Welcoming
from domain.party import PartyId
from domain.ports import (
    AgreementStore,
    Clock,
    DeliveryQueue,
    Ids,
    Json,
    Locks,
    ObjectStore,
    PartnerStore,
    Schemas,
    Secrets,
    Wake,
    Wire,
)
from entrypoints.settings import Settings

_HUB_NAME = "OCPI hub"


class PartnerUseCases(Module):
    """What is done about partners, each use case with the ports that it needs."""

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
    def admitting(
        self, partners: PartnerStore, directories: Directories, clock: Clock
    ) -> Admitting:
        return Admitting(partners, directories, clock)

    @singleton
    @provider
    def one_at_a_time(self, locks: Locks, bulkhead: Bulkhead) -> HandshakeTurns:
        return HandshakeTurns(locks, bulkhead)

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
        admitting: Admitting,
        deliveries: DeliveryQueue,
        handshake: Handshake,
        one_at_a_time: HandshakeTurns,
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
            admitting=admitting,
            deliveries=deliveries,
            handshake=handshake,
            one_at_a_time=one_at_a_time,
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
        admitting: Admitting,
        handshake: Handshake,
        one_at_a_time: HandshakeTurns,
        secrets: Secrets,
        welcoming: Welcoming,
        ids: Ids,
        clock: Clock,
    ) -> Connecting:
        return Connecting(
            hub=hub,
            partners=partners,
            directories=directories,
            admitting=admitting,
            handshake=handshake,
            one_at_a_time=one_at_a_time,
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
        admitting: Admitting,
        deliveries: DeliveryQueue,
        connecting: Connecting,
        agreements: AgreementStore,
        announcing: Announcing,
        catching_up: CatchingUp,
        secrets: Secrets,
        ids: Ids,
        clock: Clock,
    ) -> Administering:
        return Administering(
            hub=hub,
            partners=partners,
            admitting=admitting,
            deliveries=deliveries,
            connecting=connecting,
            agreements=agreements,
            announcing=announcing,
            catching_up=catching_up,
            secrets=secrets,
            ids=ids,
            clock=clock,
        )

    @singleton
    @provider
    def approving(
        self,
        partners: PartnerStore,
        admitting: Admitting,
        connecting: Connecting,
        deliveries: DeliveryQueue,
        announcing: Announcing,
        welcoming: Welcoming,
    ) -> Approving:
        return Approving(partners, admitting, connecting, deliveries, announcing, welcoming)
