"""The use cases that no request waits for: probing, pulling, telling roles, watching, sweeping.

Apart from the rest, because these run in the background, and put right what traffic left behind.
"""

from injector import Binder, Module, inject, provider, singleton

from application.cdrs.obligations import CdrObligations
from application.delivery.overview import DeliveryOverview
from application.delivery.pump import Pump
from application.objects.catching_up import CatchUp
from application.objects.publishing import Publisher
from application.objects.pull_lists import PullLists
from application.objects.pull_pages import PullPages
from application.objects.pull_turns import PullTurns
from application.objects.pulled_intake import PulledIntake
from application.objects.pulls import Pulls
from application.partners.client_info import ClientInfoAnnouncer
from application.partners.credentials_client import CredentialsClient
from application.partners.directories import Directories
from application.partners.handshake import Handshake
from application.partners.hub_party import HubParty
from application.partners.liveness import LivenessProbe
from application.partners.recovery import Recovery
from application.partners.role_announcements import RoleAnnouncer
from application.sweep import Sweep
from application.webhooks.command_events import CommandEvents
from application.webhooks.events import WebhookEvents
from domain.ports import (
    CdrLedger,
    Clock,
    DeliveryQueue,
    Ids,
    PartnerStore,
    PullStore,
    Quarantine,
    Wake,
    Wire,
)
from entrypoints.settings import Settings


class UpkeepUseCases(Module):
    """What is done in the background, each use case with the ports that it needs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def configure(self, binder: Binder) -> None:
        for use_case in (CatchUp, PulledIntake, PullLists):
            binder.bind(use_case, to=inject(use_case), scope=singleton)

    @singleton
    @provider
    def probing(
        self,
        partners: PartnerStore,
        credentials_client: CredentialsClient,
        handshake: Handshake,
        client_info: ClientInfoAnnouncer,
        recovery: Recovery,
        clock: Clock,
    ) -> LivenessProbe:
        after_s = self._settings.probe_after_s
        return LivenessProbe(
            partners, credentials_client, handshake, client_info, recovery, clock, after_s
        )

    @singleton
    @provider
    def pulling(
        self, hub: HubParty, credentials_client: CredentialsClient, wire: Wire, ids: Ids
    ) -> PullPages:
        return PullPages(hub.party, credentials_client, wire, ids)

    @singleton
    @provider
    def synchronizing(
        self,
        partners: PartnerStore,
        pulls: PullStore,
        pull_pages: PullPages,
        pull_lists: PullLists,
        quarantine: Quarantine,
        wake: Wake,
        clock: Clock,
    ) -> Pulls:
        return Pulls(
            partners=partners,
            pulls=pulls,
            pull_pages=pull_pages,
            pull_lists=pull_lists,
            quarantine=quarantine,
            wake=wake,
            clock=clock,
            every_s=self._settings.sync_every_s,
            slice_s=self._settings.pull_slice_s,
        )

    @singleton
    @provider
    def pull_turns(self, pulls_of_partners: Pulls) -> PullTurns:
        return PullTurns(pulls_of_partners)

    @singleton
    @provider
    def telling_roles(
        self,
        partners: PartnerStore,
        directories: Directories,
        credentials_client: CredentialsClient,
        clock: Clock,
    ) -> RoleAnnouncer:
        after_s = self._settings.announce_roles_after_s
        return RoleAnnouncer(partners, directories, credentials_client, clock, after_s)

    @singleton
    @provider
    def watching(
        self, deliveries: DeliveryQueue, ledger: CdrLedger, wake: Wake, clock: Clock
    ) -> DeliveryOverview:
        return DeliveryOverview(deliveries, ledger, wake, clock)

    @singleton
    @provider
    def sweeping(
        self,
        publisher: Publisher,
        cdr_obligations: CdrObligations,
        webhook_events: WebhookEvents,
        command_events: CommandEvents,
        pump: Pump,
        deliveries: DeliveryQueue,
        wake: Wake,
        clock: Clock,
    ) -> Sweep:
        return Sweep(
            publisher,
            cdr_obligations,
            webhook_events,
            command_events,
            pump,
            deliveries,
            wake,
            clock,
        )
