"""The use cases that hold money, and those that tell of it: custody, sessions, webhooks, accounts.

Their fields are ports and use cases alone, so they are put together by their fields.
"""

import os
import socket
from typing import Any

from injector import Binder, Module, inject, provider, singleton

from application.cdrs.accounting import CdrAccounting
from application.cdrs.credit_pairs import CreditPairs
from application.cdrs.custody import CdrCustody
from application.cdrs.doubtful import DoubtfulCdrs
from application.cdrs.first_attempt import FirstAttempt
from application.cdrs.obligations import CdrObligations
from application.cdrs.search import CdrSearch
from application.cdrs.sender import CdrSender
from application.cdrs.session_watchdog import SessionWatchdog
from application.delivery.outgoing import RequestSender
from application.delivery.pump import Pump
from application.delivery.webhook_turns import WebhookTurns
from application.objects.sender import ObjectSender
from application.objects.validation import RequestValidation
from application.partners.directories import Directories
from application.partners.hub_party import HubParty
from application.partners.names import PartnerNames
from application.partners.resealing import Resealing
from application.partners.suspension import Suspension
from application.routing.session_push import SessionPush
from application.webhooks.events import WebhookEvents
from application.webhooks.sender import WebhookSender
from application.webhooks.subscribers import Subscribers
from application.webhooks.subscriptions import WebhookSubscriptions
from domain.delivery.deliveries import DeliveryClass
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
    RequestSender,
    CdrSender,
    FirstAttempt,
    CdrCustody,
    RequestValidation,
    SessionPush,
    WebhookSender,
    WebhookSubscriptions,
    Resealing,
    CdrAccounting,
    DoubtfulCdrs,
    CdrSearch,
    SessionWatchdog,
    PartnerNames,
    Suspension,
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
        credit_pairs: CreditPairs,
        doubtful_cdrs: DoubtfulCdrs,
        clock: Clock,
    ) -> CdrObligations:
        return CdrObligations(
            archive, ledger, deliveries, directories, credit_pairs, doubtful_cdrs, clock
        )

    @singleton
    @provider
    def pairing(
        self, archive: CdrArchive, deliveries: DeliveryQueue, json: Json, clock: Clock
    ) -> CreditPairs:
        return CreditPairs(archive, deliveries, json, clock, self._settings.credit_waits_s)

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
    ) -> WebhookEvents:
        return WebhookEvents(hub.party, subscribers, ledger, deliveries, directories, wake, clock)

    @singleton
    @provider
    def pumping(
        self,
        deliveries: DeliveryQueue,
        partners: PartnerStore,
        object_sender: ObjectSender,
        cdr_sender: CdrSender,
        webhook_sender: WebhookSender,
        subscriptions: SubscriptionStore,
        fail_points: FailPoints,
        spread: Spread,
        clock: Clock,
    ) -> Pump:
        return Pump(
            deliveries=deliveries,
            partners=partners,
            senders={
                DeliveryClass.STATE: object_sender,
                DeliveryClass.CDR: cdr_sender,
                DeliveryClass.WEBHOOK: webhook_sender,
            },
            webhook_turns=WebhookTurns(subscriptions),
            fail_points=fail_points,
            spread=spread,
            clock=clock,
            holder=f"{socket.gethostname()}:{os.getpid()}",
        )
