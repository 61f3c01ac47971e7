"""A leg as the journal's collections have it: short names, because there are very many."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from bson import Binary

from adapters.mongo.client import Record
from domain.journal.legs import Direction, Leg, Message, Purpose, Spoken, keys_of
from domain.journal.secrets import message_of
from domain.partners.party import PartyId

_TEXTS = (
    *(("id_", "partner_id"), ("mt", "method"), ("u", "address"), ("c", "correlation_id")),
    *(("q", "request_id"), ("m", "module"), ("h", "http"), ("o", "ocpi"), ("e", "reason")),
    *(("de", "decision"), ("ru", "rule"), ("re", "remarks"), ("a", "about"), ("ms", "elapsed_ms")),
)

_encode = json.JSONEncoder(separators=(",", ":")).encode
_PLACES = tuple((name, Leg._fields.index(field)) for name, field in _TEXTS)


def of_leg(leg: Leg) -> Record:
    """Without its messages. What is empty is left out."""
    record: Record = {"t": leg.at, "d": leg.direction.value, "p": leg.purpose.value}
    for name, place in _PLACES:
        value = leg[place]
        if value is not None and value != "":
            record[name] = value
    if leg.sender is not None:
        record["f"] = str(leg.sender)
    if leg.receiver is not None:
        record["to"] = str(leg.receiver)
    if leg.rewritten:
        record["rw"] = list(leg.rewritten)
    return record


def as_leg(record: Record, leg_id: str) -> Leg:
    """As `of_leg` wrote it; what a later version wrote besides is left out."""
    given = {field: record[name] for name, field in _TEXTS if record.get(name) is not None}
    given.setdefault("partner_id", "")
    return Leg(
        **{"correlation_id": "", "request_id": "", "elapsed_ms": 0.0, **given},
        at=record["t"],
        direction=Direction(record["d"]),
        purpose=Purpose(record["p"]),
        sender=_party(record.get("f")),
        receiver=_party(record.get("to")),
        rewritten=tuple(record.get("rw") or ()),
        id=leg_id,
    )


def of_messages(asked: Spoken | None, answered: Spoken | None) -> Record:
    """What is kept of what was said; empty where that is nothing."""
    said = {"asked": asked, "answered": answered}
    return {name: _of_message(message_of(each)) for name, each in said.items() if each is not None}


def with_messages(leg: Leg, record: Record) -> Leg:
    """The leg with what `of_messages` wrote."""
    asked, answered = (_as_message(record.get(name)) for name in ("asked", "answered"))
    return leg._replace(asked=asked, answered=answered)


def record_of(legs: Sequence[Leg], name: str) -> Record:
    """One record of legs that are kept together, or of one: `k` is what they are found by.

    Of many, it has the first whole, and in `g` what is different in each: None where it is empty.
    """
    keys = sorted({key for leg in legs for key in _keys(leg)})
    first = of_leg(legs[0])
    if len(legs) == 1:
        return {"_id": name, "k": keys, **first}
    others = [_difference(of_leg(each), first) for each in legs]
    return {"_id": name, "k": keys, **first, "g": others}


def legs_of(record: Record) -> Iterator[Leg]:
    """The legs in one record, in the order in which they were noted."""
    if "g" not in record:
        yield as_leg(record, record["_id"])
        return
    for number, each in enumerate(record["g"]):
        yield as_leg({**record, **each}, f"{record['_id']}.{number}")


def _difference(record: Record, first: Record) -> Record:
    held = {name: value for name, value in record.items() if first.get(name) != value}
    return held | dict.fromkeys(first.keys() - record.keys())


def partner_key(partner_id: str) -> str:
    """What a partner's legs are found by."""
    return f"p:{partner_id}"


def party_key(party: PartyId) -> str:
    """What the legs from and to a party are found by."""
    return f"f:{party}"


def outcome_key(outcome: str) -> str:
    """What legs that did not go well are found by, by the class of the answer."""
    return f"o:{outcome}"


def _keys(leg: Leg) -> Iterator[str]:
    yield from keys_of(leg)
    if leg.partner_id:
        yield partner_key(leg.partner_id)
    if leg.sender is not None:
        yield party_key(leg.sender)
    if leg.receiver is not None:
        yield party_key(leg.receiver)
    if not leg.is_well:
        yield outcome_key(leg.outcome)


def _party(text: str | None) -> PartyId | None:
    return None if text is None else PartyId.parse(text)


def _of_message(message: Message) -> Record:
    record: Record = {"h": _encode(message.headers), "n": message.size}
    if message.body:
        record["b"] = Binary(message.body)
    if message.rest:
        record["x"] = message.rest
    return record


def _as_message(record: Record | None) -> Message | None:
    if record is None:
        return None
    headers = json.loads(record["h"])
    return Message(headers, bytes(record.get("b", b"")), record["n"], record.get("x", ""))


def day_of(at: datetime) -> str:
    """`20260115`, in UTC."""
    return f"{at.year:04}{at.month:02}{at.day:02}"
