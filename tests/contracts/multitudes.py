"""100,000 records in each collection: one is written as the stores write it, and mongod copies it.

They are as a partner leaves them that means harm: a third of its CDRs are declined, a partner that
hangs is owed 100,000 objects, and one party has a copy of its own of each location.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bson import Binary

from adapters.mongo import (
    Mongo,
    MongoAgreements,
    MongoDeliveries,
    MongoOperators,
    MongoPartners,
    MongoSubscriptions,
    agreements,
    alarms,
    archive,
    audit,
    commands,
    leases,
    prepare,
    prepare_audit,
    pulls,
)
from adapters.mongo.alarms import of_alarm
from adapters.mongo.attempt_records import of_attempt
from adapters.mongo.audit import of_record
from adapters.mongo.client import Record
from adapters.mongo.command_records import of_command
from adapters.mongo.custody_records import of_conflict, of_filed
from adapters.mongo.delivery_records import of_delivery
from adapters.mongo.object_records import collection_of, of_stored
from adapters.ocpi import exact_json
from domain.cdrs.custody import CdrConflict, Filed
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import DeliveryState, LaneId, delivery_of
from domain.objects.remarks import Remarks
from domain.objects.stored import ObjectKey, Stored, Watched
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung, alarm_of
from domain.operators.audit import Actor, ActorKind, AuditEvent, Head, linked
from domain.operators.operator import Operator, OperatorRole
from domain.partners.agreements import Agreement
from domain.partners.party import PartyId, Role
from domain.webhooks.events import Subscription
from tests.contracts.made import (
    CPO,
    EMSP,
    MODULES,
    NOON,
    OTHER_CPO,
    OTHER_EMSP,
    a_request,
    facets,
    filed,
    later,
    owing,
    partner,
    stored,
)
from tests.contracts.test_command_store import made

MANY = 100_000
N = "$n"
TEXT = {"$toString": N}
MICROSECONDS = int(NOON.timestamp() * 1_000_000)


def moment() -> dict[str, Any]:
    """A millisecond after noon for each."""
    return {"$add": [NOON, N]}


def named(before: str, after: str = "") -> dict[str, Any]:
    return {"$concat": [before, TEXT, after]}


@dataclass(frozen=True)
class Group:
    """`template` again and again, but for `fields`: expressions of mongod's over the number."""

    template: Mapping[str, Any]
    fields: Mapping[str, Any]
    many: int = MANY

    def pipeline(self, seed: str) -> list[dict[str, Any]]:
        own = {f"r.{name}": value for name, value in self.fields.items()}
        return [
            {"$match": {"_id": seed}},
            {"$set": {"n": {"$range": [0, self.many]}}},
            {"$unwind": N},
            {"$set": own},
            {"$replaceWith": "$r"},
        ]


def fill(mongo: Mongo, collection: str, *groups: Group) -> None:
    """All the groups become what the collection holds."""
    database = mongo()
    whole: list[dict[str, Any]] = []
    for at, group in enumerate(groups):
        seed = f"{collection}-{at}"
        database["seeds"].insert_one({"_id": seed, "r": dict(group.template)})
        part = group.pipeline(seed)
        whole += [{"$unionWith": {"coll": "seeds", "pipeline": part}}] if whole else part
    database["seeds"].aggregate([*whole, {"$out": collection}])


BODY = Binary(b'{"id":"' + b"x" * 300 + b'"}')
ODD = Remarks(("name: a line break",))
HANGING = LaneId("partner-2")
FEW = 200
"""Of what operators make, or may make no more of."""


def multitude(mongo: Mongo) -> None:
    """Fill every collection, then make its indexes."""
    _custody(mongo)
    _objects(mongo)
    _rest(mongo)
    mongo()["seeds"].drop()
    prepare(mongo(), MODULES)
    prepare_audit(mongo())


def _custody(mongo: Mongo) -> None:
    kept, refused = filed(body=BODY, remarks=ODD), filed(owner=OTHER_CPO, body=BODY)
    states = {DeliveryState.DUE: 40, DeliveryState.PARKED: 40, DeliveryState.WAITING: 40}
    few = [_owed(kept, state, state.value, many=many) for state, many in states.items()]
    fill(
        mongo,
        leases.COLLECTION,
        Group(_hanging(), {"_id": named("state|"), "what.key": named("locations/DE/XYZ/L")}),
        _owed(kept, DeliveryState.DELIVERED, "REF"),
        _owed(refused, DeliveryState.DECLINED, "NO", many=MANY // 2),
        *few,
    )
    in_archive = {"received_at": moment(), "session": named("sessions/DE/ABC/S")}
    seen = {"remarked.at": moment()}
    fill(
        mongo,
        archive.ARCHIVE,
        Group(
            of_filed(kept),
            {"_id": named("REF"), "key": named("cdrs/DE/ABC/CDR"), **in_archive, **seen},
        ),
        Group(
            of_filed(refused),
            {"_id": named("NO"), "key": named("cdrs/DE/XYZ/CDR"), **in_archive},
            many=MANY // 2,
        ),
    )
    again = CdrConflict("REF1", kept.key, "partner-9", BODY, kept.sha256, NOON)
    fill(
        mongo, archive.CONFLICTS, Group(of_conflict(again), {"_id": TEXT, "received_at": moment()})
    )
    tried = {"delivery": "", "attempt": of_attempt(Attempt(NOON, Verdict.SICK, "HTTP 500"))}
    fill(mongo, leases.ATTEMPTS, Group(tried, {"_id": N, "delivery": named("cdr|REF")}))


def _owed(kept: Filed, state: DeliveryState, name: str, *, many: int = MANY) -> Group:
    listed = {
        "ref": "",
        "owner": str(kept.key.owner),
        "created": 0,
        "last_updated": "2026-01-01T12:00:00.000000",
    }
    record = {**of_delivery(owing(kept, state=state, untold=())), "fence": 0, "cdr": listed}
    fields = {
        "_id": named(f"cdr|{name}"),
        "since": moment(),
        "due": moment(),
        "cdr.ref": named(name),
        "cdr.created": {"$add": [MICROSECONDS, {"$multiply": [N, 1000]}]},
    }
    if state is DeliveryState.WAITING:
        fields["handover.behind"] = named("cdr|parked")
    return Group(record, fields, many=many)


def _hanging() -> Record:
    owed = delivery_of(a_request(lane=HANGING, receiver=OTHER_EMSP), now=later(-86_400))
    return {**of_delivery(replace(owed, due=later(10**9))), "fence": 0}


def _objects(mongo: Mongo) -> None:
    common = replace(
        stored(ObjectKey("locations", CPO, "L"), body=BODY, facets=facets()),
        revision=1,
        remarks=ODD,
        remarked_at=NOON,
    )
    copied = replace(common, audience=str(EMSP))
    fill(
        mongo,
        collection_of("locations"),
        _location(common, "*", updated=2),
        _location(copied, str(EMSP), updated=1),
    )
    over = replace(
        stored(ObjectKey("sessions", CPO, "S"), body=BODY),
        revision=1,
        reader=EMSP,
        watched=Watched("COMPLETED", NOON),
    )
    fields = {
        "_id": named("sessions/DE/ABC/S", "|*"),
        "id": named("S"),
        "created": N,
        "watched.heard_at": moment(),
        "watched.billed": True,
    }
    fill(mongo, collection_of("sessions"), Group(of_stored(over), fields))


def _location(common: Stored, audience: str, *, updated: int) -> Group:
    """Every second copy is older than the public one."""
    second = {"$concat": ["2026-01-01T12:00:0", {"$toString": {"$mod": [N, updated]}}, ".000000"]}
    fields = {
        "_id": named("locations/DE/ABC/L", f"|{audience}"),
        "id": named("L"),
        "created": N,
        "last_updated": second,
        "facets.operator": named("OPERATOR "),
        "remarked.at": moment(),
    }
    return Group(of_stored(common), fields)


def _rest(mongo: Mongo) -> None:
    asked = of_command(made())
    plain = {name: value for name, value in asked.items() if name not in ("due", "standing")}
    in_time = {"created_at": moment(), "kept_until": later(10**9)}
    fill(mongo, commands.COLLECTION, Group(plain, {"_id": named("C"), **in_time}))
    aside = {"partner_id": "partner-2", "module": "locations", "problems": ["wrong"], "body": BODY}
    fill(
        mongo,
        agreements.QUARANTINE,
        Group(aside, {"_id": TEXT, "name": TEXT, "seen_at": moment()}),
    )
    read = {"partner_id": "partner-2", "module": "locations", "began": NOON}
    fill(mongo, pulls.COLLECTION, Group(read, {"_id": TEXT, "party": TEXT}))
    event = AuditEvent("partner.set", Actor(ActorKind.OPERATOR, "anna"), object="DE-ABC")
    acted = of_record(linked(event, Head(), at=NOON))
    fill(mongo, audit.COLLECTION, Group(acted, {"_id": {"$add": [N, 1]}, "at": moment()}))
    raised = of_alarm(alarm_of(Rung(AlarmKind.LANE_HELD, "DE-ABC"), times=1, now=NOON))
    in_time = {"_id": TEXT, "seen_at": moment()}
    others = {"state": "cleared", "cleared_at": later(10**9), "kind": AlarmKind.KEY_OLD.value}
    told = {name: each for name, each in raised.items() if name != "untold"}
    fill(
        mongo,
        alarms.COLLECTION,
        Group(told, in_time),
        Group(told | others, {**in_time, "_id": named("over")}),
    )
    for n in range(FEW):
        operator = Operator(f"few-{n}", OperatorRole.ADMIN, f"few-{n}", NOON)
        MongoOperators(mongo).add(operator)
        party = PartyId("DE", f"{n:03}")
        MongoPartners(mongo, exact_json).save(partner(f"few-{n}", (Role.CPO, party)))
        MongoAgreements(mongo).add(Agreement(party, EMSP, NOON))
        MongoDeliveries(mongo).lease(LaneId(f"few-{n}"), holder="pump", seconds=60)
        hook = Subscription(f"few-{n}", f"few-{n}", "https://x.example", frozenset(), NOON, "s")
        MongoSubscriptions(mongo).add(hook)
