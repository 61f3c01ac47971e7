"""Agreements, and quarantined objects, on MongoDB."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bson import Binary
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.custody_records import as_fee, of_fee
from adapters.mongo.stamps import MongoStamp, for_good
from domain.objects.quarantine import Quarantined, id_of
from domain.partners.agreements import Agreement
from domain.partners.party import PartyId

AGREEMENTS = "agreements"
QUARANTINE = "quarantine"


@dataclass(frozen=True)
class MongoAgreements:
    database: DatabaseOf

    @answering()
    def all(self) -> tuple[Agreement, ...]:
        found = for_good(self._agreements).find().sort([("made_at", 1), ("_id", 1)])
        return tuple(_as_agreement(record) for record in found)

    @answering()
    def versions(self) -> Mapping[str, Hashable]:
        found = for_good(self._agreements).find({}, {"fees": 1})
        return {each["_id"]: tuple(map(as_fee, each.get("fees", ()))) for each in found}

    @answering()
    def get(self, agreement_id: str) -> Agreement | None:
        record = self._agreements.find_one({"_id": agreement_id})
        return None if record is None else _as_agreement(record)

    @answering()
    def price(self, agreement: Agreement) -> bool:
        fees = {"$set": {"fees": [of_fee(fee) for fee in agreement.fees]}}
        is_there = self._agreements.update_one({"_id": agreement.id}, fees).matched_count == 1
        MongoStamp(self.database).outdate()
        return is_there

    @answering()
    def add(self, agreement: Agreement) -> bool:
        record = {
            "_id": agreement.id,
            "one": str(agreement.one),
            "other": str(agreement.other),
            "made_at": agreement.made_at,
            "fees": [of_fee(fee) for fee in agreement.fees],
        }
        is_new = True
        try:
            self._agreements.insert_one(record)
        except DuplicateKeyError:
            is_new = False
        MongoStamp(self.database).outdate()
        return is_new

    @answering()
    def remove(self, agreement_id: str) -> bool:
        is_gone = self._agreements.delete_one({"_id": agreement_id}).deleted_count == 1
        MongoStamp(self.database).outdate()
        return is_gone

    @property
    def _agreements(self) -> Collection[Record]:
        return self.database()[AGREEMENTS]


@dataclass(frozen=True)
class MongoQuarantine:
    database: DatabaseOf

    @answering()
    def put(self, found: Quarantined) -> None:
        record = {
            "ref": found.ref,
            "partner_id": found.partner_id,
            "module": found.module,
            "name": found.name,
            "problems": list(found.problems),
            "seen_at": found.seen_at,
            "body": Binary(found.body),
        }
        update = {"$set": record, "$setOnInsert": {"since": found.seen_at}}
        self._quarantine.update_one({"_id": found.id}, update, upsert=True)

    @answering()
    def get(self, ref: str) -> Quarantined | None:
        record = self._quarantine.find_one({"ref": ref})
        return None if record is None else _as_quarantined(record)

    @answering()
    def of(self, partner_id: str, module: str, name: str) -> Quarantined | None:
        record = self._quarantine.find_one({"_id": id_of(partner_id, module, name)})
        return None if record is None else _as_quarantined(record)

    @answering()
    def accept(self, ref: str, *, at: datetime) -> None:
        self._quarantine.update_one({"ref": ref}, {"$set": {"accepted_at": at}})

    @answering()
    def all(self, *, partner_id: str | None = None, limit: int = 100) -> tuple[Quarantined, ...]:
        wanted = {} if partner_id is None else {"partner_id": partner_id}
        found = self._quarantine.find(wanted).sort([("seen_at", -1), ("_id", -1)]).limit(limit)
        return tuple(_as_quarantined(record) for record in found)

    @answering()
    def clear(self, partner_id: str, module: str, *, before: datetime) -> int:
        old = {"partner_id": partner_id, "module": module, "seen_at": {"$lt": before}}
        return self._quarantine.delete_many(old).deleted_count

    @property
    def _quarantine(self) -> Collection[Record]:
        return self.database()[QUARANTINE]


def _as_agreement(record: Record) -> Agreement:
    return Agreement(
        one=PartyId.parse(record["one"]),
        other=PartyId.parse(record["other"]),
        made_at=record["made_at"],
        fees=tuple(as_fee(fee) for fee in record.get("fees", ())),
    )


def _as_quarantined(record: Record) -> Quarantined:
    return Quarantined(
        partner_id=record["partner_id"],
        module=record["module"],
        name=record["name"],
        problems=tuple(record["problems"]),
        seen_at=record["seen_at"],
        body=record["body"],
        since=record.get("since", record["seen_at"]),
        accepted_at=record.get("accepted_at"),
    )
