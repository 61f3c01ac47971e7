"""Records that a later version wrote are read: what this one does not know of them is passed over.

Who goes back to the version before must find its CDRs, commands and locations.
"""

from dataclasses import replace
from typing import Any

import bson
import pytest
from bson.codec_options import CodecOptions

from adapters.mongo.client import Record
from adapters.mongo.command_records import as_command, of_command
from adapters.mongo.delivery_records import as_delivery, of_delivery
from adapters.mongo.object_records import as_stored, of_stored
from adapters.mongo.partner_records import as_partner, of_partner
from adapters.ocpi import exact_json
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import delivery_of
from domain.delivery.what import Unknown
from domain.objects.stored import Facets, Plug
from domain.partners.interest import NOTHING, Interest, Interests
from domain.places import Box, Place
from tests.contracts.made import NOON, a_request, filed, owing, partner, stored
from tests.contracts.test_command_store import answered, made


def later(record: Record, but: str = "") -> Record:
    """The record as a later version may have left it; `but`: whose fields are names of ours."""
    kept = {but: record[but]} if but else {}
    written = bson.encode({**_with_more(record), **kept})
    return dict(bson.decode(written, codec_options=CodecOptions(tz_aware=True)))


def _with_more(record: Any) -> Any:
    """The record with a field more at each depth."""
    if isinstance(record, list):
        return [_with_more(each) for each in record]
    if not isinstance(record, dict):
        return record
    return {name: _with_more(value) for name, value in record.items()} | {"of_later": 1}


def test_a_delivery() -> None:
    tried = replace(owing(filed()), last=Attempt(NOON, Verdict.REFUSED, "no", http=200))

    assert as_delivery(later(of_delivery(tried))) == tried


@pytest.mark.parametrize(
    "what",
    [
        {"kind": "statement", "month": "2026-01"},
        {"kind": "statement", "key": "cdrs/DE/ABC/1", "event": "cdr.accepted"},
        {"kind": "object_event", "key": "locations/DE/ABC/LOC1", "event": "location.updated"},
    ],
)
def test_a_delivery_of_what_this_version_does_not_know_is_kept_as_it_is(what: Record) -> None:
    record = later({**of_delivery(delivery_of(a_request(), now=NOON)), "what": what})

    delivery = as_delivery(record)

    assert isinstance(delivery.what, Unknown)
    assert not {"what", "handover", "untold"} & set(of_delivery(delivery))


def test_an_event_of_a_cdr_that_this_version_does_not_know_stays_to_be_told() -> None:
    record = later({**of_delivery(owing(filed())), "untold": ["cdr.accepted", "cdr.disputed"]})

    delivery = as_delivery(record)

    assert of_delivery(delivery)["untold"] == ["cdr.accepted", "cdr.disputed"]


def test_an_object() -> None:
    facets = Facets(52.5, 13.4, "ABC", "DE", "ABC", (Plug("IEC_62196_T2", 22_000, "AVAILABLE"),))
    known = replace(stored(facets=facets), place=Place(52.5, 13.4))

    assert as_stored(later(of_stored(known))) == known


def test_a_partner() -> None:
    chosen = {"locations": Interest(box=Box(1, 2, 3, 4)), "tokens": NOTHING}
    known = replace(partner("p"), interests=Interests().changed(chosen, now=NOON))

    assert as_partner(later(of_partner(known, exact_json), "synced"), exact_json) == known


def test_a_command() -> None:
    begun = made()
    done = answered(made("C2")).with_result("ACCEPTED", b"{}", correlation_id="C-1", now=NOON)

    assert as_command(later(of_command(begun))) == begun
    assert as_command(later(of_command(done))) == done
