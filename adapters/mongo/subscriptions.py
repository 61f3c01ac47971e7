"""Webhook subscriptions on MongoDB; their secrets are sealed before they come here."""

from collections.abc import Collection as Names
from collections.abc import Mapping
from dataclasses import dataclass

from pymongo.collection import Collection

from adapters.mongo.client import DatabaseOf, Record, answering
from domain.delivery.what import EventType
from domain.webhooks.events import Subscription

COLLECTION = "subscriptions"


@dataclass(frozen=True)
class MongoSubscriptions:
    database: DatabaseOf

    @answering()
    def all(self) -> tuple[Subscription, ...]:
        found = self._subscriptions.find().sort([("created_at", 1), ("_id", 1)])
        return tuple(_as_subscription(record) for record in found)

    @answering()
    def get(self, subscription_id: str) -> Subscription | None:
        record = self._subscriptions.find_one({"_id": subscription_id})
        return None if record is None else _as_subscription(record)

    @answering()
    def add(self, subscription: Subscription) -> None:
        self._subscriptions.replace_one(
            {"_id": subscription.id}, _of_subscription(subscription), upsert=True
        )

    @answering()
    def owners(self, subscription_ids: Names[str]) -> Mapping[str, str | None]:
        wanted = {"_id": {"$in": list(subscription_ids)}}
        found = self._subscriptions.find(wanted, {"partner_id": 1})
        return {record["_id"]: record["partner_id"] for record in found}

    @answering()
    def set_secret(self, subscription_id: str, secret: str) -> bool:
        held = {"_id": subscription_id}
        return self._subscriptions.update_one(held, {"$set": {"secret": secret}}).matched_count == 1

    @answering()
    def remove(self, subscription_id: str) -> bool:
        return self._subscriptions.delete_one({"_id": subscription_id}).deleted_count == 1

    @property
    def _subscriptions(self) -> Collection[Record]:
        return self.database()[COLLECTION]


def _of_subscription(subscription: Subscription) -> Record:
    return {
        "_id": subscription.id,
        "partner_id": subscription.partner_id,
        "url": subscription.url,
        "events": sorted(event.value for event in subscription.events),
        "created_at": subscription.created_at,
        "secret": subscription.secret,
    }


def _as_subscription(record: Record) -> Subscription:
    return Subscription(
        id=record["_id"],
        partner_id=record["partner_id"],
        url=record["url"],
        events=frozenset(EventType(event) for event in record["events"]),
        created_at=record["created_at"],
        secret=record["secret"],
    )
