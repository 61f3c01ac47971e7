"""What does not get dearer as the hub grows: CPU of the driver and of mongod, small against large.

Everything is measured in a store of its own with 1,000 records, and with as many as a large hub
has: a million EVSEs, tokens and CDRs, 100,000 deliveries that one reader is owed. What partners
cost is in the table of costs.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from bson import Binary

from adapters.mongo import (
    Mongo,
    MongoArchive,
    MongoDeliveries,
    MongoLedger,
    MongoObjects,
    archive,
    leases,
    prepare,
)
from adapters.mongo.custody_records import of_filed
from adapters.mongo.delivery_records import of_delivery
from adapters.mongo.object_records import collection_of, of_stored
from domain.delivery.answers import Verdict
from domain.delivery.deliveries import DeliveryState, LaneId, delivery_of
from domain.objects.paging import PageRequest
from domain.objects.stored import EVERYONE, ObjectKey, Stored, Unpublished, UnseenChange
from entrypoints.embedded import launch, mongo_store
from tests.contracts.made import (
    CPO,
    EMSP,
    MODULES,
    NOON,
    a_request,
    attempted,
    cdr_lane,
    facets,
    filed,
    later,
    location,
    owing,
    patch,
    stored,
    viewer,
)
from tests.contracts.multitudes import MICROSECONDS, Group, N, fill, named

LIMIT = 1.3
FEW = 1_000
_ROUNDS = 3
_A_ROUND_S = 1.0
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
_HANGING = LaneId("hanging")
_WRITTEN = "%Y-%m-%dT%H:%M:%S.000000"
_numbers = count(1)
Operations = Mapping[tuple[str, str], Callable[[], object]]
"""What is done, by its name and the index that keeps it flat."""


@dataclass(frozen=True)
class Kind:
    """Of what there are many: how they are made, and what is done among them."""

    name: str
    many: int
    make: Callable[[Mongo, int], None]
    operations: Callable[[Mongo, int], Operations]


@dataclass(frozen=True)
class Growth:
    """Milliseconds of CPU, with few records and with many."""

    name: str
    index: str
    few: float
    many: float

    @property
    def ratio(self) -> float:
        return self.many / self.few

    @property
    def is_flat(self) -> bool:
        return self.ratio <= LIMIT

    def __str__(self) -> str:
        verdict = "flat" if self.is_flat else "GROWS"
        costs = f"{self.few:7.2f} {self.many:7.2f} {self.ratio:6.2f}"
        return f"    {self.name:40} {costs}  {verdict:6} {self.index}"


def main() -> int:
    """The exit status: 1 if anything grows by more than the limit."""
    grown = list[Growth]()
    print(f"growth: ms CPU of driver and mongod; flat is at most {LIMIT:g} × what few cost")
    for kind in KINDS:
        few, many = _costs(kind, FEW), _costs(kind, kind.many)
        found = [Growth(*each, few[each], many[each]) for each in few]
        print(f"  {kind.name}: {FEW:,} and {kind.many:,}", *found, sep="\n", flush=True)
        grown += found
    return 0 if all(each.is_flat for each in grown) else 1


def _costs(kind: Kind, size: int) -> Mapping[tuple[str, str], float]:
    """Of each operation in a store of this size; in turn, the median of all rounds."""
    costs = dict[tuple[str, str], list[float]]()
    with tempfile.TemporaryDirectory() as folder, _store(Path(folder)) as (mongo, pid):
        kind.make(mongo, size)
        mongo()["seeds"].drop()
        prepare(mongo(), MODULES)
        operations = kind.operations(mongo, size)
        for operation in operations.values():
            operation()
        for _ in range(_ROUNDS):
            for name, operation in operations.items():
                costs.setdefault(name, []).append(_cost(operation, pid))
    return {name: median(each) for name, each in costs.items()}


def _cost(operation: Callable[[], object], pid: int) -> float:
    """Of one, done for a second."""
    done, begun = 0, time.monotonic()
    before = _spent_ms(pid)
    while time.monotonic() - begun < _A_ROUND_S:
        operation()
        done += 1
    return (_spent_ms(pid) - before) / done


def _spent_ms(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_MS + time.process_time() * 1000


@contextmanager
def _store(folder: Path) -> Iterator[tuple[Mongo, int]]:
    store = mongo_store(folder / "db")
    server = launch(store, folder / "log")
    mongo = Mongo(store.url, "bench", timeout_s=900)
    try:
        yield mongo, server.pid
    finally:
        mongo.close()
        server.terminate()
        server.wait()


def _make_locations(mongo: Mongo, size: int) -> None:
    """Each of 61 EVSEs: 20 kB."""
    _make_objects(mongo, replace(_one("locations", b"x" * 20_500), facets=facets()), size)


def _make_tokens(mongo: Mongo, size: int) -> None:
    _make_objects(mongo, _one("tokens", b"x" * 400), size)


def _one(module: str, body: bytes) -> Stored:
    return replace(stored(ObjectKey(module, CPO, "X"), body=body), revision=1)


def _make_objects(mongo: Mongo, one: Stored, size: int) -> None:
    """One created and updated a second after the other."""
    updated = {"$dateAdd": {"startDate": NOON, "unit": "second", "amount": N}}
    module = one.key.module
    fields = {
        "_id": named(f"{module}/DE/ABC/X", f"|{EVERYONE}"),
        "id": named("X"),
        "created": {"$add": [MICROSECONDS, {"$multiply": [N, 1_000_000]}]},
        "last_updated": {"$dateToString": {"date": updated, "format": _WRITTEN}},
        "published_at": updated,
    }
    fill(mongo, collection_of(module), Group(of_stored(one), fields, many=size))


def _among_objects(module: str, mongo: Mongo, size: int) -> Operations:
    objects = MongoObjects(mongo, MODULES)
    sees = viewer(EMSP, CPO)
    middle = objects.page(module, PageRequest(size // 2, 1), viewer=sees).last
    key = ObjectKey(module, CPO, f"X{size // 2}")
    lately = later(size - 10)

    def push() -> None:
        held = objects.get(key, EVERYONE)
        assert held is not None
        objects.save(held)

    def change() -> None:
        """Stored, looked for by the publisher, and noted as published."""
        held = objects.get(key, EVERYONE)
        assert held is not None
        unpublished = Unpublished(NOON, UnseenChange.one(patch()))
        saved = objects.save(replace(held, unpublished=unpublished))
        [found] = objects.unpublished(before=later(1), limit=32)
        assert objects.published({found.key: saved.revision}, at=later(size)) == 1

    def page(request: PageRequest) -> Callable[[], object]:
        return lambda: objects.page(module, request, viewer=sees)

    return {
        ("a push to what is stored", "_id_"): push,
        ("a change, until it is published", "outbox"): change,
        ("the first page of 10", "listed"): page(PageRequest(0, 10)),
        ("a page of 10 in the middle", "listed"): page(PageRequest(size // 2, 10, after=middle)),
        ("what changed lately, 10", "lately"): page(PageRequest(0, 10, date_from=lately)),
        ("by id", "id"): lambda: objects.by_id(module, key.id, viewer=sees),
    }


def _make_cdrs(mongo: Mongo, size: int) -> None:
    """In the archive, and delivered."""
    kept = filed(body=Binary(b"x" * 3_000))
    then = {"$dateAdd": {"startDate": NOON, "unit": "second", "amount": N}}
    keys = {"_id": named("REF"), "key": named("cdrs/DE/ABC/X"), "received_at": then}
    fill(mongo, archive.ARCHIVE, Group(of_filed(kept), keys, many=size))
    listed = {"ref": "", "owner": str(CPO), "created": 0, "last_updated": "2026-01-01T12:00:00"}
    done = of_delivery(owing(kept, state=DeliveryState.DELIVERED, untold=()))
    fields = {
        "_id": named("cdr|REF"),
        "short": named("short"),
        "since": then,
        "due": then,
        "cdr.ref": named("REF"),
        "cdr.created": {"$add": [MICROSECONDS, {"$multiply": [N, 1_000_000]}]},
    }
    record = {**done, "fence": 0, "cdr": listed}
    fill(mongo, leases.COLLECTION, Group(record, fields, many=size))


def _among_cdrs(mongo: Mongo, _: int) -> Operations:
    cdrs, ledger, queue = MongoArchive(mongo), MongoLedger(mongo), MongoDeliveries(mongo)
    held = {each.lane: each for each in queue.lease_all([cdr_lane()], holder="p", seconds=900)}

    def custody() -> None:
        """Archived, owed, claimed and delivered."""
        fresh = filed(f"FRESH{next(_numbers)}")
        assert cdrs.file(fresh)
        assert ledger.owe(fresh, owing(fresh))
        [claimed] = queue.claim_all(held, now=later(10**8), limit=9).deliveries[cdr_lane()]
        queue.settle_all([(held[cdr_lane()], [attempted(claimed, Verdict.ACCEPTED)])])

    return {
        ("a CDR, until it is delivered", "work"): custody,
        ("which lanes are due", "work"): lambda: queue.lanes_due(now=later(10**8)),
        ("a CDR by its ref", "_id_"): lambda: cdrs.get("REF7"),
        ("a delivery by its short id", "short"): lambda: queue.by_short_id("short7"),
    }


def _make_owed(mongo: Mongo, size: int) -> None:
    """One reader hangs, and is owed all of this."""
    owed = delivery_of(a_request(lane=_HANGING, key=location("X")), now=NOON)
    fields = {
        "_id": named("hanging|"),
        "short": named("short"),
        "what.key": named("locations/DE/ABC/X"),
    }
    fill(mongo, leases.COLLECTION, Group({**of_delivery(owed), "fence": 0}, fields, many=size))


def _among_owed(mongo: Mongo, _: int) -> Operations:
    queue = MongoDeliveries(mongo)
    lanes = [LaneId(f"well-{number}") for number in range(50)]
    held = {each.lane: each for each in queue.lease_all(lanes, holder="p", seconds=900)}
    hangs = queue.lease(_HANGING, holder="p", seconds=900)
    assert hangs is not None

    def change() -> None:
        """Owed to fifty readers, claimed and delivered."""
        key = location(f"FRESH{next(_numbers)}")
        queue.owe([a_request(lane=lane, key=key) for lane in lanes], now=NOON)
        claimed = queue.claim_all(held, now=later(9), limit=9).deliveries
        done = [
            (held[lane], [attempted(each, Verdict.ACCEPTED) for each in those])
            for lane, those in claimed.items()
        ]
        assert len(done) == len(lanes)
        queue.settle_all(done)

    def again() -> None:
        """Owed once more to the reader that hangs: that is one record."""
        queue.owe([a_request(next(_numbers), lane=_HANGING, key=location("ONE"))], now=NOON)

    return {
        ("a change to 50 readers that are well", "work"): change,
        ("one more change to the one that hangs", "_id_"): again,
        ("which lanes are due", "work"): lambda: queue.lanes_due(now=later(9)),
        ("the oldest 100 for an operator", "age_by_state"): lambda: queue.owed(limit=100),
    }


KINDS = (
    Kind(
        "locations of 61 EVSEs",
        1_000_000 // 61,
        _make_locations,
        partial(_among_objects, "locations"),
    ),
    Kind("tokens", 1_000_000, _make_tokens, partial(_among_objects, "tokens")),
    Kind("CDRs", 1_000_000, _make_cdrs, _among_cdrs),
    Kind("owed to one reader", 100_000, _make_owed, _among_owed),
)


if __name__ == "__main__":
    sys.exit(main())
