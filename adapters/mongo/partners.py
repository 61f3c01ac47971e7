"""Partners on MongoDB: one record a platform, its tokens and roles inside it."""

from collections.abc import Collection as Many
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.client import DatabaseOf, Record, answering, not_waited_for
from adapters.mongo.partner_records import NOTED, as_partner, of_partner
from adapters.mongo.stamps import MongoStamp, for_good
from domain.errors import PartyTaken, RecordChanged, UnknownPartner
from domain.partners.partner import Partner
from domain.ports import Json

COLLECTION = "partners"
_ALL = 10_000
"""Partners in one answer of the store, where by itself it gives a hundred first."""


@dataclass(frozen=True)
class MongoPartners:
    database: DatabaseOf
    json: Json

    @answering()
    def get(self, partner_id: str) -> Partner:
        record = self._partners.find_one({"_id": partner_id})
        if record is None:
            raise UnknownPartner(partner_id)
        return as_partner(record, self.json)

    @answering()
    def by_token(self, fingerprint: str) -> Partner | None:
        record = self._partners.find_one({"tokens.fingerprint": fingerprint})
        return None if record is None else as_partner(record, self.json)

    @answering()
    def by_spent(self, fingerprint: str) -> Partner | None:
        record = self._partners.find_one({"spent": fingerprint})
        return None if record is None else as_partner(record, self.json)

    @answering()
    def all(self) -> tuple[Partner, ...]:
        found = self._partners.find().sort([("created_at", 1), ("_id", 1)])
        return tuple(as_partner(record, self.json) for record in found)

    @answering()
    def versions(self) -> Mapping[str, tuple[int, int]]:
        found = for_good(self._partners).find({}, {"revision": 1, "noted": 1}, batch_size=_ALL)
        return {each["_id"]: (each["revision"], each.get("noted", 0)) for each in found}

    @answering()
    def some(self, partner_ids: Many[str]) -> tuple[Partner, ...]:
        found = for_good(self._partners).find({"_id": {"$in": list(partner_ids)}})
        return tuple(as_partner(record, self.json) for record in found)

    def outdate(self) -> None:
        MongoStamp(self.database).outdate()

    @answering()
    def save(self, partner: Partner) -> Partner:
        saved = replace(partner, revision=partner.revision + 1)
        record = of_partner(saved, self.json)
        try:
            self._write(record, expected=partner.revision)
        except DuplicateKeyError as error:
            if "role_keys" in _broken_index(error):
                raise PartyTaken("one of the roles is another platform's") from error
            raise RecordChanged(partner.id) from error
        self.outdate()
        return saved

    @answering()
    def seen(self, partner_id: str, *, now: datetime) -> None:
        well = {"reachable": True, "ailing": False, "suspected": False, "probe_failures": 0}
        self._set_reachable(partner_id, {"last_seen": now, **well})

    @answering()
    def suspect(self, partner_id: str) -> None:
        self._set_fields(partner_id, {"suspected": True})

    @answering()
    def probed(self, partner_id: str, *, failures: int, reachable: bool, now: datetime) -> None:
        fields = {"probe_failures": failures, "reachable": reachable, "probed_at": now}
        self._set_reachable(partner_id, {**fields, "suspected": False})

    @answering()
    def pulled(self, partner_id: str, module: str, *, at: datetime) -> None:
        self._set_fields(partner_id, {f"synced.{module}": at})

    @answering()
    def joined(self, partner_id: str, *, at: datetime) -> None:
        self._set_fields(partner_id, {"joined_at": at})
        self.outdate()

    @answering()
    def told(self, partner_id: str, roles: str) -> None:
        self._partners.update_one({"_id": partner_id}, _noted({"told": roles}))

    @answering()
    def untold(self, partner_id: str, roles: str, *, since: datetime) -> None:
        self._set_fields(partner_id, {"untold": roles, "untold_since": since})

    @answering()
    def set_ailing(self, partner_id: str, *, ailing: bool) -> None:
        self._set_fields(partner_id, {"ailing": ailing})

    @property
    def _partners(self) -> Collection[Record]:
        return self.database()[COLLECTION]

    def _write(self, record: Record, *, expected: int) -> None:
        if expected == 0:
            self._partners.insert_one(record)
            return
        same = {"_id": record["_id"], "revision": expected}
        kept = {name: value for name, value in record.items() if name not in NOTED}
        update: Record = {"$set": kept}
        if "role_keys" not in record:
            update["$unset"] = {"role_keys": ""}
        if self._partners.update_one(same, update).matched_count == 0:
            raise RecordChanged(str(record["_id"]))

    def _set_reachable(self, partner_id: str, fields: Record) -> None:
        """Others go by it: where it changes, what they keep is outdated."""
        before = self._noting.find_one_and_update(
            {"_id": partner_id}, _noted(fields), {"reachable": 1}
        )
        if before is not None and before["reachable"] != fields["reachable"]:
            self.outdate()

    def _set_fields(self, partner_id: str, fields: Record) -> None:
        self._noting.update_one({"_id": partner_id}, _noted(fields))

    @property
    def _noting(self) -> Collection[Record]:
        """Beside the revision, and not waited for on disk: the next call notes it again."""
        return not_waited_for(self._partners)


def _noted(fields: Record) -> Record:
    """`noted` counts the notes."""
    return {"$set": fields, "$inc": {"noted": 1}}


def _broken_index(error: DuplicateKeyError) -> Record:
    details = error.details or {}
    return dict(details.get("keyPattern", {}))
