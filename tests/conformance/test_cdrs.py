"""Conformance cases 53, 97, 100, 101 and 103: the cdrs module itself.

What is refused is in test_cdr_refusals; what the hub has answered for in test_custody.
"""

import re

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import credit_of
from entrypoints.sandbox.wire import decode, encode
from tests.conformance.charges import (
    a_cdr,
    about_cdr,
    cdrs,
    lists,
    of_location,
    post,
)
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, MS2, RunningHub
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    fresh,
    ids,
    link_query,
    outcome,
    parties,
    party_of,
)

pytestmark = pytest.mark.e2e
UNSEEN = "1970-1-1T00:00:00Z"
SIGNED = '\\u00e4\\"\\/\\ud83d\\udd0b' + "QUJD" * 1248 + "\\u002b\\u002f=="
"""As it is on the wire: 5000 characters, some of them escaped without need."""


def test_case_053_a_list_holds_and_counts_ones_own_alone(
    p1: Platform, p2: Platform, join: Join
) -> None:
    driver, other = join("EMSP"), join("EMSP")
    own = [a_cdr(owner, party_of(driver)) for owner in (p1, p2, p1)]
    for owner, item in zip((p1, p2, p1), own, strict=True):
        assert outcome(post(owner, item, to=party_of(driver))) == CREATED
    for _ in range(7):
        assert outcome(post(p1, a_cdr(p1, party_of(other)), to=party_of(other))) == CREATED

    whole = driver.hub.get("cdrs", to=HUB)
    first = driver.hub.get("cdrs", (), {"limit": 2}, to=HUB)

    assert (outcome(whole), parties(whole)) == (OK, (party_of(driver), HUB))
    assert whole.data == own
    assert (whole.headers["x-total-count"], whole.headers["x-limit"]) == ("3", "100")
    assert "link" not in whole.headers
    assert (ids(first), first.headers["x-total-count"]) == ([own[0]["id"], own[1]["id"]], "3")
    assert link_query(first) == {"limit": "2", "offset": "2"}
    window = {"date_from": own[0]["last_updated"], "limit": 1}
    assert [page.data for page in driver.hub.pages("cdrs", window, to=HUB)] == [[i] for i in own]
    until = {"date_to": own[0]["last_updated"]}
    assert driver.hub.get("cdrs", (), until, to=HUB).data == []


def test_a_cdr_is_listed_for_its_owner_and_its_payer_alone(
    p1: Platform, p2: Platform, p3: Platform, p4: Platform, p5: Platform, p6: Platform
) -> None:
    item = a_cdr(p1)
    post(p1, item)

    assert lists(cdrs(p1), item)
    assert lists(cdrs(p3), item)
    assert not [each for each in (p2, p4, p5, p6) if lists(cdrs(each), item)]
    assert not lists(cdrs(p6, from_=("ES", "EM6")), item)


def test_case_097_the_location_is_the_hubs_and_for_the_owner_alone(
    hub: RunningHub, p1: Platform, p2: Platform, p3: Platform, p6: Platform
) -> None:
    item = a_cdr(p1)

    answer = post(p1, item)

    received = p3.wait_for(about_cdr(item))
    url = answer.headers["location"]
    assert outcome(answer) == CREATED
    assert "data" not in answer.envelope
    assert parties(answer) == (ABC, MS1)
    assert (received.to, received.from_) == (MS1, ABC)
    assert received.body == next(each.body for each in p1.sent if each.method == "POST")
    assert url.startswith(hub.place("receiver/cdrs/"))
    assert len(url) <= 255
    found = of_location(p1, answer)
    assert (outcome(found), found.data) == (OK, item)
    assert received.body in found.raw
    for other in (p2, p3, p6):
        assert of_location(other, answer).status == 404
        assert item["id"] not in of_location(other, answer).raw.decode()
    assert p1.hub.call("GET", f"{url}0", token=p1.hub.peer.token).status == 404


def test_a_location_is_found_with_any_to(p1: Platform, p3: Platform) -> None:
    answer = post(p1, a_cdr(p1))
    p3.clear()

    ref = answer.headers["location"].rpartition("/")[2]
    found = [p1.hub.get("cdrs", (ref,), to=to, role="RECEIVER") for to in (MS1, MS2, HUB)]

    assert [outcome(each) for each in found] == [OK] * 3
    assert not [each for each in p3.received if each.method == "GET"]


def test_a_location_is_found_by_who_has_several_parties_and_names_none(
    join: Join, p3: Platform
) -> None:
    owner = join("CPO", "CPO")

    answer = post(owner, a_cdr(owner))

    assert (outcome(answer), outcome(of_location(owner, answer))) == (CREATED, OK)


def test_case_100_credits_name_what_they_credit_and_only_they_have_long_ids(
    p1: Platform, p3: Platform
) -> None:
    original = a_cdr(p1)
    post(p1, original)
    long = fresh("C").ljust(39, "X")
    credit = credit_of(original, id=long)
    nameless = {name: each for name, each in credit.items() if name != "credit_reference_id"}

    assert outcome(post(p1, nameless)) == INVALID
    assert outcome(post(p1, a_cdr(p1, credit_reference_id=original["id"]))) == INVALID
    assert outcome(post(p1, a_cdr(p1, id=long[:37]))) == INVALID
    assert outcome(post(p1, credit)) == CREATED
    assert outcome(post(p1, a_cdr(p1, id=fresh("C").ljust(36, "Y")))) == CREATED
    p3.wait_for(about_cdr(credit))
    assert [each["id"] for each in cdrs(p3) if each.get("credit")][-1] == long


def test_case_101_what_a_cdr_names_need_not_be_known(p1: Platform, p3: Platform) -> None:
    known = a_cdr(p1)
    where = known["cdr_location"] | {"id": fresh("HOME"), "evse_uid": "#NA", "evse_id": "#NA"}
    item = known | {"cdr_location": where, "tariffs": [], "session_id": fresh("S")}
    without = {name: value for name, value in a_cdr(p1).items() if name != "session_id"}

    assert outcome(post(p1, item)) == CREATED
    assert outcome(post(p1, without)) == CREATED
    assert p3.wait_for(about_cdr(item)).json() == item


def test_case_103_what_was_signed_is_delivered_byte_for_byte(p1: Platform, p3: Platform) -> None:
    signed = {"nature": "Start", "plain_data": "PLAIN", "signed_data": "SIGNED"}
    item = a_cdr(p1, signed_data={"encoding_method": "OCMF", "signed_values": [signed]})
    written = encode(item).replace(b"SIGNED", SIGNED.encode())
    assert len(decode(written)["signed_data"]["signed_values"][0]["signed_data"]) == 5000

    answer = post(p1, written)

    assert outcome(answer) == CREATED
    assert p3.wait_for(about_cdr(item)).body == written
    assert written in of_location(p1, answer).raw
    assert written in p3.hub.get("cdrs", (), {"offset": len(cdrs(p3)) - 1}, to=HUB).raw


def test_signed_data_of_5001_characters_is_taken_with_a_remark(p1: Platform) -> None:
    signed = {"nature": "Start", "plain_data": "PLAIN", "signed_data": "x" * 5001}
    item = a_cdr(p1, signed_data={"encoding_method": "OCMF", "signed_values": [signed]})

    answer = post(p1, item)

    assert outcome(answer) == CREATED
    remark = "signed_data.signed_values[0].signed_data: longer than 5000"
    assert answer.message == f"taken with 1 remark: {remark}"


def test_a_meter_without_a_clock_is_delivered_as_it_says(p1: Platform, p3: Platform) -> None:
    item = a_cdr(p1, start_date_time=UNSEEN, end_date_time=UNSEEN)

    answer = post(p1, item)

    received = p3.wait_for(about_cdr(item))
    assert outcome(answer) == CREATED
    assert len(re.findall(UNSEEN.encode(), received.body)) == 2
    assert received.body in of_location(p1, answer).raw
