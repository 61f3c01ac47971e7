"""CDRs in custody as they look outside: what became of each, and whether any is missing.

Apart from the other shapes, because both sides of a bill read these and rest money on them.
"""

from collections.abc import Sequence

from adapters.ocpi import exact_json
from application.cdrs.accounting import CdrWithDelivery
from application.cdrs.doubtful import Doubtful
from application.cdrs.search import Contested
from application.delivery.reasons import behind
from domain.cdrs.clearing import Line, SettlementPosition, Total
from domain.cdrs.custody import Count, Filed
from domain.delivery.deliveries import CdrDelivery, DeliveryState
from domain.documents import JsonValue
from domain.objects.stored import ObjectKey
from entrypoints.hub_api.delivery.shapes import attempt_shape
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape, party_text, time_text


def handed_shape(handed: CdrWithDelivery) -> Shape:
    """How a CDR's delivery stands, with every attempt.

    `state` is None for the seconds in which a CDR is filed and its delivery is not. `next_attempt`
    is None where none is planned. `sha256` is that of the bytes in the archive, the receipt's that
    of the answer which the receiver gave.
    """
    delivery = handed.delivery
    return {
        **_summary(handed),
        "next_attempt": _next_attempt(delivery),
        "behind": None if delivery is None else behind(delivery),
        "remark": _remark(delivery),
        "receipt": _receipt(delivery),
        "attempts": [attempt_shape(attempt) for attempt in handed.attempts],
    }


def listed_shape(handed: CdrWithDelivery) -> Shape:
    """One CDR in a list for operators."""
    delivery = handed.delivery
    last = None if delivery is None else delivery.last
    return {
        **_summary(handed),
        "next_attempt": _next_attempt(delivery),
        "attempts": 0 if delivery is None else delivery.attempts,
        "reason": None if last is None else last.reason,
    }


def sums_of(found: Sequence[CdrWithDelivery]) -> list[Shape]:
    """What the CDRs shown come to, by currency; to the last digit."""
    sums: dict[str, Total] = {}
    for handed in found:
        billed = handed.filed.billed
        line = Line(SettlementPosition(billed.cpo, billed.emsp, "", ""), billed.account, billed.fee)
        currency = billed.account.currency
        sums[currency] = sums.get(currency, Total()).plus(line.total())
    return [
        {"currency": each, "cdrs": sum_.cdrs, "kwh": sum_.kwh, "total": sum_.gross}
        for each, sum_ in sorted(sums.items())
    ]


def doubtful_shape(doubtful: Doubtful) -> Shape:
    """A CDR that people should look at, and why."""
    return {
        **_summary(CdrWithDelivery(doubtful.filed, doubtful.delivery)),
        "reasons": list(doubtful.reasons),
    }


def conflict_shape(contested: Contested, names: Names) -> Shape:
    """A CDR that was refused because its id was taken; `ref` names the one that has it."""
    conflict = contested.conflict
    return {
        "ref": conflict.ref,
        "cdr": {"owner": party_text(conflict.key.owner), "id": conflict.key.id},
        "partner": names.partner(conflict.partner_id),
        "differs": [
            {"field": each.path, "accepted": each.one, "refused": each.other}
            for each in contested.differs
        ],
        "received_at": time_text(conflict.received_at),
        "sha256": conflict.sha256,
        "document": exact_json.parse(conflict.body),
    }


def count_shape(count: Count) -> Shape:
    """The archive held against the deliveries: its parts, and whether they add up (I8)."""
    return {
        "archived": count.archived,
        "delivered": count.delivered,
        "pending": count.pending,
        "refused": count.refused,
        "parked": count.parked,
        "by_pull": count.by_pull,
        "damaged": list(count.damaged),
        "unowed": list(count.unowed),
        "adds_up": count.adds_up,
    }


def _summary(handed: CdrWithDelivery) -> dict[str, JsonValue]:
    filed, delivery = handed.filed, handed.delivery
    return {
        "ref": filed.ref,
        "cdr": _named(filed),
        "receiver": party_text(filed.receiver),
        "session": None if filed.session is None else _key_text(filed.session),
        "currency": filed.account.currency,
        "kwh": filed.account.kwh,
        "total": filed.account.gross,
        "state": None if delivery is None else delivery.state.value,
        "parked_by_age": handed.is_parked_by_age,
        "received_at": time_text(filed.received_at),
        "since": None if delivery is None else time_text(delivery.since),
        "sha256": filed.sha256,
    }


def _named(filed: Filed) -> Shape:
    return {"owner": party_text(filed.key.owner), "id": filed.key.id}


def _key_text(key: ObjectKey) -> str:
    return f"{party_text(key.owner)}/{key.id}"


def _next_attempt(delivery: CdrDelivery | None) -> str | None:
    if delivery is None or delivery.state is not DeliveryState.DUE:
        return None
    return time_text(delivery.due)


def _remark(delivery: CdrDelivery | None) -> str | None:
    """How a Credit CDR differs from what it credits, or why it is not delivered."""
    return None if delivery is None else delivery.what.remark or None


def _receipt(delivery: CdrDelivery | None) -> Shape | None:
    receipt = None if delivery is None else delivery.what.receipt
    return None if receipt is None else {"location": receipt.location, "sha256": receipt.sha256}
