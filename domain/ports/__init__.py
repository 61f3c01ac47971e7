"""The ports: what the hub asks of the outside, and what it is promised.

Protocols: adapters do not inherit. Every port may raise `errors.StoreUnavailable` (stores) where it
cannot answer; beyond that each method says what it raises, what is atomic, what may be repeated.
"""

from domain.ports.commands import AddressGuard, CommandStore
from domain.ports.custody import CdrArchive, CdrLedger
from domain.ports.deliveries import DeliveryQueue, Wake
from domain.ports.objects import LocationSearch, ObjectStore, Quarantine, RemarkList
from domain.ports.outbound import (
    Outbound,
    OutboundRequest,
    OutboundResponse,
    Wire,
    WireAnswer,
    WireRequest,
)
from domain.ports.partners import AgreementStore, PartnerStore
from domain.ports.pulls import PullStore
from domain.ports.system import (
    Clock,
    Counters,
    FailPoints,
    Ids,
    Json,
    Locks,
    Schemas,
    Secrets,
    Spread,
    Zones,
)
from domain.ports.watching import SessionWatch
from domain.ports.webhooks import Signer, SubscriptionStore

__all__ = [
    "AddressGuard",
    "CdrArchive",
    "CdrLedger",
    "SessionWatch",
    "Signer",
    "SubscriptionStore",
    "FailPoints",
    "AgreementStore",
    "Clock",
    "CommandStore",
    "Counters",
    "DeliveryQueue",
    "Ids",
    "Json",
    "LocationSearch",
    "Locks",
    "ObjectStore",
    "Outbound",
    "OutboundRequest",
    "OutboundResponse",
    "PartnerStore",
    "PullStore",
    "Quarantine",
    "RemarkList",
    "Schemas",
    "Secrets",
    "Spread",
    "Wake",
    "Wire",
    "WireAnswer",
    "WireRequest",
    "Zones",
]
