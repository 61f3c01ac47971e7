"""What an earlier version wrote is read; deliveries say what they are of, in the new way."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
import pytest
from bson import json_util
from bson.codec_options import CodecOptions

from adapters.mongo.delivery_records import as_delivery, as_health, of_delivery, of_health
from adapters.mongo.object_records import as_stored, of_stored
from adapters.mongo.partner_records import as_partner, of_partner
from adapters.ocpi import exact_json
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.lanes import LaneHealth, heard
from domain.delivery.what import (
    AboutCdr,
    AboutCommand,
    AboutObject,
    CdrHandover,
    Event,
    EventType,
    ObjectChange,
)
from domain.objects.stored import ObjectKey
from domain.partners.interest import Interests
from domain.partners.party import PartyId
from domain.places import Place
from tests.contracts.made import facets, partner, stored

_STORES = Path(__file__).parent.parent / "e2e" / "earlier" / "stores.json"
_AWARE: CodecOptions[Any] = CodecOptions(tz_aware=True)
_OWNER = PartyId("DE", "ABC")
_DONE = ObjectKey("cdrs", _OWNER, "CDR-DONE")


def _deliveries() -> list[dict[str, Any]]:
    """As MongoDB gives them."""
    stores = json_util.loads(_STORES.read_text())
    return [_stored(each) for each in stores["deliveries"]]


def _stored(record: dict[str, Any]) -> dict[str, Any]:
    return bson.decode(bson.encode(record), _AWARE)


def _earlier(part: str) -> dict[str, Any]:
    """The one whose id ends so."""
    [found] = [each for each in _deliveries() if each["_id"].endswith(part)]
    return found


def test_a_change_is_of_its_object() -> None:
    what = as_delivery(_earlier("locations/DE/ABC/LOC1")).what

    assert what == ObjectChange(ObjectKey("locations", _OWNER, "LOC1"))


def test_a_cdr_has_its_ref_and_what_was_known_of_it() -> None:
    [record] = [each for each in _deliveries() if each["key"] == "cdrs/DE/ABC/CDR-OWED-C"][:1]
    what = as_delivery(record).what

    assert isinstance(what, CdrHandover)
    assert (f"cdr|{what.ref}", what.key.id) == (record["_id"], "CDR-OWED-C")
    assert what.behind.startswith("cdr|")


def test_an_event_of_an_object_is_about_it() -> None:
    what = as_delivery(_earlier("sessions/DE/ABC/S1|session.updated")).what

    about = AboutObject(ObjectKey("sessions", _OWNER, "S1"))
    assert what == Event(EventType.SESSION_UPDATED, about)


def test_an_event_of_a_cdr_is_about_the_cdr_of_its_ref() -> None:
    [done] = [each for each in _deliveries() if each["key"] == str(_DONE)]
    ref = done["_id"].removeprefix("cdr|")

    what = as_delivery(_earlier(f"/CDR-DONE/{ref.upper()}|cdr.delivered")).what

    assert what == Event(EventType.CDR_DELIVERED, AboutCdr(ref, _DONE))


def test_an_event_of_a_command_is_about_the_command_of_its_id() -> None:
    [command] = json.loads(_STORES.read_text())["commands"]

    what = as_delivery(_earlier("|command.result")).what

    about = AboutCommand(command["_id"], "commands", _OWNER)
    assert what == Event(EventType.COMMAND_RESULT, about)


def test_an_event_of_a_command_that_is_named_no_more_is_about_none() -> None:
    parked = {**_earlier("|command.result"), "missed": None, "sending": None, "state": "parked"}

    assert as_delivery(parked).what == Event(
        EventType.COMMAND_RESULT, AboutCommand("", "commands", _OWNER)
    )


def test_a_refusal_of_an_object_is_of_the_same_object_still() -> None:
    change = as_delivery(_earlier("locations/DE/ABC/LOC1"))
    earlier = [{"delivery": f"d{n}", "subject": f"locations/DE/ABC/L{n}|"} for n in range(4)]
    noted = {"delivery": change.id, "subject": "locations/DE/ABC/LOC1|"}
    health = as_health({**of_health(LaneHealth()), "bare": [*earlier, noted]})

    again = heard(health, Attempt(change.since, Verdict.REFUSED, "HTTP 403", http=403), change)

    assert len(again.health.bare) == 5


def test_a_lane_from_before_there_was_a_ramp_has_none() -> None:
    noted = {name: text for name, text in of_health(LaneHealth()).items() if name != "closed_at"}

    assert as_health(noted) == LaneHealth()


@pytest.mark.parametrize("record", _deliveries(), ids=lambda record: record["_id"][-40:])
def test_each_is_the_same_once_it_is_written_anew(record: dict[str, Any]) -> None:
    delivery = as_delivery(record)

    again = _stored(of_delivery(delivery))

    assert as_delivery(again) == delivery
    assert again["_id"] == f"{delivery.lane}|{delivery.receiver}|{delivery.what.subject}" or (
        isinstance(delivery.what, CdrHandover)
    )
    assert not {"key", "event"} & set(again)


def test_a_location_stands_where_search_found_it() -> None:
    known = replace(stored(facets=facets()), place=None)
    record = {name: each for name, each in of_stored(known).items() if name != "place"}

    assert as_stored(record).place == Place(facets().latitude, facets().longitude)
    assert as_stored(of_stored(known)).place is None


def test_a_partner_has_chosen_nothing() -> None:
    record = of_partner(partner("p"), exact_json)

    assert as_partner({**record, "interests": None}, exact_json).interests == Interests()
    del record["interests"]
    assert as_partner(record, exact_json) == partner("p")


def test_how_sending_went_lately_is_read_of_fields_and_of_bytes() -> None:
    at = datetime(2026, 1, 15, 12, 0, 0, 7_000, tzinfo=UTC)
    recent = ((at, True), (at + timedelta(milliseconds=1), False))
    written = _stored(of_health(LaneHealth(recent=recent)))
    earlier = {**written, "recent": [{"at": at, "well": well} for at, well in recent]}

    assert as_health(written).recent == recent
    assert as_health(_stored(earlier)).recent == recent
