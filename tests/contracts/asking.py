"""Every question that the hub asks of MongoDB, each as a partner or an operator makes it worst.

A store's method that no question calls is found by the test that asks these.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from adapters.mongo import (
    Mongo,
    MongoAgreements,
    MongoAlarms,
    MongoArchive,
    MongoAudit,
    MongoClock,
    MongoCommands,
    MongoDeliveries,
    MongoJournal,
    MongoJournalReader,
    MongoLedger,
    MongoLocationSearch,
    MongoObjects,
    MongoOperators,
    MongoPartners,
    MongoPulls,
    MongoQuarantine,
    MongoRemarks,
    MongoSessionWatch,
    MongoStamp,
    MongoSubscriptions,
    NoJournal,
)
from adapters.ocpi import exact_json
from domain.cdrs.custody import CdrConflict
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import DeliveryClass, DeliveryState, LaneId
from domain.delivery.lanes import LaneHealth, Lease
from domain.delivery.standing import Standing
from domain.journal.figures import FigureQuery, Span
from domain.journal.legs import LegQuery, Spoken
from domain.objects.paging import ListPosition, PageRequest
from domain.objects.pulls import ListRead
from domain.objects.quarantine import Quarantined
from domain.objects.search import LocationQuery, Near
from domain.objects.stored import EVERYONE, ObjectKey
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung, alarm_of
from domain.operators.audit import Actor, ActorKind, AuditEvent, AuditQuery, Head, linked
from domain.operators.operator import Operator, OperatorRole
from domain.partners.agreements import Agreement
from domain.partners.party import PartyId, Role
from domain.places import Box
from domain.webhooks.events import Subscription
from tests.contracts.made import (
    CPO,
    EMSP,
    MODULES,
    NOON,
    OTHER_CPO,
    OTHER_EMSP,
    PRIVATE,
    a_request,
    attempted,
    cdr_lane,
    filed,
    later,
    location,
    owing,
    partner,
    stored,
    viewer,
)
from tests.contracts.multitudes import HANGING, MANY, MICROSECONDS
from tests.contracts.test_command_store import made
from tests.legs import a_leg

Ask = Callable[[Mongo], object]
UNKNOWN = PartyId("ZZ", "ZZZ")
NEW, NEWEST = LaneId("partner-3"), LaneId("partner-3", DeliveryClass.CDR)
READ = ListRead("locations", CPO, began=NOON, read_at=NOON)
TRIED = Attempt(NOON, Verdict.REFUSED, "no", http=200)
ALARM = alarm_of(Rung(AlarmKind.CDR_PARKED, "NL-MS1"), times=1, now=NOON)
DEEP = PageRequest(MANY - 5, 5)
BEHIND = PageRequest(0, 5, after=ListPosition(MANY - 5, "locations/DE/ABC/L99995|*"))
DUE, DELIVERED, DECLINED = DeliveryState.DUE, DeliveryState.DELIVERED, DeliveryState.DECLINED
RECENT = PageRequest(0, 5, date_from=later(0.5))
FIRST = PageRequest(0, 5)
PLAIN, COPIES, OWNER = viewer(OTHER_EMSP), viewer(EMSP), viewer(CPO, CPO)
STRANGER = viewer(OTHER_EMSP, UNKNOWN)


def _leased(mongo: Mongo, lane: LaneId) -> Lease:
    lease = MongoDeliveries(mongo).lease(lane, holder="pump", seconds=60)
    assert lease is not None
    return lease


def _objects(mongo: Mongo) -> MongoObjects:
    return MongoObjects(mongo, MODULES, PRIVATE)


def _claim_and_settle(mongo: Mongo) -> None:
    queue = MongoDeliveries(mongo)
    queue.owe([a_request(lane=NEW, key=location(f"N{n}")) for n in range(5)], now=NOON)
    lease = _leased(mongo, NEW)
    taken = queue.claim(lease, now=NOON, limit=5)
    assert len(taken) == 5
    queue.settle(lease, [attempted(each, Verdict.ACCEPTED) for each in taken])
    queue.renew(lease, seconds=60)
    queue.note_health(lease, LaneHealth())
    queue.give_back(lease)


def _work_on_many_lanes(mongo: Mongo) -> None:
    queue, lanes = MongoDeliveries(mongo), [LaneId(f"many-{n}") for n in range(5)]
    queue.owe([a_request(lane=lane, key=location("M")) for lane in lanes], now=NOON)
    leases = queue.lease_all(lanes, holder="pump", seconds=60)
    claimed = queue.claim_all({each.lane: each for each in leases}, now=NOON, limit=5)
    assert len(claimed.deliveries) == 5
    ended = [
        (each, [attempted(claimed.deliveries[each.lane][0], Verdict.ACCEPTED)]) for each in leases
    ]
    assert not queue.settle_all(ended)
    queue.give_back_all([(each, LaneHealth()) for each in leases])


def _note_and_find(mongo: Mongo) -> None:
    journal, reader = MongoJournal(mongo), MongoJournalReader(mongo)
    for each in (a_leg(), a_leg(correlation_id="C-2")):
        journal.note(each, Spoken({}, b"{}"))
        NoJournal().note(each)
    journal.flush()
    journal.close()
    NoJournal().close()
    [found] = reader.legs(LegQuery(any_of=("C-2",)), limit=5)
    assert len(reader.legs(LegQuery(partner_id=found.partner_id), limit=5)) == 2
    reader.with_messages(found)
    hour = timedelta(hours=1)
    assert reader.figures(FigureQuery(Span.MINUTE, found.at, found.at + hour), limit=5)
    reader.expire(found.at + timedelta(days=30))


def _hand_over_and_decline(mongo: Mongo) -> None:
    ledger, queue = MongoLedger(mongo), MongoDeliveries(mongo)
    done, refused = filed("NEW1"), filed("NEW2")
    lease = _leased(mongo, NEWEST)
    for each in (done, refused):
        MongoArchive(mongo).file(each)
        assert ledger.owe(each, owing(each, lane=NEWEST).claimed(), lease=lease)
    assert ledger.promise(done.delivery_id)
    assert ledger.decline(lease, refused.delivery_id, TRIED)
    known = queue.get(done.delivery_id)
    assert known is not None
    queue.settle(lease, [attempted(known, Verdict.ACCEPTED)])
    told = ledger.get(done.ref)
    ledger.told([told] if told else [])
    queue.give_back(lease)


def _search(mongo: Mongo, **asked: Any) -> object:
    query: dict[str, Any] = {"viewer": PLAIN, "offset": 0, "limit": 5}
    found, _ = MongoLocationSearch(mongo, longest_s=mongo.timeout_s).search(
        LocationQuery(**query | asked)
    )
    return found


def _settlement(mongo: Mongo, *parties: PartyId, since: datetime | None = None) -> object:
    return list(MongoArchive(mongo).billed(since=since, parties=parties or None))


def _listed(mongo: Mongo, *states: DeliveryState, **asked: Any) -> object:
    return MongoLedger(mongo).listed(states or DeliveryState, limit=50, **asked)


def _save_twice(mongo: Mongo) -> None:
    saved = _objects(mongo).save(stored(location("NEW")))
    again = _objects(mongo).save(saved)
    assert _objects(mongo).published({location("NEW"): again.revision}, at=NOON)


def _put_twice(mongo: Mongo) -> None:
    assert _objects(mongo).put(stored(location("WHOLE")))
    assert not _objects(mongo).put(stored(location("WHOLE"), updated=later(1)))


def _save_command(mongo: Mongo) -> None:
    saved = MongoCommands(mongo).save(made("NEW"))
    MongoCommands(mongo).save(saved)


def _save_partner(mongo: Mongo) -> None:
    partners = MongoPartners(mongo, exact_json)
    saved = partners.save(partner("new", (Role.CPO, UNKNOWN)))
    partners.save(replace(saved, name="again"))


def _append(mongo: Mongo) -> None:
    event = AuditEvent("partner.set", Actor(ActorKind.HUB))
    MongoAudit(mongo).append(linked(event, Head(2 * MANY), at=NOON))


def _recorded(mongo: Mongo, **asked: Any) -> object:
    return MongoAudit(mongo).listed(AuditQuery(limit=50, **asked))


SESSION = ObjectKey("sessions", CPO, "S1")
QUESTIONS: dict[str, Ask] = {
    "legs are noted and found": _note_and_find,
    "a lane is worked on": _claim_and_settle,
    "many lanes are worked on": _work_on_many_lanes,
    "a CDR is handed over": _hand_over_and_decline,
    "an object is written": _save_twice,
    "a whole object is written": _put_twice,
    "a command is written": _save_command,
    "a partner is written": _save_partner,
    "agreements": lambda mongo: MongoAgreements(mongo).all(),
    "an agreement": lambda mongo: MongoAgreements(mongo).get("none"),
    "a price": lambda mongo: MongoAgreements(mongo).price(Agreement(UNKNOWN, EMSP, NOON)),
    "a new agreement": lambda mongo: MongoAgreements(mongo).add(Agreement(UNKNOWN, CPO, NOON)),
    "an agreement's end": lambda mongo: MongoAgreements(mongo).remove("none"),
    "a command": lambda mongo: MongoCommands(mongo).get("C1"),
    "who stands by a name": lambda mongo: MongoCommands(mongo).standing("reservation|R1"),
    "commands due": lambda mongo: MongoCommands(mongo).due(now=later(99), limit=50),
    "commands untold": lambda mongo: MongoCommands(mongo).untold(limit=50),
    "commands of all": lambda mongo: MongoCommands(mongo).made(limit=100),
    "commands of none": lambda mongo: MongoCommands(mongo).made(partner_id="none"),
    "a CDR": lambda mongo: MongoArchive(mongo).get("REF1"),
    "the latest CDR of an id": lambda mongo: MongoArchive(mongo).latest(filed("CDR1").key),
    "CDRs of an hour": lambda mongo: list(
        MongoArchive(mongo).received(since=later(MANY / 1000 - 0.1))
    ),
    "refs of an hour": lambda mongo: list(MongoArchive(mongo).refs(since=later(99), before=NOON)),
    "bills of sessions": lambda mongo: MongoArchive(mongo).naming(
        [ObjectKey("sessions", CPO, f"S{n}") for n in range(200)]
    ),
    "settlement of none": lambda mongo: _settlement(mongo, UNKNOWN),
    "figures of the oldest": lambda mongo: list(islice(MongoArchive(mongo).billed(), 5)),
    "settlement of a CPO's hour": lambda mongo: _settlement(
        mongo, CPO, since=later(MANY / 1000 - 0.1)
    ),
    "settlement of an eMSP's hour": lambda mongo: _settlement(
        mongo, EMSP, since=later(MANY / 1000 - 0.1)
    ),
    "settlement of an hour": lambda mongo: _settlement(mongo, since=later(MANY / 1000 - 0.1)),
    "a conflict": lambda mongo: MongoArchive(mongo).keep(
        CdrConflict("NEW", location(), "p", b"", "0", NOON)
    ),
    "conflicts": lambda mongo: MongoArchive(mongo).conflicts(limit=100),
    "lanes due": lambda mongo: MongoDeliveries(mongo).lanes_due(now=later(999)),
    "a partner is back": lambda mongo: MongoDeliveries(mongo).half_open("partner-3", now=NOON),
    "a lane is released": lambda mongo: MongoDeliveries(mongo).release(NEW, now=NOON),
    "a lane is empty": lambda mongo: MongoDeliveries(mongo).is_empty(LaneId("none")),
    "owed by all": lambda mongo: MongoDeliveries(mongo).owed(limit=100),
    "owed to one": lambda mongo: MongoDeliveries(mongo).owed(partner_id="partner-1", limit=100),
    "owed to one that hangs": lambda mongo: MongoDeliveries(mongo).owed(
        partner_id=HANGING.target, limit=100
    ),
    "a short id": lambda mongo: MongoDeliveries(mongo).by_short_id("0123456789ab"),
    "owed to none": lambda mongo: MongoDeliveries(mongo).owed(partner_id="none"),
    "delivered to none": lambda mongo: MongoDeliveries(mongo).owed(
        partner_id="none", state=DeliveryState.DELIVERED
    ),
    "parked": lambda mongo: MongoDeliveries(mongo).owed(state=DeliveryState.PARKED),
    "lanes' health": lambda mongo: MongoDeliveries(mongo).health(),
    "a retry": lambda mongo: MongoDeliveries(mongo).retry("cdr|parked1", now=NOON),
    "forgetting none": lambda mongo: MongoDeliveries(mongo).forget("none"),
    "counted": lambda mongo: MongoLedger(mongo).counted([f"REF{n}" for n in range(500)]),
    "waiting credits": lambda mongo: MongoLedger(mongo).awaiting(now=later(9), limit=500),
    "a credit's turn": lambda mongo: MongoLedger(mongo).look_again("cdr|REF1", at=NOON),
    "a credit judged": lambda mongo: MongoLedger(mongo).judge(
        "cdr|REF1", Standing(), DeliveryState.DUE, doubts=(), now=NOON
    ),
    "doubtful CDRs": lambda mongo: MongoLedger(mongo).doubtful(limit=100),
    "the credit of a CDR": lambda mongo: MongoArchive(mongo).credit_of(filed("C1").key),
    "sessions billed again": lambda mongo: MongoArchive(mongo).billed_again(
        [f"REF{n}" for n in range(200)]
    ),
    "a doubt": lambda mongo: MongoLedger(mongo).doubt("cdr|REF1", "billed_twice"),
    "unowed for good": lambda mongo: MongoLedger(mongo).unowed(
        [f"REF{n}" for n in range(500)], for_good=True
    ),
    "other bills of a session": lambda mongo: MongoArchive(mongo).other_bills(
        SESSION, filed("C1").key, limit=20
    ),
    "a CDR begins": lambda mongo: MongoDeliveries(mongo).begin(
        Lease(cdr_lane(), "pump", 1, LaneHealth()), owing(filed("C1"))
    ),
    "CDRs listed": lambda mongo: _listed(mongo, since=later(99)),
    "CDRs that are due": lambda mongo: _listed(mongo, DUE),
    "CDRs delivered of none": lambda mongo: _listed(mongo, DELIVERED, party=UNKNOWN),
    "CDRs declined of an eMSP": lambda mongo: _listed(mongo, DECLINED, party=EMSP),
    "CDRs delivered of late": lambda mongo: _listed(
        mongo, DELIVERED, party=EMSP, since=later(MANY / 1000 - 0.1)
    ),
    "CDRs of a lane": lambda mongo: _listed(
        mongo, DELIVERED, lane=cdr_lane("none"), before=later(99)
    ),
    "lanes that owe": lambda mongo: MongoLedger(mongo).lanes(),
    "a lane moves": lambda mongo: MongoLedger(mongo).rehome(EMSP, old=HANGING, new=NEW),
    "nothing waits": lambda mongo: MongoLedger(mongo).unblock(),
    "unowed": lambda mongo: MongoLedger(mongo).unowed([f"REF{n}" for n in range(500)]),
    "the last page of all CDRs": lambda mongo: MongoLedger(mongo).page(DEEP, party=None),
    "the last page of a CPO's CDRs": lambda mongo: MongoLedger(mongo).page(DEEP, party=CPO),
    "the last page of an eMSP's CDRs": lambda mongo: MongoLedger(mongo).page(DEEP, party=EMSP),
    "CDRs behind a position": lambda mongo: MongoLedger(mongo).page(
        replace(BEHIND, after=ListPosition(MICROSECONDS + 99_000_000, "cdr|REF99000")), party=EMSP
    ),
    "CDRs of none": lambda mongo: MongoLedger(mongo).page(PageRequest(0, 5), party=UNKNOWN),
    "CDRs, all declined": lambda mongo: MongoLedger(mongo).page(PageRequest(0, 5), party=OTHER_CPO),
    "CDRs updated later": lambda mongo: MongoLedger(mongo).page(RECENT, party=EMSP),
    "CDRs to replay": lambda mongo: MongoLedger(mongo).deliveries(
        receiver=EMSP, since=later(MANY / 1000 - 0.1)
    ),
    "attempts": lambda mongo: MongoLedger(mongo).attempts("cdr|REF1"),
    "a CDR is parked": lambda mongo: MongoLedger(mongo).park("cdr|due1", now=NOON),
    "counts of CDRs": lambda mongo: MongoLedger(mongo).counts(aged_before=later(9)),
    "untold CDRs": lambda mongo: MongoLedger(mongo).untold(limit=200),
    "an object": lambda mongo: _objects(mongo).get(location("L1"), EVERYONE),
    "an object's audiences": lambda mongo: _objects(mongo).audiences(location("L1")),
    "unpublished": lambda mongo: _objects(mongo).unpublished(before=later(9), limit=100),
    "the first page": lambda mongo: _objects(mongo).page("locations", FIRST, viewer=PLAIN),
    "the last page": lambda mongo: _objects(mongo).page("locations", DEEP, viewer=PLAIN),
    "a page behind": lambda mongo: _objects(mongo).page("locations", BEHIND, viewer=PLAIN),
    "a page of late ones": lambda mongo: _objects(mongo).page("locations", RECENT, viewer=PLAIN),
    "a page of none": lambda mongo: _objects(mongo).page("locations", FIRST, viewer=STRANGER),
    "copies: first": lambda mongo: _objects(mongo).page("locations", FIRST, viewer=COPIES),
    "copies: last": lambda mongo: _objects(mongo).page("locations", DEEP, viewer=COPIES),
    "copies: behind": lambda mongo: _objects(mongo).page("locations", BEHIND, viewer=COPIES),
    "copies: late ones": lambda mongo: _objects(mongo).page("locations", RECENT, viewer=COPIES),
    "sessions: a reader's last": lambda mongo: _objects(mongo).page(
        "sessions", DEEP, viewer=COPIES
    ),
    "sessions: an owner's last": lambda mongo: _objects(mongo).page("sessions", DEEP, viewer=OWNER),
    "sessions: all": lambda mongo: _objects(mongo).page(
        "sessions", FIRST, viewer=replace(COPIES, sees_all=True)
    ),
    "sessions: behind": lambda mongo: _objects(mongo).page("sessions", BEHIND, viewer=COPIES),
    "sessions: late ones": lambda mongo: _objects(mongo).page("sessions", RECENT, viewer=COPIES),
    "sessions: none": lambda mongo: _objects(mongo).page("sessions", FIRST, viewer=PLAIN),
    "by id": lambda mongo: _objects(mongo).by_id("locations", "L1", viewer=COPIES),
    "a session by id": lambda mongo: _objects(mongo).by_id("sessions", "S1", viewer=COPIES),
    "search: all": lambda mongo: _search(mongo),
    "search: deep": lambda mongo: _search(mongo, offset=MANY - 5),
    "search: copies": lambda mongo: _search(mongo, viewer=COPIES),
    "search: an operator": lambda mongo: _search(mongo, operator="unknown"),
    "search: an owner": lambda mongo: _search(mongo, owner=PartyId("FR", "XYZ")),
    "search: a box": lambda mongo: _search(mongo, box=Box(5, 10, 6, 11)),
    "search: near nothing": lambda mongo: _search(mongo, near=Near(10, 10, 5000)),
    "search: a plug": lambda mongo: _search(mongo, connector_types=frozenset({"CHADEMO"})),
    "a partner": lambda mongo: MongoPartners(mongo, exact_json).get("few-1"),
    "objects of several keys": lambda mongo: _objects(mongo).get_all(
        [location("L1"), location("L2")]
    ),
    "versions of partners": lambda mongo: MongoPartners(mongo, exact_json).versions(),
    "some partners": lambda mongo: MongoPartners(mongo, exact_json).some(["few-1", "none"]),
    "partners are outdated": lambda mongo: MongoPartners(mongo, exact_json).outdate(),
    "the stamp": lambda mongo: MongoStamp(mongo).read(),
    "the stamp grows": lambda mongo: MongoStamp(mongo).outdate(),
    "versions of agreements": lambda mongo: MongoAgreements(mongo).versions(),
    "a partner joins": lambda mongo: MongoPartners(mongo, exact_json).joined("few-1", at=NOON),
    "a spent token": lambda mongo: MongoPartners(mongo, exact_json).by_spent("none"),
    "what was published": lambda mongo: _objects(mongo).published_since(
        "locations", since=NOON, after="", limit=5
    ),
    "what is for all readers": lambda mongo: _objects(mongo).public(
        "locations", after="locations/DE/ABC/L5", limit=5
    ),
    "what lanes owe": lambda mongo: MongoDeliveries(mongo).backlog(lanes=1000, most=1000),
    "CDRs that are owed": lambda mongo: MongoDeliveries(mongo).cdrs(
        (DeliveryState.DUE, DeliveryState.WAITING), most=100_000
    ),
    "since when a lane owes": lambda mongo: MongoDeliveries(mongo).owed_since(LaneId("none")),
    "which are refused": lambda mongo: MongoDeliveries(mongo).refused(["none", "nothing"]),
    "a token": lambda mongo: MongoPartners(mongo, exact_json).by_token("none"),
    "partners": lambda mongo: MongoPartners(mongo, exact_json).all(),
    "a partner is seen": lambda mongo: MongoPartners(mongo, exact_json).seen("few-1", now=NOON),
    "suspected": lambda mongo: MongoPartners(mongo, exact_json).suspect("few-1"),
    "probed": lambda mongo: MongoPartners(mongo, exact_json).probed(
        "few-1", failures=1, reachable=False, now=NOON
    ),
    "pulled": lambda mongo: MongoPartners(mongo, exact_json).pulled("few-1", "tokens", at=NOON),
    "told": lambda mongo: MongoPartners(mongo, exact_json).told("few-1", "roles"),
    "untold": lambda mongo: MongoPartners(mongo, exact_json).untold("few-1", "roles", since=NOON),
    "ailing": lambda mongo: MongoPartners(mongo, exact_json).set_ailing("few-1", ailing=True),
    "set aside": lambda mongo: MongoQuarantine(mongo).put(
        Quarantined("few-1", "tokens", "T", ("wrong",), NOON, b"")
    ),
    "quarantine": lambda mongo: MongoQuarantine(mongo).all(limit=100),
    "quarantine of one": lambda mongo: MongoQuarantine(mongo).all(partner_id="partner-2"),
    "quarantine by ref": lambda mongo: MongoQuarantine(mongo).get("0123456789ab"),
    "quarantine of an object": lambda mongo: MongoQuarantine(mongo).of("p", "locations", "L"),
    "accepted": lambda mongo: MongoQuarantine(mongo).accept("0123456789ab", at=NOON),
    "quarantine of none": lambda mongo: MongoQuarantine(mongo).all(partner_id="none"),
    "remarks": lambda mongo: MongoRemarks(mongo, MODULES).all(limit=100),
    "remarks of one": lambda mongo: MongoRemarks(mongo, MODULES).all(partner_id="partner-1"),
    "remarks of none": lambda mongo: MongoRemarks(mongo, MODULES).all(partner_id="none"),
    "remarks of a module": lambda mongo: MongoRemarks(mongo, MODULES).all(
        partner_id="partner-1", module="locations"
    ),
    "count of remarks": lambda mongo: MongoRemarks(mongo, MODULES).count(),
    "count of one's remarks": lambda mongo: MongoRemarks(mongo, MODULES).count(
        partner_id="partner-1", module="cdrs"
    ),
    "put right": lambda mongo: MongoQuarantine(mongo).clear("few-1", "tokens", before=later(9)),
    "quiet sessions": lambda mongo: MongoSessionWatch(mongo).quiet(before=later(999), limit=100),
    "unbilled sessions": lambda mongo: MongoSessionWatch(mongo).over(before=later(999), limit=100),
    "billed": lambda mongo: MongoSessionWatch(mongo).note_billed(
        [ObjectKey("sessions", CPO, f"S{n}") for n in range(200)]
    ),
    "lists read": lambda mongo: MongoPulls(mongo).of("none"),
    "a list is read": lambda mongo: MongoPulls(mongo).note("few-1", READ),
    "a list is forgotten": lambda mongo: MongoPulls(mongo).forget("few-1", READ),
    "lists half read": lambda mongo: MongoPulls(mongo).unfinished(),
    "owners of webhooks": lambda mongo: MongoSubscriptions(mongo).owners(["few-1", "none"]),
    "a webhook's secret": lambda mongo: MongoSubscriptions(mongo).set_secret("few-1", "s"),
    "webhooks": lambda mongo: MongoSubscriptions(mongo).all(),
    "a webhook": lambda mongo: MongoSubscriptions(mongo).get("few-1"),
    "a new webhook": lambda mongo: MongoSubscriptions(mongo).add(
        Subscription("new", "few-1", "https://x.example", frozenset(), NOON, "s")
    ),
    "an alarm": lambda mongo: MongoAlarms(mongo).get("over1"),
    "an alarm is raised": lambda mongo: MongoAlarms(mongo).save(ALARM),
    "alarms": lambda mongo: MongoAlarms(mongo).listed(limit=10),
    "alarms that are open": lambda mongo: MongoAlarms(mongo).listed(is_open=True, limit=10),
    "alarms that are over": lambda mongo: MongoAlarms(mongo).listed(is_open=False, limit=10),
    "alarms of a kind": lambda mongo: MongoAlarms(mongo).listed(
        kind=AlarmKind.KEY_OLD, is_open=False, limit=10
    ),
    "alarms of no kind": lambda mongo: MongoAlarms(mongo).listed(
        kind=AlarmKind.KEY_OLD, is_open=True, limit=10
    ),
    "alarms of a kind, in any state": lambda mongo: MongoAlarms(mongo).listed(
        kind=AlarmKind.LANE_HELD, limit=10
    ),
    "counts of alarms": lambda mongo: MongoAlarms(mongo).counts(),
    "untold alarms": lambda mongo: MongoAlarms(mongo).untold(limit=10),
    "a sweeper looks": lambda mongo: MongoAlarms(mongo).looked(NOON),
    "a sweeper's last look": lambda mongo: MongoAlarms(mongo).last_look(),
    "the store's clock": lambda mongo: MongoClock(mongo).now(),
    "the trail's head": lambda mongo: MongoAudit(mongo).head(),
    "the trail grows": _append,
    "the trail's chain": lambda mongo: MongoAudit(mongo).chain(after=MANY - 9, limit=50),
    "a count of the trail": lambda mongo: MongoAudit(mongo).count(),
    "what was done last": lambda mongo: _recorded(mongo),
    "what was done by one": lambda mongo: _recorded(mongo, actor="anna"),
    "what was done by none": lambda mongo: _recorded(mongo, actor="none", since=NOON),
    "what was done to one": lambda mongo: _recorded(mongo, object="DE-ABC", before=later(9)),
    "what was done to none": lambda mongo: _recorded(mongo, object="none", before=later(9)),
    "acts of a kind": lambda mongo: _recorded(mongo, act="partner.set"),
    "acts of no kind": lambda mongo: _recorded(mongo, act="cdr.replay"),
    "acts of a group": lambda mongo: _recorded(mongo, act="partner"),
    "acts of no group": lambda mongo: _recorded(mongo, act="cdr"),
    "acts of late": lambda mongo: _recorded(mongo, since=later(MANY / 1000 / 60)),
    "operators": lambda mongo: MongoOperators(mongo).all(),
    "an operator": lambda mongo: MongoOperators(mongo).get("few-1"),
    "an operator's token": lambda mongo: MongoOperators(mongo).by_fingerprint("none"),
    "a new operator": lambda mongo: MongoOperators(mongo).add(
        Operator("new", OperatorRole.ADMIN, "new", NOON)
    ),
    "an operator is revoked": lambda mongo: MongoOperators(mongo).revoke("few-2", at=NOON),
    "a webhook's end": lambda mongo: MongoSubscriptions(mongo).remove("new"),
}
