"""Conformance cases 56 to 64 and 83, with locations: requests to one party.

A receiver that fails is in test_relay_failures.
"""

import base64

import pytest

from entrypoints.sandbox import Platform
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, RunningHub
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    a_location,
    about,
    is_listed,
    let_pass,
    listed,
    outcome,
    own_copy,
    parties,
    party_of,
    patch,
    place,
    pushed,
    put,
)

pytestmark = pytest.mark.e2e
AWAY = (200, 4003)


def test_case_056_all_four_legs_carry_their_headers(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)

    answer = put(p1, item, to=MS1)

    received = p3.wait_for(about(item, method="PUT"))
    token = base64.b64decode(received.headers["authorization"].removeprefix("Token "))
    assert outcome(answer) == CREATED
    assert (received.to, received.from_) == (MS1, ABC)
    assert parties(answer) == (ABC, MS1)
    assert p3.connection.standing(token.decode()) == "REGISTERED"
    assert received.headers["x-request-id"] != answer.request_id
    assert received.headers["x-correlation-id"] == answer.correlation_id
    assert answer.headers["x-request-id"] == answer.request_id
    assert answer.headers["x-correlation-id"] == answer.correlation_id
    assert received.body == next(each for each in p1.sent if each.method == "PUT").body


def test_a_direct_get_reaches_the_owner_with_path_and_query(p1: Platform, p3: Platform) -> None:
    item = p1.own("locations", a_location(p1))

    answer = p3.hub.get("locations", (item["id"], "EVSE1"), "x=a%20b&y=%2F", to=ABC)

    received = p1.wait_for(lambda each: each.module == "locations" and each.method == "GET")
    assert (outcome(answer), answer.data["uid"]) == (OK, "EVSE1")
    assert (received.to, received.from_, received.role) == (ABC, MS1, "SENDER")
    assert received.path.endswith(f"/{item['id']}/EVSE1")
    assert received.query == "x=a%20b&y=%2F"
    assert parties(answer) == (MS1, ABC)


def test_a_direct_push_is_the_receivers_alone(
    p1: Platform, p3: Platform, p4: Platform, p5: Platform
) -> None:
    item = a_location(p1)

    put(p1, item, to=MS1)

    let_pass(p1, [p3, p4, p5])
    assert len(pushed(p3, item)) == 1
    assert not pushed(p4, item) + pushed(p5, item)
    assert listed(p3, item) == item
    assert not is_listed(p4, item)
    assert own_copy(p1, item).status == 404
    found = p1.hub.get("locations", place(item), to=MS1, role="RECEIVER")
    assert (outcome(found), found.data) == (OK, item)


def test_a_direct_patch_changes_the_receivers_copy_alone(
    p1: Platform, p3: Platform, p4: Platform
) -> None:
    item = a_location(p1)
    put(p1, item)
    p3.wait_for(about(item))
    change = {"name": "Only for MS1", "last_updated": "2026-03-01T00:00:00Z"}

    answer = patch(p1, item, change=change, to=MS1)

    assert outcome(answer) == OK
    assert listed(p3, item) == item | change
    assert listed(p4, item) == item
    assert own_copy(p1, item).data == item


def test_a_direct_push_that_was_refused_is_not_kept(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)
    p3.behave("ocpi:2001", "locations", object_id=item["id"], times=1)

    answer = put(p1, item, to=MS1)

    assert outcome(answer) == INVALID
    assert not is_listed(p3, item)


def test_what_is_not_valid_is_not_passed_on(p1: Platform, p3: Platform) -> None:
    item = a_location(p1, publish="yes")

    answer = put(p1, item, to=MS1)

    assert outcome(answer) == INVALID
    assert parties(answer) == (ABC, HUB)
    assert not pushed(p3, item)


def test_case_061_a_receiver_that_refuses_connections_is_4003(join: Join, p3: Platform) -> None:
    owner = join("CPO")
    owner.stop()

    assert outcome(p3.hub.get("locations", to=party_of(owner))) == AWAY

    owner.start()
    assert outcome(p3.hub.get("locations", to=party_of(owner))) == OK


def test_case_062_an_unknown_receiver_is_4001(p1: Platform) -> None:
    answer = put(p1, a_location(p1), to=("XX", "NON"))

    assert outcome(answer) == (200, 4001)
    assert parties(answer) == (ABC, HUB)


def test_case_063_a_suspended_receiver_is_4003_without_a_call(
    hub: RunningHub, join: Join, p3: Platform
) -> None:
    owner = join("CPO")
    administering = hub.inside.hub.administration
    partner = administering.find("-".join(party_of(owner)))

    administering.suspend(partner.id)

    assert outcome(p3.hub.get("locations", to=party_of(owner))) == AWAY
    assert owner.hub.credentials().status == 401
    assert not [each for each in owner.received if each.from_ == MS1]
    administering.resume(partner.id)
    assert outcome(p3.hub.get("locations", to=party_of(owner))) == OK


def test_case_063_a_receiver_that_left_is_not_called(join: Join, p3: Platform) -> None:
    owner = join("CPO")
    party = party_of(owner)
    owner.hub.unregister()
    owner.clear()

    assert outcome(p3.hub.get("locations", to=party)) == AWAY
    assert not owner.received


def test_case_064_to_may_be_in_lower_case(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)

    answer = put(p1, item, to=("nl", "ms1"))

    assert outcome(answer) == CREATED
    assert p3.wait_for(about(item)).to == MS1


def test_a_receiver_without_the_module_is_4000(join: Join, p1: Platform) -> None:
    reader = join("EMSP", modules=[("tokens", "SENDER")])

    assert outcome(put(p1, a_location(p1), to=party_of(reader))) == (200, 4000)


def test_one_party_on_two_platforms_is_found_by_its_role(join: Join, p1: Platform) -> None:
    charging = join("CPO")
    country_code, party_id = party_of(charging)
    driving = join(f"EMSP:{country_code}:{party_id}")
    item = a_location(p1)

    answer = put(p1, item, to=(country_code, party_id))

    assert outcome(answer) == CREATED
    assert len(pushed(driving, item)) == 1
    assert not pushed(charging, item)


def test_a_party_of_the_same_platform_is_reached_through_the_hub(p6: Platform) -> None:
    item = a_location(p6)

    answer = put(p6, item, to=("ES", "EM6"))

    assert outcome(answer) == CREATED
    assert len(pushed(p6, item)) == 1


def test_case_083_a_party_behind_another_hub_is_reached_through_it(
    join: Join, p1: Platform
) -> None:
    second_hub = join("EMSP:SE:E2E", hub_party_id="NLHB2")
    item = a_location(p1)

    answer = put(p1, item, to=("SE", "E2E"))

    received = second_hub.wait_for(about(item))
    assert outcome(answer) == CREATED
    assert (received.to, received.from_) == (("SE", "E2E"), ABC)
    assert parties(answer) == (ABC, ("SE", "E2E"))


def test_another_hub_pushes_for_its_parties_and_may_name_itself(join: Join, p3: Platform) -> None:
    second_hub = join("CPO:SE:E3E", hub_party_id="NLHB3")
    item = a_location(second_hub)

    answer = put(second_hub, item, from_=("NL", "HB3"))

    assert outcome(answer) == CREATED
    assert parties(answer) == (("NL", "HB3"), HUB)
    assert p3.wait_for(about(item)).from_ == HUB
