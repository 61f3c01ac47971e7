"""The use cases that make and keep a partner: registering, connecting, administering.

Apart from the traffic, because these change who is a partner, and traffic takes that as it is.
"""

from injector import Module, provider, singleton

from application.bulkhead import Bulkhead
from application.objects.catching_up import CatchUp
from application.partners.administration import PartnerAdministration
from application.partners.admission import Admission
from application.partners.approval import PartnerApproval
from application.partners.client_info import ClientInfoAnnouncer
from application.partners.credentials_client import CredentialsClient
from application.partners.credentials_server import CredentialsServer
from application.partners.directories import Directories
from application.partners.handshake import Handshake
from application.partners.handshake_turns import HandshakeTurns
from application.partners.hub_party import HubParty
from application.partners.recovery import Recovery
from application.partners.suspension import Suspension
from domain.partners.party import PartyId
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
    ) -> Admission:
        return Admission(partners, directories, clock)

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
    ) -> ClientInfoAnnouncer:
        return ClientInfoAnnouncer(objects, partners, json, wake, ids, clock)

    @singleton
    @provider
    def welcoming(
        self,
        partners: PartnerStore,
        deliveries: DeliveryQueue,
        client_info: ClientInfoAnnouncer,
        wake: Wake,
        clock: Clock,
    ) -> Recovery:
        return Recovery(partners, deliveries, client_info, wake, clock)

    @singleton
    @provider
    def registering(
        self,
        hub: HubParty,
        partners: PartnerStore,
        directories: Directories,
        admission: Admission,
        deliveries: DeliveryQueue,
        handshake: Handshake,
        one_at_a_time: HandshakeTurns,
        schemas: Schemas,
        secrets: Secrets,
        client_info: ClientInfoAnnouncer,
        recovery: Recovery,
        wake: Wake,
        clock: Clock,
    ) -> CredentialsServer:
        return CredentialsServer(
            hub=hub,
            partners=partners,
            directories=directories,
            admission=admission,
            deliveries=deliveries,
            handshake=handshake,
            one_at_a_time=one_at_a_time,
            schemas=schemas,
            secrets=secrets,
            client_info=client_info,
            recovery=recovery,
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
        admission: Admission,
        handshake: Handshake,
        one_at_a_time: HandshakeTurns,
        secrets: Secrets,
        recovery: Recovery,
        ids: Ids,
        clock: Clock,
    ) -> CredentialsClient:
        return CredentialsClient(
            hub=hub,
            partners=partners,
            directories=directories,
            admission=admission,
            handshake=handshake,
            one_at_a_time=one_at_a_time,
            secrets=secrets,
            recovery=recovery,
            ids=ids,
            clock=clock,
        )

    @singleton
    @provider
    def administering(
        self,
        hub: HubParty,
        partners: PartnerStore,
        admission: Admission,
        deliveries: DeliveryQueue,
        credentials_client: CredentialsClient,
        agreements: AgreementStore,
        client_info: ClientInfoAnnouncer,
        suspension: Suspension,
        catch_up: CatchUp,
        secrets: Secrets,
        ids: Ids,
        clock: Clock,
    ) -> PartnerAdministration:
        return PartnerAdministration(
            hub=hub,
            partners=partners,
            admission=admission,
            deliveries=deliveries,
            credentials_client=credentials_client,
            agreements=agreements,
            client_info=client_info,
            suspension=suspension,
            catch_up=catch_up,
            secrets=secrets,
            ids=ids,
            clock=clock,
        )

    @singleton
    @provider
    def approving(
        self,
        partners: PartnerStore,
        admission: Admission,
        credentials_client: CredentialsClient,
        deliveries: DeliveryQueue,
        client_info: ClientInfoAnnouncer,
        recovery: Recovery,
    ) -> PartnerApproval:
        return PartnerApproval(
            partners, admission, credentials_client, deliveries, client_info, recovery
        )
