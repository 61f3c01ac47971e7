"""The use cases that hold money, and those that tell of it: custody, sessions, webhooks, accounts.

Their fields are ports and use cases alone, so they are put together by their fields.
"""

import os
import socket
from typing import Any

from injector import Binder, Module, inject, provider, singleton

from application.accounting import Accounting
from application.asking_at_once import AskingAtOnce
from application.delivering import Delivering
from application.directories import Directories
from application.doubting import Doubting
from application.finding_cdrs import FindingCdrs
from application.handing_over import HandingOver
from application.heralding import Heralding
from application.hub_party import HubParty
from application.judging import JudgingRequests
from application.minding import Minding
from application.naming import Naming
from application.notifying import Notifying
from application.owing import Owing
from application.pairing import Pairing
from application.pumping import Pumping
from application.reporting import Reporting
from application.resealing import Resealing
from application.sending import Sending
from application.subscribers import Subscribers
from application.subscribing import Subscribing
from application.taking_custody import TakingCustody
from application.webhook_turns import WebhookTurns
from domain.deliveries import DeliveryClass
from domain.ports import (
    CdrArchive,
    CdrLedger,
    Clock,
    DeliveryQueue,
    FailPoints,
    Json,
    PartnerStore,
    Spread,
    SubscriptionStore,
    Wake,
)
from entrypoints.settings import Settings

_BY_THEIR_FIELDS: tuple[type[Any], ...] = (
    Sending,
    HandingOver,
    AskingAtOnce,
    TakingCustody,
    JudgingRequests,
    Reporting,
    Notifying,
    Subscribing,
    Resealing,
    Accounting,
    Doubting,
    FindingCdrs,
    Minding,
    Naming,
)


class CustodyUseCases(Module):
    """What the hub answers for, each use case with the ports that it needs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def configure(self, binder: Binder) -> None:
        for use_case in _BY_THEIR_FIELDS:
            binder.bind(use_case, to=inject(use_case), scope=singleton)

    @singleton
    @provider
    def owing(
        self,
        archive: CdrArchive,
        ledger: CdrLedger,
        deliveries: DeliveryQueue,
        directories: Directories,
        pairing: Pairing,
        doubting: Doubting,
        clock: Clock,
    ) -> Owing:
        return Owing(archive, ledger, deliveries, directories, pairing, doubting, clock)

    @singleton
    @provider
    def pairing(
        self, archive: CdrArchive, deliveries: DeliveryQueue, json: Json, clock: Clock
    ) -> Pairing:
        return Pairing(archive, deliveries, json, clock, self._settings.credit_waits_s)

    @singleton
    @provider
    def subscribers(self, subscriptions: SubscriptionStore) -> Subscribers:
        return Subscribers(subscriptions, self._settings.webhooks_per_partner)

    @singleton
    @provider
    def heralding(
        self,
        hub: HubParty,
        subscribers: Subscribers,
        ledger: CdrLedger,
        deliveries: DeliveryQueue,
        directories: Directories,
        wake: Wake,
        clock: Clock,
    ) -> Heralding:
        return Heralding(hub.party, subscribers, ledger, deliveries, directories, wake, clock)

    @singleton
    @provider
    def pumping(
        self,
        deliveries: DeliveryQueue,
        partners: PartnerStore,
        delivering: Delivering,
        handing_over: HandingOver,
        notifying: Notifying,
        subscriptions: SubscriptionStore,
        fail_points: FailPoints,
        spread: Spread,
        clock: Clock,
    ) -> Pumping:
        return Pumping(
            deliveries=deliveries,
            partners=partners,
            senders={
                DeliveryClass.STATE: delivering,
                DeliveryClass.CDR: handing_over,
                DeliveryClass.WEBHOOK: notifying,
            },
            webhook_turns=WebhookTurns(subscriptions),
            fail_points=fail_points,
            spread=spread,
            clock=clock,
            holder=f"{socket.gethostname()}:{os.getpid()}",
        )
