"""Every store port in memory: what unit tests and simulations run on. Ships with the product.

They keep the same promises as the real stores; the same contract tests hold them to it.
"""

from adapters.memory.agreements import MemoryAgreements, MemoryQuarantine
from adapters.memory.alarms import MemoryAlarms, MemoryBell
from adapters.memory.archive import MemoryArchive
from adapters.memory.commands import MemoryCommands, MemoryGuard
from adapters.memory.counters import MemoryCounters
from adapters.memory.counts import MemoryCounts
from adapters.memory.deliveries import MemoryDeliveries
from adapters.memory.fixed import FixedClock, FixedSpread, SequentialIds
from adapters.memory.journal import MemoryJournal
from adapters.memory.ledger import MemoryLedger
from adapters.memory.locks import MemoryLocks
from adapters.memory.objects import MemoryObjects
from adapters.memory.operators import MemoryAudit, MemoryOperators
from adapters.memory.partners import MemoryPartners
from adapters.memory.pulls import MemoryPulls
from adapters.memory.records import MemoryRecords
from adapters.memory.remarks import MemoryRemarks
from adapters.memory.stamps import MemoryStamp
from adapters.memory.subscriptions import MemorySubscriptions
from adapters.memory.wake import MemoryWake
from adapters.memory.wire import MemoryWire, answer

__all__ = [
    "FixedClock",
    "FixedSpread",
    "MemoryAgreements",
    "MemoryAlarms",
    "MemoryBell",
    "MemoryAudit",
    "MemoryCommands",
    "MemoryCounters",
    "MemoryCounts",
    "MemoryDeliveries",
    "MemoryGuard",
    "MemoryArchive",
    "MemoryJournal",
    "MemoryLedger",
    "MemoryLocks",
    "MemoryObjects",
    "MemoryOperators",
    "MemoryPartners",
    "MemoryPulls",
    "MemoryQuarantine",
    "MemoryRecords",
    "MemoryRemarks",
    "MemoryStamp",
    "MemorySubscriptions",
    "MemoryWake",
    "MemoryWire",
    "SequentialIds",
    "answer",
]
