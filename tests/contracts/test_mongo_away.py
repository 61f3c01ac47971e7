"""When MongoDB is away every operation of every store says so, in the core's own word."""

from collections.abc import Callable, Iterator

import pytest

from adapters.mongo import (
    Mongo,
    MongoAgreements,
    MongoAlarms,
    MongoArchive,
    MongoClock,
    MongoDeliveries,
    MongoLedger,
    MongoLocationSearch,
    MongoObjects,
    MongoPartners,
    MongoQuarantine,
    MongoSessionWatch,
    MongoStamp,
    MongoSubscriptions,
    missing,
    prepare,
)
from adapters.ocpi import exact_json
from domain.cdrs.custody import CdrConflict
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import DeliveryState
from domain.delivery.lanes import LaneHealth, Lease
from domain.delivery.standing import Standing
from domain.errors import StoreUnavailable
from domain.objects.paging import PageRequest
from domain.objects.quarantine import Quarantined
from domain.objects.search import LocationQuery
from domain.objects.stored import EVERYONE
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung, alarm_of
from domain.partners.agreements import Agreement
from domain.webhooks.events import Subscription
from tests.contracts.made import (
    CPO,
    EMSP,
    LANE,
    MODULES,
    NOON,
    a_request,
    at_once,
    attempted,
    cdr,
    cdr_lane,
    filed,
    location,
    owing,
    partner,
    stored,
    viewer,
)

AWAY = Mongo("mongodb://127.0.0.1:1/", "nothing", timeout_s=0.05)
LEASE = Lease(LANE, "pump", 1, LaneHealth())
ATTEMPT = Attempt(NOON, Verdict.REFUSED, "no")
ALL = PageRequest(0, 10)

Question = Callable[[], object]


@pytest.fixture(autouse=True, scope="module")
def closed() -> Iterator[None]:
    yield
    AWAY.close()


def of_objects() -> Iterator[Question]:
    objects, search, watch = (
        MongoObjects(AWAY, MODULES),
        MongoLocationSearch(AWAY),
        MongoSessionWatch(AWAY),
    )
    yield lambda: objects.get(location(), EVERYONE)
    yield lambda: objects.save(stored())
    yield lambda: objects.audiences(location())
    yield lambda: objects.published_since("locations", since=NOON, after="", limit=1)
    yield lambda: objects.public("locations", after="", limit=1)
    yield lambda: objects.published({location(): 1}, at=NOON)
    yield lambda: objects.unpublished(before=NOON, limit=1)
    yield lambda: objects.page("locations", ALL, viewer=viewer())
    yield lambda: objects.by_id("locations", "LOC1", viewer=viewer())
    yield lambda: search.search(LocationQuery(viewer(), offset=0, limit=1))
    yield lambda: watch.quiet(before=NOON, limit=1)
    yield lambda: watch.over(before=NOON, limit=1)
    yield lambda: watch.note_billed([location()])


def of_deliveries() -> Iterator[Question]:
    queue = MongoDeliveries(AWAY)
    settled = attempted(owing(filed()), Verdict.ACCEPTED)
    yield lambda: queue.owe([a_request()], now=NOON)
    yield lambda: queue.lanes_due(now=NOON)
    yield lambda: queue.lease(LANE, holder="pump", seconds=60)
    yield lambda: queue.renew(LEASE, seconds=60)
    yield lambda: queue.give_back(LEASE)
    yield lambda: queue.note_health(LEASE, LaneHealth())
    yield lambda: queue.half_open("partner-1", now=NOON)
    yield lambda: queue.release(LANE, now=NOON)
    yield lambda: queue.is_empty(LANE)
    yield lambda: queue.claim(LEASE, now=NOON, limit=1)
    yield lambda: queue.begin(LEASE, owing(filed()))
    yield lambda: queue.settle(LEASE, [settled])
    yield lambda: queue.owed()
    yield lambda: queue.owed_since(LANE)
    yield lambda: queue.refused(["d"])
    yield lambda: queue.get("delivery")
    yield lambda: queue.health()
    yield lambda: queue.retry("delivery", now=NOON)
    yield lambda: queue.forget("partner-1")


def of_custody() -> Iterator[Question]:
    archive, ledger = MongoArchive(AWAY), MongoLedger(AWAY)
    known, delivery = filed(), owing(filed())
    conflict = CdrConflict(known.ref, known.key, "partner-1", b"{}", known.sha256, NOON)
    yield lambda: archive.file(known)
    yield lambda: archive.get(known.ref)
    yield lambda: archive.latest(cdr())
    yield lambda: archive.credit_of(cdr())
    yield lambda: archive.billed_again(["REF1"])
    yield lambda: archive.other_bills(cdr(), cdr(), limit=1)
    yield lambda: list(archive.received())
    yield lambda: list(archive.refs(since=None, before=NOON))
    yield lambda: archive.naming([cdr()])
    yield lambda: archive.keep(conflict)
    yield lambda: archive.conflicts()
    yield lambda: ledger.owe(known, delivery)
    yield lambda: ledger.promise(delivery.id)
    yield lambda: ledger.decline(LEASE, delivery.id, ATTEMPT)
    yield lambda: ledger.counted([known.ref])
    yield lambda: ledger.awaiting(now=NOON, limit=1)
    yield lambda: ledger.look_again(delivery.id, at=NOON)
    yield lambda: ledger.doubtful(limit=1)
    yield lambda: ledger.doubt(delivery.id, "billed_twice")
    yield lambda: ledger.judge(delivery.id, Standing(), DeliveryState.DUE, doubts=(), now=NOON)
    yield lambda: ledger.lanes()
    yield lambda: ledger.rehome(EMSP, old=cdr_lane(), new=cdr_lane("partner-2"))
    yield lambda: ledger.unblock()
    yield lambda: ledger.unowed([known.ref])
    yield lambda: ledger.page(ALL, party=CPO)
    yield lambda: ledger.deliveries(receiver=EMSP, since=NOON)
    yield lambda: ledger.attempts(delivery.id)
    yield lambda: ledger.park(delivery.id, now=NOON)
    yield lambda: ledger.counts(aged_before=NOON)
    yield lambda: ledger.untold(limit=1)
    yield lambda: ledger.told([delivery])


def of_people() -> Iterator[Question]:
    agreements, quarantine = MongoAgreements(AWAY), MongoQuarantine(AWAY)
    subscriptions, agreed = MongoSubscriptions(AWAY), Agreement(CPO, EMSP, NOON)
    subscription = Subscription("s", None, "https://there.example", frozenset(), NOON, "sealed")
    unsound = Quarantined("partner-1", "locations", "LOC1", (), NOON, b"{}")
    yield lambda: agreements.all()
    yield lambda: agreements.get(agreed.id)
    yield lambda: agreements.price(agreed)
    yield lambda: agreements.add(agreed)
    yield lambda: agreements.remove(agreed.id)
    yield lambda: quarantine.put(unsound)
    yield lambda: quarantine.all()
    yield lambda: quarantine.clear("partner-1", "locations", before=NOON)
    yield lambda: subscriptions.all()
    yield lambda: subscriptions.get("s")
    yield lambda: subscriptions.add(subscription)
    yield lambda: subscriptions.remove("s")
    alarms, alarm = MongoAlarms(AWAY), alarm_of(Rung(AlarmKind.KEY_OLD), times=1, now=NOON)
    yield lambda: alarms.get(alarm.id)
    yield lambda: alarms.save(alarm)
    yield lambda: alarms.listed(limit=1)
    yield lambda: alarms.counts()
    yield lambda: alarms.untold(limit=1)
    yield lambda: alarms.looked(NOON)
    yield lambda: alarms.last_look()
    yield lambda: MongoClock(AWAY).now()
    yield lambda: prepare(AWAY(), MODULES)
    yield lambda: missing(AWAY(), MODULES)


def of_partners() -> Iterator[Question]:
    partners = MongoPartners(AWAY, exact_json)
    yield lambda: partners.get("p")
    yield lambda: partners.by_token("t")
    yield lambda: partners.by_spent("t")
    yield lambda: partners.joined("p", at=NOON)
    yield lambda: partners.all()
    yield lambda: partners.versions()
    yield lambda: partners.some(["p"])
    yield lambda: partners.outdate()
    yield lambda: MongoStamp(AWAY).read()
    yield lambda: MongoStamp(AWAY).outdate()
    yield lambda: partners.save(partner())
    yield lambda: partners.seen("p", now=NOON)
    yield lambda: partners.suspect("p")
    yield lambda: partners.probed("p", failures=1, reachable=False, now=NOON)
    yield lambda: partners.pulled("p", "locations", at=NOON)
    yield lambda: partners.told("p", "roles")
    yield lambda: partners.untold("p", "roles", since=NOON)
    yield lambda: partners.set_ailing("p", ailing=True)


def test_every_operation_says_that_the_store_is_away() -> None:
    """All at once: each waits as long as the driver looks for a server."""
    subjects = (of_objects, of_deliveries, of_custody, of_people, of_partners)
    questions = [question for subject in subjects for question in subject()]

    outcomes = at_once(*questions)

    said = [each if isinstance(each, StoreUnavailable) else None for each in outcomes]
    assert None not in said
    assert {str(each) for each in said} == {"MongoDB cannot be reached: connection refused"}


def test_nothing_of_the_way_to_the_store_is_shown() -> None:
    shown = repr(Mongo("mongodb://user:secret@127.0.0.1:1/", "ocpi"))

    assert shown == "Mongo(name='ocpi', timeout_s=8.0, pool=100)"
