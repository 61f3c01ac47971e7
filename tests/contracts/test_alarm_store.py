"""What every store of alarms promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.mongo import Mongo, MongoAlarms, MongoClock
from adapters.mongo.alarms import COLLECTION, KEPT_S
from adapters.system import SystemClock
from domain.errors import RecordChanged
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import CLEARED, RAISED, Acknowledged, Alarm, Rung, alarm_of
from domain.ports import Alarms
from tests.contracts.made import later


def an_alarm(
    whom: str = "DE-ABC", kind: AlarmKind = AlarmKind.LANE_HELD, *, at: float = 0
) -> Alarm:
    return alarm_of(Rung(kind, whom, "state: the oldest is owed since …"), times=2, now=later(at))


def test_an_alarm_comes_back_as_it_was_raised(alarms: Alarms) -> None:
    saved = alarms.save(an_alarm())

    assert saved == replace(an_alarm(), revision=1)
    assert alarms.get(saved.id) == saved
    assert alarms.get("none") is None


def test_an_alarm_that_is_over_and_was_acknowledged_comes_back(alarms: Alarms) -> None:
    saved = alarms.save(an_alarm())
    over = replace(saved, acknowledged=Acknowledged("anna", later(1)), episode=3).cleared(later(2))

    assert alarms.get(saved.id) != over
    assert alarms.get(alarms.save(over).id) == replace(over, revision=2)


def test_of_two_that_write_one_decides_again(alarms: Alarms) -> None:
    saved = alarms.save(an_alarm())
    with pytest.raises(RecordChanged):
        alarms.save(an_alarm())
    alarms.save(saved)

    with pytest.raises(RecordChanged):
        alarms.save(saved)


def test_alarms_are_listed_by_state_and_kind_seen_last_first(alarms: Alarms) -> None:
    first, over, last = (
        alarms.save(an_alarm("A", at=1)),
        alarms.save(an_alarm("B", at=2).cleared(later(3))),
        alarms.save(an_alarm("C", AlarmKind.CDR_PARKED, at=3)),
    )

    assert alarms.listed(limit=9) == (last, over, first)
    assert alarms.listed(limit=1) == (last,)
    assert alarms.listed(is_open=True, limit=9) == (last, first)
    assert alarms.listed(is_open=False, limit=9) == (over,)
    assert alarms.listed(kind=AlarmKind.LANE_HELD, limit=9) == (over, first)
    assert alarms.listed(is_open=True, kind=AlarmKind.LANE_HELD, limit=9) == (first,)


def test_what_is_open_is_counted_by_kind(alarms: Alarms) -> None:
    for each in (an_alarm("A"), an_alarm("B"), an_alarm("C", AlarmKind.CDR_PARKED)):
        alarms.save(each)
    alarms.save(an_alarm("D", AlarmKind.KEY_OLD).cleared(later(1)))

    assert alarms.counts() == {AlarmKind.LANE_HELD: 2, AlarmKind.CDR_PARKED: 1}


def test_what_is_to_be_told_is_found_until_it_is_told(alarms: Alarms) -> None:
    saved = alarms.save(alarms.save(an_alarm()).cleared(later(1)))
    assert saved.untold == (RAISED, CLEARED)

    assert alarms.untold(limit=9) == (saved,)
    alarms.save(replace(saved, untold=()))
    assert alarms.untold(limit=9) == ()


def test_the_last_look_of_a_sweeper_is_known(alarms: Alarms) -> None:
    assert alarms.last_look() is None
    alarms.looked(later(1))
    alarms.looked(later(2))

    assert alarms.last_look() == later(2)


def test_a_kind_of_a_later_version_is_passed_over(mongo: Mongo) -> None:
    alarms = MongoAlarms(mongo)
    saved = alarms.save(an_alarm())
    mongo()[COLLECTION].update_one({"_id": saved.id}, {"$set": {"kind": "engine.overheated"}})

    assert alarms.get(saved.id) is None
    assert alarms.listed(limit=9) == alarms.untold(limit=9) == ()
    assert alarms.counts() == {}


def test_an_alarm_that_is_over_goes_after_ninety_days(mongo: Mongo) -> None:
    index = mongo()[COLLECTION].index_information()["end"]

    assert index["expireAfterSeconds"] == KEPT_S == timedelta(days=90).total_seconds()
    assert "cleared_at" not in (mongo()[COLLECTION].find_one() or {})


def test_the_stores_clock_is_aware_of_utc(mongo: Mongo) -> None:
    assert abs(MongoClock(mongo).now() - SystemClock().now()) < timedelta(minutes=1)
