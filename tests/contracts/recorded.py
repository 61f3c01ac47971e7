"""A record of each collection with everything in it that the hub writes, and how each is read."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bson import Binary, Int64

from adapters.mongo import (
    Mongo,
    MongoAgreements,
    MongoAlarms,
    MongoArchive,
    MongoAudit,
    MongoCommands,
    MongoDeliveries,
    MongoJournal,
    MongoJournalReader,
    MongoLedger,
    MongoObjects,
    MongoOperators,
    MongoPartners,
    MongoPulls,
    MongoQuarantine,
    MongoStamp,
    MongoSubscriptions,
)
from adapters.mongo.client import DatabaseOf, Record
from adapters.ocpi import exact_json
from domain.cdrs.custody import CdrConflict
from domain.delivery.answers import Attempt, Receipt, Verdict
from domain.delivery.deliveries import LaneId
from domain.delivery.lanes import BareRefusal, Breaker, LaneHealth
from domain.delivery.settling import settle
from domain.delivery.standing import Judgement
from domain.delivery.what import AboutCommand, Event, EventType
from domain.journal.legs import LegQuery, Spoken
from domain.objects.pulls import ListRead
from domain.objects.quarantine import Quarantined
from domain.objects.remarks import Remarks
from domain.objects.stored import EVERYONE, ObjectKey, Unpublished, UnseenChange, Watched
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung, alarm_of
from domain.operators.audit import Actor, ActorKind, AuditEvent, Head, linked
from domain.operators.operator import Operator, OperatorRole
from domain.partners.agreements import Agreement, Fee
from domain.partners.approval import Approved, Invited
from domain.partners.interest import NOTHING, Interest, Interests
from domain.partners.partner import InboundToken, TokenUse
from domain.partners.party import Endpoint, Interface, Role
from domain.places import Box, Place
from domain.webhooks.events import Subscription
from tests.contracts.made import (
    CPO,
    EMSP,
    LANE,
    MODULES,
    NOON,
    PRIVATE,
    a_request,
    cdr_lane,
    facets,
    filed,
    later,
    leased,
    location,
    owing,
    partner,
    patch,
    stored,
)
from tests.contracts.test_command_store import answered, made, profile
from tests.legs import a_leg

SESSION = ObjectKey("sessions", CPO, "S1")
_REFUSED = Attempt(NOON, Verdict.REFUSED, "no", http=200, ocpi=2001, retry_after_s=3.0)
_REMARKS = Remarks(("country: two letters",), 3)
_FEE = Fee("EUR", Decimal("0.10"), Decimal("1.5"))


def databases(mongo: Mongo) -> dict[str, DatabaseOf]:
    """The hub's database, the trail's, and the journal's."""
    beside = {name: mongo.beside(f"{mongo.name}_{name}") for name in ("audit", "journal")}
    return {"": mongo, **beside}


def write_each(mongo: Mongo) -> None:
    """One record or more in each collection, through the stores."""
    for write in (_people, _work, _bills, _objects, _commands, _trails):
        write(mongo)


def read_each(mongo: Mongo) -> dict[str, Any]:
    """Every record, as the stores give it, by what it is."""
    objects, ledger = MongoObjects(mongo, MODULES, PRIVATE), MongoLedger(mongo)
    commands, archive = MongoCommands(mongo), MongoArchive(mongo)
    beside = databases(mongo)
    reader = MongoJournalReader(beside["journal"])
    return {
        "agreements": MongoAgreements(mongo).all(),
        "alarms": MongoAlarms(mongo).listed(limit=9),
        "audit": MongoAudit(beside["audit"]).chain(after=0, limit=9),
        "cdrs": [archive.get(each.ref) for each in (_first(), _credit())],
        "conflicts": archive.conflicts(limit=9),
        "commands": [commands.get(name) for name in ("C1", "C2", "C3")],
        "deliveries": MongoDeliveries(mongo).owed(limit=9),
        "handovers": [ledger.get(each.ref) for each in (_first(), _credit())],
        "attempts": ledger.attempts(_first().delivery_id),
        "lanes": MongoDeliveries(mongo).health(),
        "legs": [reader.with_messages(leg) for leg in reader.legs(LegQuery(), limit=9)],
        "location": objects.get(location(), EVERYONE),
        "session": objects.get(SESSION, EVERYONE),
        "operators": MongoOperators(mongo).all(),
        "partners": MongoPartners(mongo, exact_json).all(),
        "pulls": MongoPulls(mongo).of("partner-1"),
        "quarantine": MongoQuarantine(mongo).all(),
        "stamp": MongoStamp(mongo).read(),
        "subscriptions": MongoSubscriptions(mongo).all(),
    }


def records(mongo: Mongo) -> dict[str, list[Record]]:
    """What is there, by database and collection; a day of the journal is one of many alike."""
    found: dict[str, list[Record]] = {}
    for prefix, database in databases(mongo).items():
        for name in sorted(database().list_collection_names()):
            shown = name.rstrip("0123456789-_") if prefix == "journal" else name
            kept = list(database()[name].find().sort("_id", 1))
            if kept:
                found[f"{prefix}.{shown}".lstrip(".")] = kept
    return found


def fields(record: Record) -> dict[str, str]:
    """The type of each field, by its path; of what partners name the names are `*`."""
    return dict(_paths(record, ""))


def _paths(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            named = "*" if path in _NAMED_BY_OTHERS else name
            yield from _paths(each, f"{path}.{named}".lstrip("."))
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for each in value:
            yield from _paths(each, f"{path}[]")
    else:
        yield path, _TYPES.get(type(value), type(value).__name__)


_NAMED_BY_OTHERS = {"n", "synced", "own_times", "interests.chosen", "before", "after"}
_TYPES: dict[type, str] = {
    str: "text", int: "number", Int64: "number", float: "number", bool: "flag",
    bytes: "bytes", Binary: "bytes", type(None): "null", list: "list",
}  # fmt: skip


def _people(mongo: Mongo) -> None:
    chosen = {"locations": Interest(box=Box(1, 2, 3, 4)), "tokens": NOTHING}
    whole = replace(
        partner("partner-1", (Role.CPO, CPO)),
        approved=Approved((Invited(Role.CPO, CPO),), None),
        tokens=(InboundToken("print", TokenUse.CURRENT, later(9)),),
        spent=("spent",),
        outbound_token="sealed",
        versions_url="https://cpo/versions",
        version="2.3.0",
        endpoints=(Endpoint("locations", Interface.SENDER, "https://cpo/l", "odd"),),
        registered_at=NOON,
        last_seen=NOON,
        probed_at=NOON,
        held=("CPO|DE/XYZ",),
        synced=(("locations", NOON),),
        told="told",
        untold="untold",
        untold_since=NOON,
        joined_at=NOON,
        behind_since=NOON,
        resumed_at=NOON,
        interests=Interests().changed(chosen, now=NOON),
    )
    MongoPartners(mongo, exact_json).save(whole)
    MongoAgreements(mongo).add(Agreement(CPO, EMSP, NOON, (_FEE,)))
    operators = MongoOperators(mongo)
    for name in ("anna", "bert"):
        operators.add(Operator(name, OperatorRole.ADMIN, f"of {name}", NOON))
    operators.revoke("anna", at=later(1))
    events = frozenset({EventType.CDR_ACCEPTED})
    hook = Subscription("W1", "partner-1", "https://hook", events, NOON, "sealed")
    MongoSubscriptions(mongo).add(hook)
    read = ListRead("locations", CPO, NOON, NOON, NOON, "https://next", 1, 2, 3, 4, 5, "f", "r")
    MongoPulls(mongo).note("partner-1", read)
    odd = Quarantined("partner-1", "locations", "LOC9", ("no name",), NOON, b"{}")
    MongoQuarantine(mongo).put(odd)
    MongoQuarantine(mongo).accept(odd.ref, at=later(2))


def _work(mongo: Mongo) -> None:
    queue = MongoDeliveries(mongo)
    queue.owe([a_request(unseen=UnseenChange.one(patch()))], now=NOON)
    about = AboutCommand("C1", "commands", EMSP)
    hook = LaneId("webhook-1")
    queue.owe(
        [replace(a_request(lane=hook), what=Event(EventType.COMMAND_RESULT, about))], now=NOON
    )
    lease = leased(queue)
    health = LaneHealth(
        Breaker.OPEN, 3, 1, NOON, ((NOON, False),), "HTTP 500", (BareRefusal("d", "s"),)
    )
    [taken] = queue.claim(lease, now=NOON, limit=1)
    queue.settle(lease, [settle(taken, _REFUSED, spread=0.5)])
    queue.give_back(lease, health)


def _first() -> Any:
    return filed(fee=_FEE, session=SESSION, remarks=_REMARKS)


def _credit() -> Any:
    return filed("CDR2", credited=_first().key, place=0)


def _bills(mongo: Mongo) -> None:
    archive, ledger, queue = MongoArchive(mongo), MongoLedger(mongo), MongoDeliveries(mongo)
    known: dict[str, Any] = {
        "refusals": 1, "unsure": True, "bare": 1, "remark": "odd", "doubts": ("billed_twice",),
        "receipt": Receipt("https://emsp/1", "sha"), "judgement": Judgement.AWAITS,
    }  # fmt: skip
    archive.file(_first())
    lease = leased(queue, cdr_lane())
    assert ledger.owe(_first(), owing(_first()).claimed().begun(), lease=lease)
    ledger.promise(_first().delivery_id)
    owed = ledger.get(_first().ref)
    assert owed is not None
    queue.settle(lease, [settle(owed, _REFUSED, spread=0.5)])
    archive.file(_credit())
    assert ledger.owe(_credit(), owing(_credit(), behind=_first(), **known))
    archive.keep(CdrConflict("X1", _first().key, "partner-1", b"{}", "sha", NOON))


def _objects(mongo: Mongo) -> None:
    objects = MongoObjects(mongo, MODULES, PRIVATE)
    unpublished = Unpublished(NOON, UnseenChange.one(patch()))
    place: dict[str, Any] = {"facets": facets(operator="ABC"), "place": Place(52.5, 13.4)}
    rest: dict[str, Any] = {"own_times": {"": "2026-01-01T12:00:00Z"}, "applied": ("digest",)}
    rest |= {"remarks": _REMARKS, "remarked_at": NOON}
    objects.save(replace(stored(), unpublished=unpublished, published_at=NOON, **place, **rest))
    objects.save(replace(stored(SESSION), reader=EMSP, watched=Watched("ACTIVE", NOON)))


def _commands(mongo: Mongo) -> None:
    done = answered(made("C2")).with_result("FAILED", b"{}", correlation_id="K", now=later(1))
    for each in (made(), done, profile("C3")):
        MongoCommands(mongo).save(each)


def _trails(mongo: Mongo) -> None:
    beside = databases(mongo)
    rung = Rung(AlarmKind.CDR_PARKED, "NL-MS1")
    MongoAlarms(mongo).save(alarm_of(rung, times=1, now=NOON))
    event = AuditEvent("partner.set", Actor(ActorKind.OPERATOR, "anna", "admin", "::1"))
    MongoAudit(beside["audit"]).append(linked(event, Head(), at=NOON))
    journal = MongoJournal(beside["journal"])
    journal.note(a_leg(), Spoken({"A": "b"}, b"{}"), Spoken({}, b"x" * 100_000))
    journal.flush()
    journal.close()


WRITES_BACK: dict[str, Callable[[Mongo], object]] = {
    "partners": lambda mongo: MongoPartners(mongo, exact_json).save(
        replace(MongoPartners(mongo, exact_json).all()[0], name="again")
    ),
    "agreements": lambda mongo: MongoAgreements(mongo).price(Agreement(CPO, EMSP, NOON)),
    "operators": lambda mongo: MongoOperators(mongo).revoke("bert", at=later(3)),
    "quarantine": lambda mongo: MongoQuarantine(mongo).put(
        Quarantined("partner-1", "locations", "LOC9", (), later(5), b"{}")
    ),
    "pulls": lambda mongo: MongoPulls(mongo).note(
        "partner-1", replace(MongoPulls(mongo).of("partner-1")[0], taken=9)
    ),
    "subscriptions": lambda mongo: MongoSubscriptions(mongo).add(
        MongoSubscriptions(mongo).all()[0]
    ),
    "commands": lambda mongo: MongoCommands(mongo).save(
        replace(_there(MongoCommands(mongo).get("C1")), reason="again")
    ),
    "objects_locations": lambda mongo: MongoObjects(mongo, MODULES, PRIVATE).save(
        _there(MongoObjects(mongo, MODULES, PRIVATE).get(location(), EVERYONE))
    ),
    "deliveries": lambda mongo: MongoDeliveries(mongo).owe(
        [a_request(2), replace(a_request(2), lane=LANE)], now=later(1)
    ),
    "lanes": lambda mongo: MongoDeliveries(mongo).lease(LANE, holder="other", seconds=60),
}
"""A record is read, changed and written again."""


def _there(found: Any) -> Any:
    assert found is not None
    return found
