"""Attempts, and the receipts that receivers gave, as MongoDB keeps them."""

from adapters.mongo.client import Record, known_of
from domain.delivery.answers import Attempt, Receipt, Verdict


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
