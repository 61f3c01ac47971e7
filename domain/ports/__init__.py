"""The ports: what the hub asks of the outside, and what it is promised.

Protocols: adapters do not inherit. Every port may raise `errors.StoreUnavailable` (stores) where it
cannot answer; beyond that each method says what it raises, what is atomic, what may be repeated.
"""

from domain.ports.alarms import Alarms, Bell, StoreClock
from domain.ports.archive import CdrArchive, CdrBills, CdrConflicts
from domain.ports.commands import AddressGuard, CommandStore
from domain.ports.custody import CdrAccounts, CdrHandovers, CdrLedger, CdrOutbox, WaitingCredits
from domain.ports.deliveries import (
    Backlog,
    Deliveries,
    DeliveryQueue,
    LaneBatches,
    LaneLeases,
    Lanes,
    Wake,
)
from domain.ports.journal import Journal, JournalReader
from domain.ports.objects import LocationSearch, ObjectStore, Quarantine, RemarkList
from domain.ports.operators import AuditStore, OperatorStore
from domain.ports.outbound import (
    Outbound,
    OutboundRequest,
    OutboundResponse,
    Wire,
    WireAnswer,
    WireRequest,
)
from domain.ports.partners import (
    LEASE_S,
    AgreementStore,
    DirectoryStamp,
    PartnerNotes,
    PartnerStore,
)
from domain.ports.pulls import PullStore
from domain.ports.system import (
    Clock,
    Counters,
    FailPoints,
    Hold,
    Ids,
    Json,
    Locks,
    Schemas,
    Secrets,
    SharedCounts,
    Spread,
    Zones,
)
from domain.ports.watching import SessionWatch
from domain.ports.webhooks import Signer, SubscriptionStore

__all__ = [
    "AddressGuard",
    "AgreementStore",
    "Alarms",
    "AuditStore",
    "Backlog",
    "Bell",
    "CdrAccounts",
    "CdrArchive",
    "CdrBills",
    "CdrConflicts",
    "CdrHandovers",
    "CdrLedger",
    "CdrOutbox",
    "Clock",
    "CommandStore",
    "Counters",
    "Deliveries",
    "DeliveryQueue",
    "DirectoryStamp",
    "FailPoints",
    "Ids",
    "Journal",
    "JournalReader",
    "Json",
    "LEASE_S",
    "LaneBatches",
    "LaneLeases",
    "Lanes",
    "LocationSearch",
    "Hold",
    "Locks",
    "ObjectStore",
    "OperatorStore",
    "Outbound",
    "OutboundRequest",
    "OutboundResponse",
    "PartnerNotes",
    "PartnerStore",
    "PullStore",
    "Quarantine",
    "RemarkList",
    "Schemas",
    "Secrets",
    "SessionWatch",
    "SharedCounts",
    "Signer",
    "Spread",
    "StoreClock",
    "SubscriptionStore",
    "WaitingCredits",
    "Wake",
    "Wire",
    "WireAnswer",
    "WireRequest",
    "Zones",
]
