"""Conformance cases 68 to 77: pushes to the hub and who is told.

Case 71 needs tokens and case 74 CDRs: they are not here.
"""

import pytest

from domain.delivery.deliveries import DeliveryState
from entrypoints.sandbox import Platform
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, MS2, RunningHub
from tests.conformance.steps import (
    CREATED,
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
    status,
    until,
)

pytestmark = pytest.mark.e2e


def test_case_068_a_push_to_the_hub_reaches_every_reader_from_the_hub(
    p1: Platform, p2: Platform, p3: Platform, p4: Platform, p5: Platform, p6: Platform, p7: Platform
) -> None:
    item = a_location(p1)

    answer = put(p1, item)

    got = [reader.wait_for(about(item, method="PUT")) for reader in (p3, p4, p5, p6, p7)]
    assert outcome(answer) == CREATED
    assert parties(answer) == (ABC, HUB)
    assert answer.headers["x-request-id"] == answer.request_id
    assert [each.to for each in got] == [MS1, MS2, ("NL", "NAV"), ("ES", "EM6"), ("DE", "OTH")]
    assert {each.from_ for each in got} == {HUB}
    assert all(each.path.endswith(f"/DE/ABC/{item['id']}") for each in got)
    assert len({each.headers["x-request-id"] for each in got} | {answer.request_id}) == 6
    assert {each.headers["x-correlation-id"] for each in got} == {answer.correlation_id}
    let_pass(p1, [p3, p4, p5, p6, p7])
    assert not pushed(p1, item) + pushed(p2, item)
    assert [len(pushed(reader, item)) for reader in (p3, p4, p5, p6, p7)] == [1] * 5


def test_case_068_a_patch_goes_out_as_it_came(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)
    put(p1, item)
    p3.wait_for(about(item))

    answer = patch(p1, item, "EVSE1", change=status("CHARGING") | {"x_foo": "bar"})

    received = p3.wait_for(about(item, "EVSE1"))
    assert outcome(answer) == OK
    assert received.method == "PATCH"
    assert received.json() == status("CHARGING") | {"x_foo": "bar"}
    assert received.headers["x-correlation-id"] == answer.correlation_id


def test_case_068_a_platforms_own_readers_are_not_told(p3: Platform, p6: Platform) -> None:
    item = a_location(p6)

    put(p6, item)

    assert p3.wait_for(about(item)).path.endswith(f"/ES/CP6/{item['id']}")
    let_pass(p6, [p3])
    assert not pushed(p6, item)


def test_case_069_a_platform_without_receiver_locations_is_not_called(
    join: Join, p1: Platform, p3: Platform
) -> None:
    reader = join("EMSP", modules=[("tokens", "SENDER"), ("hubclientinfo", "RECEIVER")])
    item = a_location(p1)

    put(p1, item)

    p3.wait_for(about(item))
    let_pass(p1, [p3])
    assert not [each for each in reader.received if each.module == "locations"]
    assert listed(reader, item) == item


def test_case_070_who_refuses_is_not_asked_again_until_the_object_changes(
    hub: RunningHub, join: Join, p1: Platform, p3: Platform
) -> None:
    reader = join("EMSP")
    item = a_location(p1)
    reader.behave("ocpi:2001", "locations", object_id=item["id"])

    assert outcome(put(p1, item)) == CREATED

    reader.wait_for(about(item))
    partner = hub.inside.hub.administration.find("-".join(party_of(reader)))
    refused = DeliveryState.REFUSED
    until(lambda: hub.inside.hub.delivery_overview.owed(partner_id=partner.id, state=refused))
    let_pass(p1, [p3, reader])
    assert len(pushed(reader, item)) == 1
    reader.behave("well", "locations", object_id=item["id"])
    changed = item | {"name": "Changed", "last_updated": "2026-02-01T00:00:00Z"}
    assert outcome(put(p1, changed)) == OK
    until(lambda: reader.holds("locations", *place(item)) == changed)
    assert len(pushed(reader, item)) == 2


def test_case_070_who_was_down_gets_the_present_state_once(
    join: Join, p1: Platform, p3: Platform
) -> None:
    reader = join("EMSP")
    item = a_location(p1)
    put(p1, item)
    reader.wait_for(about(item))
    reader.stop()
    reader.clear()

    for minute in range(4):
        change = {"name": f"Name {minute}", "last_updated": f"2026-02-01T00:0{minute}:00Z"}
        assert outcome(patch(p1, item, change=change)) == OK
    until(lambda: (p3.holds("locations", *place(item)) or item)["name"] == "Name 3")

    reader.start()
    received = reader.wait_for(about(item), 60.0)
    let_pass(p1, [reader])
    assert (received.method, received.json()) == ("PUT", item | change)
    assert len(pushed(reader, item)) == 1


def test_case_072_a_platform_with_two_readers_gets_two_requests(join: Join, p1: Platform) -> None:
    platform = join("EMSP", "EMSP")
    item = a_location(p1)

    put(p1, item)

    until(lambda: len(pushed(platform, item)) == 2)
    assert {each.to for each in pushed(platform, item)} == {
        party.id for party in platform.profile.parties
    }


def test_case_073_an_owner_is_shown_the_hubs_copy_without_a_call(
    p1: Platform, p3: Platform
) -> None:
    item = a_location(p1)
    put(p1, item)
    p3.wait_for(about(item))
    p3.clear()

    with_to = own_copy(p1, item)
    without = p1.hub.get("locations", place(item, "EVSE1"), role="RECEIVER")

    assert (outcome(with_to), with_to.data) == (OK, item)
    assert parties(with_to) == (ABC, HUB)
    assert without.data == item["evses"][0]
    assert not [each for each in p3.received if each.method == "GET"]


def test_case_073_another_owners_copy_is_not_shown(p1: Platform, p2: Platform) -> None:
    item = a_location(p2)
    put(p2, item)

    assert outcome(own_copy(p1, item)) == (404, 2001)
    assert own_copy(p1, a_location(p1)).status == 404


def test_case_075_get_all_holds_what_the_reader_may_see(
    p1: Platform, p3: Platform, p4: Platform
) -> None:
    for_all, for_ms2 = a_location(p1), a_location(p1)
    put(p1, for_all)

    put(p1, for_ms2, to=MS2)

    answer = p3.hub.get("locations", (), {"limit": 1}, to=p3.hub.hub_party)
    assert parties(answer) == (MS1, HUB)
    assert (is_listed(p3, for_all), is_listed(p3, for_ms2)) == (True, False)
    assert (is_listed(p4, for_all), is_listed(p4, for_ms2)) == (True, True)


def test_case_075_a_list_without_to_is_the_hubs(p3: Platform) -> None:
    answer = p3.hub.get("locations")

    assert outcome(answer) == OK
    assert parties(answer) == (MS1, HUB)


def test_case_075_who_has_left_is_not_served_any_more(join: Join, p3: Platform) -> None:
    owner = join("CPO")
    item = a_location(owner)
    put(owner, item)
    assert is_listed(p3, item)

    owner.hub.unregister()

    assert not is_listed(p3, item)


def test_case_076_what_went_out_and_is_listed_are_the_owners_bytes(
    p1: Platform, p3: Platform
) -> None:
    item = a_location(p1, last_updated="2033-01-01T10:00:00.10")

    put(p1, item)

    sent = next(each.body for each in p1.sent if each.method == "PUT")
    assert p3.wait_for(about(item)).body == sent
    window = {"date_from": "2033-01-01T10:00:00Z", "date_to": "2033-01-01T10:00:01Z"}
    assert sent in p3.hub.get("locations", (), window, to=HUB).raw


@pytest.mark.parametrize("how", ["http:404", "ocpi:2003:404", "ocpi:2003"])
def test_case_077_who_lacks_what_a_patch_changes_gets_the_whole(
    p1: Platform, p3: Platform, how: str
) -> None:
    item = a_location(p1)
    put(p1, item)
    p3.wait_for(about(item))
    p3.clear()
    p3.behave(how, "locations", method="PATCH", object_id=item["id"], times=1)

    patch(p1, item, "EVSE1", change=status("CHARGING"))

    whole = p3.wait_for(about(item, method="PUT"))
    assert [each.method for each in pushed(p3, item)] == ["PATCH", "PUT"]
    assert whole.from_ == HUB
    assert whole.json() == own_copy(p1, item).data
