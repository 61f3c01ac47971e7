"""The use cases that no request waits for: probing, pulling, telling roles, watching, sweeping.

Apart from the rest, because these run in the background, and put right what traffic left behind.
"""

from injector import Binder, Module, inject, provider, singleton

from application.announcing import Announcing
from application.catching_up import CatchingUp
from application.connecting import Connecting
from application.directories import Directories
from application.handshake import Handshake
from application.heralding import Heralding
from application.heralding_commands import HeraldingCommands
from application.hub_party import HubParty
from application.owing import Owing
from application.probing import Probing
from application.publishing import Publishing
from application.pull_turns import PullTurns
from application.pulling import Pulling
from application.pumping import Pumping
from application.reading_lists import ReadingLists
from application.synchronizing import Synchronizing
from application.taking_pulled import TakingPulled
from application.telling_roles import TellingRoles
from application.watching import Sweeping, Watching
from application.welcoming import Welcoming
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
        for use_case in (CatchingUp, TakingPulled, ReadingLists):
            binder.bind(use_case, to=inject(use_case), scope=singleton)

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
    def pulling(self, hub: HubParty, connecting: Connecting, wire: Wire, ids: Ids) -> Pulling:
        return Pulling(hub.party, connecting, wire, ids)

    @singleton
    @provider
    def synchronizing(
        self,
        partners: PartnerStore,
        pulls: PullStore,
        pulling: Pulling,
        reading_lists: ReadingLists,
        quarantine: Quarantine,
        wake: Wake,
        clock: Clock,
    ) -> Synchronizing:
        return Synchronizing(
            partners=partners,
            pulls=pulls,
            pulling=pulling,
            reading_lists=reading_lists,
            quarantine=quarantine,
            wake=wake,
            clock=clock,
            every_s=self._settings.sync_every_s,
            slice_s=self._settings.pull_slice_s,
        )

    @singleton
    @provider
    def pull_turns(self, synchronizing: Synchronizing) -> PullTurns:
        return PullTurns(synchronizing)

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
    def watching(
        self, deliveries: DeliveryQueue, ledger: CdrLedger, wake: Wake, clock: Clock
    ) -> Watching:
        return Watching(deliveries, ledger, wake, clock)

    @singleton
    @provider
    def sweeping(
        self,
        publishing: Publishing,
        owing: Owing,
        heralding: Heralding,
        heralding_commands: HeraldingCommands,
        pumping: Pumping,
        deliveries: DeliveryQueue,
        wake: Wake,
        clock: Clock,
    ) -> Sweeping:
        return Sweeping(
            publishing, owing, heralding, heralding_commands, pumping, deliveries, wake, clock
        )
