"""Conformance cases 104 and 105: tariffs, and who is told when one goes."""

import pytest

from entrypoints.sandbox import Platform
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, MS2, RunningHub
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    outcome,
    parties,
    party_of,
    place,
    until,
)
from tests.conformance.tariffs import (
    NEWER,
    a_tariff,
    about_tariff,
    delete_tariff,
    heard,
    is_listed,
    known,
    let_tariffs_pass,
    own_tariff,
    put_tariff,
)

pytestmark = pytest.mark.e2e
GONE = (404, 2000)


def test_case_104_a_tariff_says_whether_tax_is_included(p1: Platform, p3: Platform) -> None:
    without = a_tariff(p1)
    del without["tax_included"]

    refused = put_tariff(p1, without)

    assert outcome(refused) == INVALID
    assert [each["path"] for each in refused.data["errors"]] == ["tax_included"]
    assert outcome(own_tariff(p1, without)) == GONE
    north_american = a_tariff(p1, tax_included="N/A")
    assert outcome(put_tariff(p1, north_american)) == CREATED
    assert p3.wait_for(about_tariff(north_american, "PUT")).json() == north_american


def test_case_104_an_addressed_tariff_is_looked_at_as_well(p1: Platform, p3: Platform) -> None:
    wrong = a_tariff(p1, tax_included="MAYBE")

    assert outcome(put_tariff(p1, wrong, to=MS1)) == INVALID
    assert not heard(p3, wrong)


def test_a_tariff_reaches_every_reader_as_its_owners_bytes(
    p1: Platform, p2: Platform, p3: Platform, p5: Platform, p7: Platform
) -> None:
    item = a_tariff(p1, x_more={"kept": "as it is"}, elements=[_weekend_element()])

    assert outcome(put_tariff(p1, item)) == CREATED

    sent = next(each.body for each in p1.sent if each.method == "PUT")
    got = [reader.wait_for(about_tariff(item, "PUT")) for reader in (p3, p5, p7)]
    assert [each.body for each in got] == [sent] * 3
    assert {each.from_ for each in got} == {HUB}
    assert (is_listed(p3, item), own_tariff(p1, item).data) == (True, item)
    assert not heard(p2, item)


def test_case_105_a_delete_to_the_hub_reaches_every_reader_as_delete(
    p1: Platform, p2: Platform, p3: Platform, p4: Platform, p5: Platform, p6: Platform, p7: Platform
) -> None:
    readers = (p3, p4, p5, p6, p7)
    item = known(p1, a_tariff(p1), *readers)

    answer = delete_tariff(p1, item)

    got = [reader.wait_for(about_tariff(item, "DELETE")) for reader in readers]
    assert outcome(answer) == OK
    assert parties(answer) == (ABC, HUB)
    assert [each.to for each in got] == [MS1, MS2, ("NL", "NAV"), ("ES", "EM6"), ("DE", "OTH")]
    assert {each.from_ for each in got} == {HUB}
    assert all(each.path.endswith(f"/DE/ABC/{item['id']}") and not each.body for each in got)
    assert len({each.headers["x-request-id"] for each in got} | {answer.request_id}) == 6
    assert {each.headers["x-correlation-id"] for each in got} == {answer.correlation_id}
    let_tariffs_pass(p1, *readers)
    assert [len(heard(reader, item)) for reader in readers] == [1] * 5
    assert [reader.holds("tariffs", *place(item)) for reader in readers] == [None] * 5
    assert not heard(p2, item)


def test_case_105_what_was_deleted_is_404_and_in_no_list(p1: Platform, p3: Platform) -> None:
    item = known(p1, a_tariff(p1), p3)

    assert outcome(delete_tariff(p1, item)) == OK

    assert outcome(own_tariff(p1, item)) == GONE
    assert (is_listed(p3, item), is_listed(p1, item)) == (False, False)
    assert outcome(delete_tariff(p1, item)) == GONE
    assert outcome(delete_tariff(p1, a_tariff(p1))) == GONE


def test_case_105_without_to_it_is_the_same(p1: Platform, p3: Platform) -> None:
    item = known(p1, a_tariff(p1), p3)

    assert outcome(delete_tariff(p1, item, to=None)) == OK

    p3.wait_for(about_tariff(item, "DELETE"))
    assert own_tariff(p1, item).status == 404


def test_case_105_a_put_makes_it_anew(p1: Platform, p3: Platform) -> None:
    item = known(p1, a_tariff(p1, last_updated=NEWER), p3)
    delete_tariff(p1, item)
    p3.wait_for(about_tariff(item, "DELETE"))
    again = item | {"currency": "DKK", "last_updated": "2026-01-20T00:00:00Z"}

    assert outcome(put_tariff(p1, again)) == CREATED

    until(lambda: p3.holds("tariffs", *place(item)) == again)
    assert is_listed(p3, item)


def test_case_105_who_was_down_gets_the_delete_once(join: Join, p1: Platform, p3: Platform) -> None:
    reader = join("EMSP")
    item = known(p1, a_tariff(p1), reader)
    reader.stop()

    assert outcome(put_tariff(p1, item | {"currency": "DKK", "last_updated": NEWER})) == OK
    assert outcome(delete_tariff(p1, item)) == OK
    p3.wait_for(about_tariff(item, "DELETE"))

    reader.start()
    reader.wait_for(about_tariff(item, "DELETE"), 60.0)
    let_tariffs_pass(p1, reader)
    assert [each.method for each in heard(reader, item)] == ["DELETE"]
    assert reader.holds("tariffs", *place(item)) is None


def test_case_105_who_never_had_it_owes_and_is_owed_nothing(
    hub: RunningHub, join: Join, p1: Platform
) -> None:
    item = known(p1, a_tariff(p1))
    reader = join("EMSP")

    delete_tariff(p1, item)

    reader.wait_for(about_tariff(item, "DELETE"))
    partner = hub.inside.hub.administration.find("-".join(party_of(reader)))
    let_tariffs_pass(p1, reader)
    until(lambda: not hub.inside.hub.delivery_overview.owed(partner_id=partner.id))
    assert len(heard(reader, item)) == 1


def test_a_delete_for_one_party_is_passed_on_and_is_about_that_party(
    p1: Platform, p3: Platform, p4: Platform
) -> None:
    item = known(p1, a_tariff(p1), p3, p4)

    answer = delete_tariff(p1, item, to=MS1)

    assert outcome(answer) == OK
    assert parties(answer) == (ABC, MS1)
    [told] = heard(p3, item)
    assert (told.method, told.from_, told.to) == ("DELETE", ABC, MS1)
    assert (is_listed(p3, item), is_listed(p4, item)) == (False, True)
    assert own_tariff(p1, item).data == item
    newer = item | {"last_updated": NEWER}
    assert outcome(put_tariff(p1, newer)) == OK
    assert is_listed(p3, item)


def test_a_tariff_for_one_party_alone_goes_by_a_delete_to_it(p1: Platform, p4: Platform) -> None:
    item = a_tariff(p1)
    assert outcome(put_tariff(p1, item, to=MS2)) == CREATED
    assert is_listed(p4, item)

    assert outcome(delete_tariff(p1, item)) == GONE
    assert outcome(delete_tariff(p1, item, to=MS2)) == OK

    assert not is_listed(p4, item)
    assert outcome(delete_tariff(p1, item, to=MS2)) == GONE


def test_what_a_party_refuses_to_delete_stays_in_its_list(p1: Platform, p4: Platform) -> None:
    item = a_tariff(p1)
    put_tariff(p1, item, to=MS2)
    p4.behave("ocpi:2001", "tariffs", method="DELETE", object_id=item["id"])

    assert outcome(delete_tariff(p1, item, to=MS2)) == INVALID

    assert is_listed(p4, item)


def test_a_tariff_is_neither_patched_nor_posted_and_never_another_owners(
    p1: Platform, p2: Platform
) -> None:
    item = known(p1, a_tariff(p1))
    url = p1.hub.url("tariffs", "RECEIVER", place(item))

    for method in ("PATCH", "POST"):
        answer = p1.hub.call(method, url, token=p1.hub.peer.token, body={"last_updated": NEWER})
        assert outcome(answer) == (405, 2000)
    assert outcome(delete_tariff(p2, item)) == (404, 2001)
    assert own_tariff(p1, item).data == item


def test_a_pulled_list_adds_tariffs_and_never_deletes_one(
    hub: RunningHub, join: Join, p3: Platform
) -> None:
    owner = join("CPO")
    pushed, listed, deleted = (a_tariff(owner) for _ in range(3))
    known(owner, pushed, p3)
    known(owner, deleted, p3)
    delete_tariff(owner, deleted)
    for item in (listed, deleted):
        owner.own("tariffs", item)
    partner = hub.inside.hub.administration.find("-".join(party_of(owner)))

    hub.inside.hub.pulls_of_partners.pull(partner.id, whole=True)

    assert p3.wait_for(about_tariff(listed, "PUT")).json() == listed
    assert [is_listed(p3, item) for item in (pushed, listed, deleted)] == [True, True, False]


def _weekend_element() -> dict[str, object]:
    component = {"type": "TIME", "price": 2, "step_size": 300}
    days = {"day_of_week": ["SATURDAY", "SUNDAY"], "start_time": "22:00", "end_time": "06:00"}
    return {"price_components": [component], "restrictions": days}
