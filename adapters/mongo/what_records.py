"""What a delivery is of, as MongoDB keeps it: tagged by `what.kind`.

What a CDR's delivery knows lies beside it, because indexes and queries go by that. Versions up to
0.1 had no `what`: their records are read for what they are. They get it when they are owed anew,
claimed or tried again; the fields from before stay beside it.
"""

from enum import StrEnum

from adapters.mongo.attempt_records import as_receipt, of_receipt
from adapters.mongo.client import Record, known_of
from domain.delivery.standing import Judgement
from domain.delivery.what import (
    About,
    AboutAlarm,
    AboutCdr,
    AboutCommand,
    AboutObject,
    CdrHandover,
    Event,
    EventType,
    ObjectChange,
    Unknown,
    What,
)
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId


class _Kind(StrEnum):
    CHANGE = "change"
    CDR = "cdr"
    OBJECT_EVENT = "object_event"
    CDR_EVENT = "cdr_event"
    COMMAND_EVENT = "command_event"
    ALARM_EVENT = "alarm_event"


def of_what(what: What) -> Record:
    """The fields that say what it is of."""
    match what:
        case Unknown():
            return {}
        case ObjectChange():
            return {"what": {"kind": _Kind.CHANGE.value, "key": str(what.key)}}
        case CdrHandover():
            return _of_handover(what)
        case Event():
            return {"what": {**_of_about(what.about), "event": what.type.value}}


def as_what(record: Record) -> What:
    """What the record is of; one that this version cannot read is unknown, and stays as it is."""
    tagged = _tagged(record)
    kind = tagged.get("kind")
    if kind == _Kind.CDR:
        return as_handover(record)
    if kind == _Kind.CHANGE:
        return ObjectChange(ObjectKey.parse(tagged["key"]))
    if kind not in set(_Kind) or tagged["event"] not in set(EventType):
        receiver = PartyId.parse(record["receiver"])
        return Unknown(ObjectKey("unknown", receiver, str(record["short"])))
    return Event(EventType(tagged["event"]), _as_about(tagged))


def as_handover(record: Record) -> CdrHandover:
    """Of a CDR's record. Older ones know nothing of judgements: theirs were let go without."""
    tagged, known = _tagged(record), record["handover"]
    fields = known_of(known, CdrHandover) | {
        "ref": tagged["ref"],
        "key": ObjectKey.parse(tagged["key"]),
        "receipt": as_receipt(known["receipt"]),
        "judgement": Judgement(known.get("judgement", Judgement.SOUND.value)),
        "untold": tuple(record["untold"]),
        "doubts": tuple(record.get("doubts", ())),
    }
    return CdrHandover(**fields)


def _of_handover(handover: CdrHandover) -> Record:
    return {
        "what": {"kind": _Kind.CDR.value, "ref": handover.ref, "key": str(handover.key)},
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
        "untold": [str(event) for event in handover.untold],
        **({"doubts": list(handover.doubts)} if handover.doubts else {}),
    }


def _of_about(about: About) -> Record:
    match about:
        case AboutObject():
            return {"kind": _Kind.OBJECT_EVENT.value, "key": str(about.key)}
        case AboutCdr():
            return {"kind": _Kind.CDR_EVENT.value, "ref": about.ref, "key": str(about.key)}
        case AboutAlarm():
            return {"kind": _Kind.ALARM_EVENT.value, "id": about.id, "hub": str(about.hub)}
        case AboutCommand():
            sides = {"module": about.module, "receiver": str(about.receiver)}
            return {"kind": _Kind.COMMAND_EVENT.value, "id": about.id, **sides}


def _as_about(tagged: Record) -> About:
    match tagged["kind"]:
        case _Kind.ALARM_EVENT:
            return AboutAlarm(tagged["id"], PartyId.parse(tagged["hub"]))
        case _Kind.CDR_EVENT:
            return AboutCdr(tagged["ref"], ObjectKey.parse(tagged["key"]))
        case _Kind.COMMAND_EVENT:
            receiver = PartyId.parse(tagged["receiver"])
            return AboutCommand(tagged["id"], tagged["module"], receiver)
        case _:
            return AboutObject(ObjectKey.parse(tagged["key"]))


def _tagged(record: Record) -> Record:
    tagged: Record | None = record.get("what")
    return _as_tagged(record) if tagged is None else tagged


def _as_tagged(record: Record) -> Record:
    """What a record of 0.1 is of: ids had lent fields then."""
    key = ObjectKey.parse(record["key"])
    if "handover" in record:
        ref = record["_id"].removeprefix("cdr|")
        return {"kind": _Kind.CDR.value, "ref": ref, "key": record["key"]}
    event = record.get("event", "")
    if not event:
        return {"kind": _Kind.CHANGE.value, "key": record["key"]}
    if event.startswith("cdr."):
        whole = ObjectKey(key.module, key.owner, key.id)
        return {
            "kind": _Kind.CDR_EVENT.value,
            "ref": key.kind.lower(),
            "key": str(whole),
            "event": event,
        }
    if event == EventType.COMMAND_RESULT.value:
        unseen = record["missed"] or record["sending"] or {"correlation_id": ""}
        sides = {"module": key.module, "receiver": str(key.owner)}
        return {
            "kind": _Kind.COMMAND_EVENT.value,
            "id": unseen["correlation_id"],
            **sides,
            "event": event,
        }
    return {"kind": _Kind.OBJECT_EVENT.value, "key": record["key"], "event": event}
