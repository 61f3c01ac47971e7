"""Conformance cases 29 to 40: envelope and JSON, with locations."""

from decimal import Decimal

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.fixtures import connector, evse
from entrypoints.sandbox.wire import Document, encode
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    a_location,
    about,
    let_pass,
    listed,
    one_plug,
    outcome,
    own_copy,
    parking_place,
    patch,
    place,
    pushed,
    put,
    status,
)

pytestmark = pytest.mark.e2e
BAD_JSON = (400, 2000)


def _put_bytes(owner: Platform, item: Document, body: bytes) -> Answer:
    return owner.hub.push("PUT", "locations", place(item), body, to=owner.hub.hub_party)


@pytest.mark.parametrize(
    "body",
    [
        b"{bad",
        b"",
        b"\xff\xfe",
        b'{"id":"a","id":"b"}',
        b"[" * 33 + b"]" * 33,
        b'{"publish":Infinity}',
        b"{} {}",
    ],
)
def test_case_029_what_is_not_json_is_400_with_an_envelope(p1: Platform, body: bytes) -> None:
    item = a_location(p1)

    answer = _put_bytes(p1, item, body)

    assert outcome(answer) == BAD_JSON
    assert answer.message
    assert own_copy(p1, item).status == 404


def test_case_030_nan_is_400(p1: Platform) -> None:
    item = a_location(p1, parking_places=[parking_place(max_vehicle_weight=Decimal("NaN"))])

    assert outcome(_put_bytes(p1, item, encode(item))) == BAD_JSON
    assert own_copy(p1, item).status == 404


def test_case_031_a_missing_field_is_2001_and_goes_nowhere(
    p1: Platform, p3: Platform, p4: Platform
) -> None:
    item = a_location(p1)
    del item["time_zone"]

    answer = put(p1, item)

    assert outcome(answer) == INVALID
    assert "time_zone" in answer.message
    assert own_copy(p1, item).status == 404
    let_pass(p1, [p3, p4])
    assert not pushed(p3, item)
    assert not pushed(p4, item)


def test_every_wrong_field_is_named_with_its_path(p1: Platform) -> None:
    item = a_location(p1, evses=[evse("EVSE1"), *one_plug(max_voltage="230", format="ROPE")])
    item |= {"publish": "true", "country": "DE"}
    item["evses"][1] |= {"uid": "EVSE2", "status": "BROKEN"}

    answer = put(p1, item)

    paths = {error["path"] for error in answer.data["errors"]}
    assert outcome(answer) == INVALID
    assert paths == {
        "publish",
        "country",
        "evses[1].status",
        "evses[1].connectors[0].format",
        "evses[1].connectors[0].max_voltage",
    }
    assert "publish" in answer.message
    assert len(answer.message) <= 255
    assert all(error["reason"] for error in answer.data["errors"])


def test_case_032_unknown_fields_are_carried_through(p1: Platform, p3: Platform) -> None:
    foo = {"a": 1, "ä": [None, {"$set": "x.y"}], "long": Decimal("0.10")}
    item = a_location(p1, foo=foo, evses=[evse(bar="baz", connectors=[connector(x_y=[])])])

    assert outcome(put(p1, item)) == CREATED

    assert p3.wait_for(about(item)).json() == item
    assert listed(p3, item) == item


def test_case_040_numbers_keep_their_digits(p1: Platform, p3: Platform) -> None:
    digits = ("0.1234", "12345678901.1234", "0.10", "3.0", "1E+2", "0.30000000000000004")
    item = a_location(
        p1,
        parking_places=[
            parking_place(id=f"P{n}", max_vehicle_weight=_Spelled(text))
            for n, text in enumerate(digits)
        ],
    )

    assert outcome(put(p1, item)) == CREATED

    seen = p3.wait_for(about(item)).body
    stored = own_copy(p1, item).raw
    for text in digits:
        assert f'"max_vehicle_weight":{text}'.encode() in seen
        assert f'"max_vehicle_weight":{text}'.encode() in stored


def test_what_the_hub_does_not_know_survives_every_change(p1: Platform, p3: Platform) -> None:
    odd = b'"foo":"\\ud800","n":1e5,"z":0.10,"k.$x":{"":1}'
    item = a_location(p1)
    body = encode(item)[:-1] + b"," + odd + b"}"

    assert outcome(_put_bytes(p1, item, body)) == CREATED
    assert p3.wait_for(about(item)).body == body
    assert outcome(patch(p1, item, "EVSE1", change=status("CHARGING"))) == OK

    assert odd in own_copy(p1, item).raw


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/json; charset=utf-8"])
def test_json_is_taken_with_any_content_type(p1: Platform, content_type: str | None) -> None:
    headers = {"Content-Type": content_type}

    assert outcome(put(p1, a_location(p1), headers=headers)) == CREATED


class _Spelled(Decimal):
    """A number that is sent with the very digits it was written with."""

    def __new__(cls, text: str) -> "_Spelled":
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str

    def __str__(self) -> str:
        return self.text
