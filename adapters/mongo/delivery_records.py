"""Deliveries and lanes' health as MongoDB keeps them.

All that a partner chose (ids, bytes) is a value; no field name and no path comes from outside.
"""

from bson import Binary

from adapters.mongo.client import Record, known_of
from domain.delivery.answers import Attempt, Receipt, Verdict
from domain.delivery.deliveries import Delivery, DeliveryState, Handover, LaneId
from domain.delivery.lanes import BareRefusal, Breaker, LaneHealth
from domain.delivery.standing import Judgement
from domain.objects.stored import Change, ObjectKey, UnseenChange
from domain.partners.party import PartyId


def of_delivery(delivery: Delivery) -> Record:
    """Without what belongs to the store alone: the fence and the claim."""
    return {
        "_id": delivery.id,
        "short": delivery.short_id,
        "lane": str(delivery.lane),
        "receiver": str(delivery.receiver),
        "key": str(delivery.key),
        "revision": delivery.revision,
        "since": delivery.since,
        "due": delivery.due,
        "state": delivery.state.value,
        "missed": of_unseen(delivery.unseen),
        "sending": of_unseen(delivery.sending),
        "attempts": delivery.attempts,
        "last": of_attempt(delivery.last),
        "version": delivery.version,
        "event": delivery.event,
        **_of_handover(delivery.handover),
    }


def as_delivery(record: Record) -> Delivery:
    return Delivery(
        id=record["_id"],
        lane=LaneId.parse(record["lane"]),
        receiver=PartyId.parse(record["receiver"]),
        key=ObjectKey.parse(record["key"]),
        revision=record["revision"],
        since=record["since"],
        due=record["due"],
        state=DeliveryState(record["state"]),
        unseen=as_unseen(record["missed"]),
        sending=as_unseen(record["sending"]),
        attempts=record["attempts"],
        last=as_attempt(record["last"]),
        version=record["version"],
        event=record.get("event", ""),
        handover=(_as_handover(record) if "handover" in record else None),
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


def of_attempt(attempt: Attempt | None) -> Record | None:
    if attempt is None:
        return None
    return {
        "at": attempt.at,
        "verdict": attempt.verdict.value,
        "reason": attempt.reason,
        "http": attempt.http,
        "ocpi": attempt.ocpi,
        "retry_after_s": attempt.retry_after_s,
        "is_unsure": attempt.is_unsure,
        "receipt": of_receipt(attempt.receipt),
        "revision": attempt.revision,
    }


def as_attempt(record: Record | None) -> Attempt | None:
    if record is None:
        return None
    verdict, receipt = Verdict(record["verdict"]), as_receipt(record.get("receipt"))
    return Attempt(**{**known_of(record, Attempt), "verdict": verdict, "receipt": receipt})


def of_receipt(receipt: Receipt | None) -> Record | None:
    if receipt is None:
        return None
    return {"location": receipt.location, "sha256": receipt.sha256}


def as_receipt(record: Record | None) -> Receipt | None:
    return None if record is None else Receipt(record["location"], record["sha256"])


def _of_handover(handover: Handover | None) -> Record:
    """A record of another class has none at all: indexes and queries go by that."""
    if handover is None:
        return {}
    return {
        "handover": {
            "behind": handover.behind,
            "promised": handover.promised,
            "refusals": handover.refusals,
            "unsure": handover.unsure,
            "bare": handover.bare,
            "receipt": of_receipt(handover.receipt),
            "judgement": handover.judgement.value,
            "remark": handover.remark,
        },
        "untold": list(handover.untold),
        **({"doubts": list(handover.doubts)} if handover.doubts else {}),
    }


def _as_handover(record: Record) -> Handover:
    """Older records know nothing of judgements: theirs were let go without."""
    known = record["handover"]
    judgement = Judgement(known.get("judgement", Judgement.SOUND.value))
    fields = {
        **known_of(known, Handover),
        "receipt": as_receipt(known["receipt"]),
        "judgement": judgement,
    }
    untold, doubts = tuple(record["untold"]), tuple(record.get("doubts", ()))
    return Handover(**fields, untold=untold, doubts=doubts)


def of_health(health: LaneHealth) -> Record:
    return {
        "breaker": health.breaker.value,
        "failures_in_a_row": health.failures_in_a_row,
        "good_probes": health.good_probes,
        "probe_at": health.probe_at,
        "recent": [{"at": at, "well": well} for at, well in health.recent],
        "reason": health.reason,
        "bare": [{"delivery": each.delivery_id, "subject": each.subject} for each in health.bare],
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
        recent=tuple((entry["at"], entry["well"]) for entry in record["recent"]),
        reason=record["reason"],
        bare=tuple(
            BareRefusal(entry["delivery"], entry["subject"]) for entry in record.get("bare", ())
        ),
    )
