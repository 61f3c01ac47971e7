"""What version N writes, version N-1 reads: both run side by side while the hub is replaced.

`records/fields.json` has every field of every record that a released version needs, and every
value of the enumerations in them; `records/0.2.0.json` has records as that version writes them.
After a change that is meant: HUB_WRITE_RECORDS=1 pytest tests/contracts/test_record_fields.py
"""

import enum
import importlib
import json
import os
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from bson import json_util

import domain
from adapters.mongo import Mongo
from adapters.mongo.client import Record
from adapters.mongo.rights import roles
from tests.contracts.made import MODULES
from tests.contracts.recorded import (
    WRITES_BACK,
    databases,
    fields,
    read_each,
    records,
    write_each,
)

_FOLDER = Path(__file__).with_name("records")
_FIELDS = _FOLDER / "fields.json"
_FIXTURES = sorted(_FOLDER.glob("[0-9]*.json"))
_AWARE = json_util.JSONOptions(tz_aware=True, json_mode=json_util.JSONMode.CANONICAL)
_REWRITES = bool(os.environ.get("HUB_WRITE_RECORDS"))
_RULE = """

The version before still runs while this one does, so what it needs may go in two steps only:
1. a version that no longer reads the field, but still writes it;
2. the version after that one: it does not write it, and records/fields.json loses it.
A new name for a field is a new field, and the removal of the old one."""
_NEW = "\n\nAn addition: HUB_WRITE_RECORDS=1 pytest tests/contracts/test_record_fields.py notes it."
_VALUES = """

The version before cannot read a value that it does not know. In two steps: a version that reads it,
then one that writes it. EventType alone may grow: what is not known of a delivery is kept."""
_FROZEN = """

A record of the audit trail is hashed as a whole: the version before takes one with another field
for damaged. A version that can read the field has to come first."""
_NOT_STORED = ("AgreementPolicy", "ConnectionStatus", "EventType", "Right", "Scenario", "Weight")
_DROPPED = ("commands", "objects_locations", "pulls", "subscriptions")
"""Written back whole: a field of a later version is lost where this one writes the record. So no
version may rest on a new field of these while the version before it still runs."""
_MAPS = {"n", "synced", "own_times", "headers", "validation", "chosen"}
"""Their names are partners' or OCPI's: a later version adds no field there."""


@pytest.fixture
def written(mongo: Mongo) -> Mongo:
    write_each(mongo)
    return mongo


def test_every_collection_has_a_record_here(written: Mongo) -> None:
    hub, *_ = roles("hub", "audit", "journal", MODULES)
    alike = {f"objects_{module}" for module in MODULES}

    assert {name for name, _ in hub.grants} - alike < set(records(written))


def test_no_field_that_the_version_before_needs_is_gone(written: Mongo) -> None:
    known = json.loads(_FIELDS.read_text())["fields"] if not _REWRITES else {}
    now = _fields_of(records(written))
    if _REWRITES:
        _write_fields(now)
    missing = [
        f"{name}: {path} ({kind})"
        for name, paths in known.items()
        for path, kind in paths.items()
        if not set(kind.split(" or ")) <= set(now.get(name, {}).get(path, "").split(" or "))
    ]
    new = [
        f"{name}: {path} ({kind})"
        for name, paths in now.items()
        for path, kind in paths.items()
        if known.get(name, {}).get(path) != kind and not _REWRITES
    ]

    assert not missing, f"gone, or of another type: {missing}{_RULE}"
    trail = [each for each in new if each.startswith("audit.")]
    assert not trail, f"new in the trail: {trail}{_FROZEN}"
    assert not new, f"new: {new}{_NEW}"


def test_no_value_is_written_that_the_version_before_does_not_know() -> None:
    assert dict(_values()) == json.loads(_FIELDS.read_text())["values"], _VALUES


@pytest.mark.parametrize("fixture", _FIXTURES, ids=lambda path: path.stem)
def test_what_an_earlier_version_wrote_is_read(mongo: Mongo, fixture: Path) -> None:
    _store(mongo, json_util.loads(fixture.read_text(), json_options=_AWARE))

    found = read_each(mongo)

    assert all(found.values()), [name for name, each in found.items() if not each]
    assert None not in [each for name in ("cdrs", "handovers", "commands") for each in found[name]]


def test_what_a_later_version_wrote_is_read_as_if_it_had_no_more(written: Mongo) -> None:
    before = read_each(written)
    _store(written, {name: [_with_more(each) for each in kept] for name, kept in _sparing(written)})

    after = read_each(written)

    assert {name: after[name] == before[name] for name in before} == dict.fromkeys(before, True)


def test_a_record_of_the_trail_has_the_fields_that_were_hashed(written: Mongo) -> None:
    """That is why the trail gets no field while a version runs that does not know it."""
    trail = databases(written)["audit"]()["trail"]
    [kept] = read_each(written)["audit"]
    assert kept.record is not None

    trail.update_one({}, {"$set": {"of_later": 1}})

    [kept] = read_each(written)["audit"]
    assert kept.record is None


@pytest.mark.parametrize("name", WRITES_BACK)
def test_who_writes_a_record_back_keeps_what_it_does_not_know(written: Mongo, name: str) -> None:
    collection = written()[name]
    collection.update_many({}, {"$set": {"of_later": 1}})
    before = {each["_id"]: each for each in collection.find()}

    WRITES_BACK[name](written)

    changed = [each for each in collection.find() if each != before.get(each["_id"])]
    assert changed, "nothing was written"
    assert all(("of_later" in each) is (name not in _DROPPED) for each in changed)


def _fields_of(found: dict[str, list[Record]]) -> dict[str, dict[str, str]]:
    """By collection and path the types, `a or b`."""
    kinds: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, kept in found.items():
        for record in kept:
            for path, kind in fields(record).items():
                kinds[name][path].add(kind)
    return {
        name: {path: " or ".join(sorted(each)) for path, each in sorted(paths.items())}
        for name, paths in sorted(kinds.items())
    }


def _values() -> Iterator[tuple[str, list[str]]]:
    for module in sorted(each.name for each in pkgutil.walk_packages(domain.__path__, "domain.")):
        for name, kind in sorted(vars(importlib.import_module(module)).items()):
            is_its_own = isinstance(kind, enum.EnumMeta) and kind.__module__ == module
            if is_its_own and name not in _NOT_STORED:
                yield f"{module}.{name}", sorted(str(each.value) for each in list(kind))


def _write_fields(now: dict[str, dict[str, str]]) -> None:
    _FIELDS.write_text(json.dumps({"fields": now, "values": dict(_values())}, indent=1) + "\n")


def _sparing(mongo: Mongo) -> list[tuple[str, list[Record]]]:
    return [(name, kept) for name, kept in records(mongo).items() if name != "audit.trail"]


def _with_more(record: Any, name: str = "") -> Any:
    """The record with a field more at each depth."""
    if isinstance(record, list):
        return [_with_more(each) for each in record]
    if not isinstance(record, dict):
        return record
    more = {each: _with_more(value, each) for each, value in record.items()}
    return more if name in _MAPS else {**more, "of_later": 1}


def _store(mongo: Mongo, found: dict[str, list[Record]]) -> None:
    """In the collections that they were read from; a day of the journal goes back by its moment."""
    for name, kept in found.items():
        prefix, _, collection = name.rpartition(".")
        database = databases(mongo)[prefix]()
        there = [each for each in database.list_collection_names() if each.startswith(collection)]
        target = database[there[0] if prefix == "journal" and there else collection]
        target.delete_many({})
        target.insert_many(kept)


def test_the_present_records_are_kept_for_the_versions_to_come(written: Mongo) -> None:
    newest = _FOLDER / f"{version('ocpi-hub')}.json"
    if _REWRITES:
        kept = records(written)
        newest.write_text(json_util.dumps(kept, json_options=_AWARE, indent=1) + "\n")
    assert newest.exists(), f"HUB_WRITE_RECORDS=1 writes {newest}, and it stays for good"
    kept = json_util.loads(newest.read_text(), json_options=_AWARE)

    assert _fields_of(kept) == json.loads(_FIELDS.read_text())["fields"], _NEW
