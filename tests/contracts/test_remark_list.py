"""What every store says of the objects that were taken with remarks."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from adapters.memory import MemoryArchive, MemoryObjects, MemoryRemarks
from adapters.mongo import Mongo, MongoArchive, MongoObjects, MongoRemarks
from domain.objects.remarks import Remarks
from domain.objects.stored import Stored
from domain.ports import ObjectStore, RemarkList
from tests.contracts.made import MODULES, PRIVATE, Archive, filed, later, location, stored

ODD = Remarks(("name: a line break", "directions[0].text: $a.b"), more=3)


@dataclass(frozen=True)
class Stores:
    remarks: RemarkList
    objects: ObjectStore
    archive: Archive


@pytest.fixture(params=["memory", "mongo"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        objects, archive = MemoryObjects(), MemoryArchive()
        return Stores(MemoryRemarks(objects, archive), objects, archive)
    mongo: Mongo = request.getfixturevalue("mongo")
    return Stores(
        MongoRemarks(mongo, MODULES), MongoObjects(mongo, MODULES, PRIVATE), MongoArchive(mongo)
    )


def odd(name: str, *, seconds: float = 0, by: str = "p", remarks: Remarks = ODD) -> Stored:
    object_ = stored(location(name))
    return replace(object_, origin=by, remarks=remarks, remarked_at=later(seconds))


def names(stores: Stores, **asked: Any) -> list[str]:
    return [each.key.id for each in stores.remarks.all(**asked)]


def test_what_is_odd_about_an_object_comes_back_with_it(stores: Stores) -> None:
    saved = stores.objects.save(odd("L1"))

    [found] = stores.remarks.all()

    assert (found.partner_id, found.key, found.at, found.remarks) == ("p", saved.key, later(0), ODD)
    assert stores.objects.get(saved.key, saved.audience) == saved


def test_what_is_odd_about_a_bill_comes_back_with_it(stores: Stores) -> None:
    bill = replace(filed("CDR1"), remarks=ODD)
    stores.archive.file(bill)
    stores.archive.file(filed("CDR2"))

    [found] = stores.remarks.all()

    assert (found.key, found.at, found.remarks) == (bill.key, bill.received_at, ODD)
    assert stores.archive.get(bill.ref) == bill


def test_what_was_seen_last_is_first_and_the_rest_is_cut_off(stores: Stores) -> None:
    for name, seconds in (("B", 2), ("A", 1), ("C", 3)):
        stores.objects.save(odd(name, seconds=seconds))

    assert names(stores) == ["C", "B", "A"]
    assert names(stores, limit=2) == ["C", "B"]
    assert stores.remarks.count() == 3


def test_one_partners_and_one_modules_can_be_asked_for(stores: Stores) -> None:
    stores.objects.save(odd("P"))
    stores.objects.save(odd("Q", by="q"))
    stores.archive.file(replace(filed("CDR1"), remarks=ODD, origin="p"))

    assert names(stores, partner_id="q") == ["Q"]
    assert set(names(stores, partner_id="p")) == {"P", "CDR1"}
    assert names(stores, partner_id="p", module="cdrs") == ["CDR1"]
    assert names(stores, module="tokens") == []
    assert stores.remarks.count(partner_id="p") == 2
    assert stores.remarks.count(module="locations") == 2


def test_an_object_without_remarks_is_not_among_them(stores: Stores) -> None:
    saved = stores.objects.save(odd("L1"))

    stores.objects.save(replace(saved, remarks=Remarks(), remarked_at=None))

    assert stores.remarks.all() == ()
    assert stores.remarks.count() == 0
