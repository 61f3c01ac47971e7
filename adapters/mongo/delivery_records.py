"""Deliveries and lanes' health as MongoDB keeps them.

All that a partner chose (ids, bytes) is a value; no field name and no path comes from outside.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bson import Binary

from adapters.mongo.attempt_records import as_attempt, of_attempt
from adapters.mongo.client import Record
from adapters.mongo.what_records import as_handover, as_what, of_what
from domain.delivery.deliveries import CdrDelivery, Delivery, DeliveryOf, DeliveryState, LaneId
from domain.delivery.lanes import BareRefusal, Breaker, LaneHealth
from domain.delivery.what import What
from domain.objects.stored import Change, UnseenChange
from domain.partners.party import PartyId

_What = TypeVar("_What", bound=What)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def of_delivery(delivery: Delivery) -> Record:
    """Without what belongs to the store alone: the fence and the claim."""
    return {
        "_id": delivery.id,
        "short": delivery.short_id,
        "lane": str(delivery.lane),
        "receiver": str(delivery.receiver),
        "revision": delivery.revision,
        "since": delivery.since,
        "due": delivery.due,
        "state": delivery.state.value,
        "missed": of_unseen(delivery.unseen),
        "sending": of_unseen(delivery.sending),
        "attempts": delivery.attempts,
        "last": of_attempt(delivery.last),
        "version": delivery.version,
        **of_what(delivery.what),
    }


def as_delivery(record: Record) -> Delivery:
    return _delivery(record, as_what(record))


def as_cdr_delivery(record: Record) -> CdrDelivery:
    """The same of a record that is known to be a CDR's."""
    return _delivery(record, as_handover(record))


def _delivery(record: Record, what: _What) -> DeliveryOf[_What]:
    return DeliveryOf(
        id=record["_id"],
        lane=LaneId.parse(record["lane"]),
        receiver=PartyId.parse(record["receiver"]),
        what=what,
        revision=record["revision"],
        since=record["since"],
        due=record["due"],
        state=DeliveryState(record["state"]),
        unseen=as_unseen(record["missed"]),
        sending=as_unseen(record["sending"]),
        attempts=record["attempts"],
        last=as_attempt(record["last"]),
        version=record["version"],
    )


def of_unseen(unseen: UnseenChange | None) -> Record | None:
    if unseen is None:
        return None
    return {
        "scope": list(unseen.scope),
        "correlation_id": unseen.correlation_id,
        "change": _of_change(unseen.change),
    }


def as_unseen(record: Record | None) -> UnseenChange | None:
    if record is None:
        return None
    return UnseenChange(
        scope=tuple(record["scope"]),
        correlation_id=record["correlation_id"],
        change=_as_change(record["change"]),
    )


def _of_change(change: Change | None) -> Record | None:
    if change is None:
        return None
    return {
        "method": change.method,
        "path": list(change.path),
        "body": None if change.body is None else Binary(change.body),
        "correlation_id": change.correlation_id,
    }


def _as_change(record: Record | None) -> Change | None:
    if record is None:
        return None
    return Change(
        method=record["method"],
        path=tuple(record["path"]),
        body=record["body"],
        correlation_id=record["correlation_id"],
    )


def of_health(health: LaneHealth) -> Record:
    return {
        "breaker": health.breaker.value,
        "failures_in_a_row": health.failures_in_a_row,
        "good_probes": health.good_probes,
        "probe_at": health.probe_at,
        "recent": _of_recent(health.recent),
        "reason": health.reason,
        "bare": [{"delivery": each.delivery_id, "subject": each.subject} for each in health.bare],
        "closed_at": health.closed_at,
    }


def as_health(record: Record | None) -> LaneHealth:
    """A lane without a note is well."""
    if record is None:
        return LaneHealth()
    return LaneHealth(
        breaker=Breaker(record["breaker"]),
        failures_in_a_row=record["failures_in_a_row"],
        good_probes=record["good_probes"],
        probe_at=record["probe_at"],
        recent=_as_recent(record["recent"]),
        reason=record["reason"],
        bare=tuple(map(_as_refusal, record.get("bare", ()))),
        closed_at=record.get("closed_at"),
    )


def _of_recent(recent: Sequence[tuple[datetime, bool]]) -> Binary:
    """Eight bytes each: a lane is read and written with every batch, and fifty are fifty fields."""
    moments = ((at - _EPOCH) // _MS << 1 | well for at, well in recent)
    return Binary(struct.pack(f"<{len(recent)}q", *moments))


def _as_recent(held: bytes | Sequence[Record]) -> tuple[tuple[datetime, bool], ...]:
    """Versions up to 0.1 had a list of fields."""
    if not isinstance(held, bytes):
        return tuple((entry["at"], entry["well"]) for entry in held)
    moments = struct.unpack(f"<{len(held) // 8}q", held)
    return tuple((_EPOCH + (moment >> 1) * _MS, bool(moment & 1)) for moment in moments)


def _as_refusal(record: Record) -> BareRefusal:
    """Versions up to 0.1 ended the subject of what is no event in a bar."""
    return BareRefusal(record["delivery"], record["subject"].removesuffix("|"))
