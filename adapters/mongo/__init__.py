"""The stores that hold the truth, on MongoDB: one document a use case's write."""

from adapters.mongo.agreements import MongoAgreements, MongoQuarantine
from adapters.mongo.alarms import MongoAlarms, MongoClock
from adapters.mongo.archive import MongoArchive
from adapters.mongo.audit import MongoAudit
from adapters.mongo.cdr_outbox import MongoCdrOutbox
from adapters.mongo.client import DatabaseOf, Mongo
from adapters.mongo.commands import MongoCommands
from adapters.mongo.deliveries import MongoDeliveries
from adapters.mongo.indexing import missing, missing_in_audit, outdated, prepare, prepare_audit
from adapters.mongo.journal import MongoJournal, NoJournal
from adapters.mongo.journal_reading import MongoJournalReader
from adapters.mongo.leases import MongoLeases
from adapters.mongo.ledger import MongoLedger
from adapters.mongo.migrating import ended_cdrs, owed_cdrs
from adapters.mongo.objects import MongoObjects
from adapters.mongo.operators import MongoOperators
from adapters.mongo.partner_migration import give_sets, to_review
from adapters.mongo.partners import MongoPartners
from adapters.mongo.pulls import MongoPulls
from adapters.mongo.reasons import reason_of
from adapters.mongo.remarks import MongoRemarks
from adapters.mongo.remembered import Remembered
from adapters.mongo.search import MongoLocationSearch
from adapters.mongo.sessions import MongoSessionWatch
from adapters.mongo.stamps import MongoStamp
from adapters.mongo.subscriptions import MongoSubscriptions

__all__ = [
    "DatabaseOf",
    "Mongo",
    "MongoAgreements",
    "MongoAlarms",
    "MongoClock",
    "MongoCdrOutbox",
    "MongoCommands",
    "MongoArchive",
    "MongoAudit",
    "MongoDeliveries",
    "MongoJournal",
    "MongoJournalReader",
    "MongoLeases",
    "MongoLedger",
    "MongoLocationSearch",
    "MongoObjects",
    "MongoOperators",
    "MongoPartners",
    "MongoPulls",
    "MongoQuarantine",
    "MongoRemarks",
    "MongoSessionWatch",
    "MongoStamp",
    "MongoSubscriptions",
    "NoJournal",
    "Remembered",
    "ended_cdrs",
    "give_sets",
    "missing",
    "missing_in_audit",
    "outdated",
    "owed_cdrs",
    "prepare",
    "prepare_audit",
    "reason_of",
    "to_review",
]
