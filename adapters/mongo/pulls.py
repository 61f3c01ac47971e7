"""How far partners' lists are read, on MongoDB: one record a list."""

from dataclasses import dataclass

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.client import DatabaseOf, Record, answering
from domain.objects.pulls import ListRead
from domain.partners.party import PartyId

COLLECTION = "pulls"
_PLAIN = (
    "module",
    "began",
    "read_at",
    "since",
    "page",
    "taken",
    "seen",
    "stored",
    "quarantined",
    "total",
    "failure",
    "remark",
)


@dataclass(frozen=True)
class MongoPulls:
    database: DatabaseOf

    @answering()
    def of(self, partner_id: str) -> tuple[ListRead, ...]:
        found = self._pulls.find({"partner_id": partner_id}).sort([("module", 1), ("party", 1)])
        return tuple(_as_read(record) for record in found)

    @answering()
    def note(self, partner_id: str, read: ListRead) -> ListRead:
        record = _of_read(partner_id, read)
        former = {"_id": record["_id"], "began": {"$lte": read.began}}
        try:
            self._pulls.replace_one(former, record, upsert=True)
        except DuplicateKeyError:
            held = self._pulls.find_one({"_id": record["_id"]})
            return read if held is None else _as_read(held)
        return read

    @answering()
    def forget(self, partner_id: str, read: ListRead) -> None:
        self._pulls.delete_one({"_id": _id(partner_id, read)})

    @answering()
    def unfinished(self) -> frozenset[str]:
        found = self._pulls.find({"goes_on": True}, {"partner_id": 1})
        return frozenset(str(record["partner_id"]) for record in found)

    @property
    def _pulls(self) -> Collection[Record]:
        return self.database()[COLLECTION]


def _id(partner_id: str, read: ListRead) -> str:
    return f"{partner_id}|{read.module}|{read.party}"


def _of_read(partner_id: str, read: ListRead) -> Record:
    """`goes_on` is there only where it holds: its index has the few lists that do."""
    record: Record = {name: getattr(read, name) for name in _PLAIN}
    record |= {"_id": _id(partner_id, read), "partner_id": partner_id, "party": str(read.party)}
    return record | ({"goes_on": True} if read.goes_on else {})


def _as_read(record: Record) -> ListRead:
    plain = {name: record[name] for name in _PLAIN}
    return ListRead(party=PartyId.parse(record["party"]), **plain)
