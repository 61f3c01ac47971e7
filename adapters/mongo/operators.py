"""Operators' tokens on MongoDB: a record a name, found by the token's keyed hash."""

from dataclasses import dataclass
from datetime import datetime

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.stamps import for_good
from domain.operators.operator import Operator, OperatorRole

COLLECTION = "operators"


@dataclass(frozen=True)
class MongoOperators:
    database: DatabaseOf

    @answering()
    def add(self, operator: Operator) -> bool:
        record = {
            "_id": operator.name,
            "role": operator.role.value,
            "fingerprint": operator.fingerprint,
            "made_at": operator.made_at,
        }
        try:
            self._operators.insert_one(record)
        except DuplicateKeyError:
            return False
        return True

    @answering()
    def by_fingerprint(self, fingerprint: str) -> Operator | None:
        record = for_good(self._operators).find_one({"fingerprint": fingerprint})
        return None if record is None else _as_operator(record)

    @answering()
    def get(self, name: str) -> Operator | None:
        record = for_good(self._operators).find_one({"_id": name})
        return None if record is None else _as_operator(record)

    @answering()
    def all(self) -> tuple[Operator, ...]:
        return tuple(map(_as_operator, self._operators.find().sort("_id", 1)))

    @answering()
    def revoke(self, name: str, *, at: datetime) -> bool:
        alive = {"_id": name, "revoked_at": None}
        return self._operators.update_one(alive, {"$set": {"revoked_at": at}}).matched_count == 1

    @property
    def _operators(self) -> Collection[Record]:
        return self.database()[COLLECTION]


def _as_operator(record: Record) -> Operator:
    return Operator(
        name=record["_id"],
        role=OperatorRole(record["role"]),
        fingerprint=record["fingerprint"],
        made_at=record["made_at"],
        revoked_at=record.get("revoked_at"),
    )
