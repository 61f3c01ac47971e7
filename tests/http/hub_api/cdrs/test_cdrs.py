"""CDRs in custody: seen by both sides of the bill, accounted for, and handed over again."""

from datetime import timedelta
from hashlib import sha256

from domain.cdrs.custody import delivery_id_of
from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.charging import cdr, credit_of
from tests.http.bills import bills_at, post, ref_of
from tests.http.hub_server import HubServer

_CDR1 = "/cdrs/DE/ABC/CDR1"


def test_a_cdr_is_shown_as_it_came_to_who_bills_to_who_owes_and_to_operators(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    ref = ref_of(post(cpo))
    sent = cpo.sent[-1].body

    for by in (cpo.hub, msp.hub, None):
        assert sent in hub.get(f"/cdrs/{ref}", by=by).raw
        assert sent in hub.get("/cdrs/de/abc/cdr1", by=by).raw
        assert hub.get("/cdrs", by=by).data == [cdr()]


def test_to_every_other_partner_it_is_not_there(
    hub: HubServer, cpo: Platform, msp: Platform, other_msp: Platform
) -> None:
    ref = ref_of(post(cpo))

    for path in (f"/cdrs/{ref}", _CDR1):
        assert hub.get(path, by=other_msp.hub).status == 404
        assert hub.get(f"{path}/delivery", by=other_msp.hub).status == 404
    assert hub.get("/cdrs", by=other_msp.hub).data == []
    assert hub.get("/cdrs/DEU/ABC/CDR1").code == 2001


def test_cdrs_are_listed_a_page_at_a_time(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    for number in range(3):
        post(cpo, id=f"CDR{number}")

    first = hub.get("/cdrs?limit=2", by=msp.hub)

    assert [each["id"] for each in first.data] == ["CDR0", "CDR1"]
    assert first.headers["x-total-count"] == "3"
    assert 'rel="next"' in first.headers["link"]


def test_the_delivery_says_that_it_was_received_and_what_proves_it(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    ref = ref_of(post(cpo))
    sent = cpo.sent[-1].body
    hub.deliver()

    told = hub.get(f"/cdrs/{ref}/delivery", by=cpo.hub).data

    assert hub.get(f"{_CDR1}/delivery", by=msp.hub).data == told
    [taken] = [each for each in msp.received if each.module == "cdrs"]
    assert (told["ref"], told["state"], told["receiver"]) == (ref, "delivered", "NL-MS1")
    assert told["cdr"] == {"owner": "DE-ABC", "id": "CDR1"}
    assert told["sha256"] == sha256(sent).hexdigest()
    assert told["receipt"]["sha256"] == sha256(taken.answer_body).hexdigest()
    assert told["receipt"]["location"]
    assert (told["next_attempt"], told["behind"], told["parked_by_age"]) == (None, None, False)
    [attempt] = told["attempts"]
    assert (attempt["http"], attempt["ocpi"], attempt["unsure"]) == (201, 1000, False)
    assert told["received_at"] <= attempt["at"]


def test_what_is_still_owed_says_why_and_when_it_is_tried_next(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    msp.behave("http:500", "cdrs")
    ref = ref_of(post(cpo))
    hub.deliver()

    told = hub.get(f"/cdrs/{ref}/delivery", by=msp.hub).data

    assert (told["state"], told["receipt"]) == ("due", None)
    [attempt] = told["attempts"]
    assert (attempt["http"], attempt["ocpi"]) == (500, None)
    assert told["next_attempt"] > attempt["at"]


def test_after_thirty_days_it_is_parked_by_age_and_tried_all_the_same(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    ref = ref_of(post(cpo))
    then = hub.container.clock.now() - timedelta(days=30)
    hub.container.mongo()["deliveries"].update_one(
        {"_id": delivery_id_of(ref)},
        {"$set": {"since": then, "cdr.created": int(then.timestamp() * 1_000_000)}},
    )

    told = hub.get(f"/cdrs/{ref}/delivery").data

    assert (told["state"], told["parked_by_age"]) == ("due", True)
    assert told["next_attempt"] is not None
    assert hub.get("/cdrs/verify").data["parked"] == 1


def test_a_credit_waits_behind_what_it_credits_and_says_so(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    msp.behave("http:500", "cdrs")
    ref = ref_of(post(cpo))
    behind = ref_of(post(cpo, **credit_of(cdr())))

    told = hub.get(f"/cdrs/{behind}/delivery").data

    assert (told["state"], told["behind"], told["next_attempt"]) == ("waiting", ref, None)
    assert hub.call("POST", f"/cdrs/{behind}/replay").code == 2001


def test_what_the_emsp_refused_at_once_is_the_owners_alone(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    msp.behave("ocpi:2001", "cdrs")
    assert post(cpo, to=("NL", "MS1")).code == 2001

    told = hub.get(f"{_CDR1}/delivery", by=cpo.hub).data

    assert (told["state"], told["attempts"][0]["ocpi"]) == ("declined", 2001)
    assert hub.get(_CDR1, by=msp.hub).status == 404
    assert hub.get("/cdrs").data == []
    assert hub.call("POST", f"/cdrs/{told['ref']}/replay").code == 2001


def test_a_cdr_is_handed_over_again_at_an_operators_word(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    ref = ref_of(post(cpo))
    hub.deliver()

    replayed = hub.call("POST", f"/cdrs/{ref}/replay")
    hub.pump()

    assert replayed.data["state"] == "due"
    assert bills_at(msp) == 2
    assert hub.call("POST", "/cdrs/nothing/replay").status == 404


def test_all_that_a_party_was_to_get_since_a_time_is_handed_over_again(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    for number in range(2):
        post(cpo, id=f"CDR{number}")
    hub.deliver()
    tomorrow = hub.container.clock.now() + timedelta(days=1)

    def replayed(party: str, since: str) -> Answer:
        return hub.call("POST", "/cdrs/replay", body={"party": party, "since": since})

    assert replayed("nl-ms1", "2020-01-01").data == {"replayed": 2}
    hub.pump()
    assert bills_at(msp) == 4
    assert replayed("NL-MS1", f"{tomorrow:%Y-%m-%d}").data == {"replayed": 0}
    assert replayed("BE-ELE", "2020-01-01T00:00:00Z").status == 404
    assert replayed("NL-MS1", "yesterday").code == 2001
    assert hub.call("POST", "/cdrs/replay", body={"party": "NL-MS1"}).code == 2001


def test_a_cdr_is_held_back_until_it_is_retried(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    ref = ref_of(post(cpo))
    [owed] = [each for each in hub.get("/deliveries").data if each["module"] == "cdrs"]
    name = owed["short_id"]

    parked = hub.call("POST", f"/deliveries/{name}/park")
    hub.deliver()

    assert (parked.data["state"], bills_at(msp)) == ("parked", 0)
    assert hub.get(f"/cdrs/{ref}/delivery", by=cpo.hub).data["state"] == "parked"
    assert [each["id"] for each in hub.get("/deliveries?state=parked").data] == [owed["id"]]
    assert hub.call("POST", f"/deliveries/{name}/park").code == 2001
    assert hub.call("POST", f"/deliveries/{name}/retry").data["state"] == "due"
    hub.pump()
    assert bills_at(msp) == 1
    assert [each["id"] for each in hub.get("/deliveries?state=delivered").data] == [owed["id"]]


def test_another_cdr_of_an_id_that_is_taken_is_kept_for_operators(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    ref = ref_of(post(cpo))
    assert post(cpo, remark="another").code == 2001

    [conflict] = hub.get("/cdrs/conflicts").data

    assert (conflict["ref"], conflict["cdr"]["id"]) == (ref, "CDR1")
    assert conflict["partner"]["id"] == hub.get("/partners/DE-ABC").data["id"]
    assert conflict["document"]["remark"] == "another"
    assert conflict["sha256"] == sha256(cpo.sent[-1].body).hexdigest()


def test_verifying_counts_every_cdr_by_what_became_of_it(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    post(cpo, id="GONE")
    hub.deliver()
    msp.behave("ocpi:2001", "cdrs", object_id="SAID-NO")
    post(cpo, id="SAID-NO", to=("NL", "MS1"))
    msp.behave("http:500", "cdrs")
    post(cpo, id="OWED")

    count = hub.get("/cdrs/verify").data

    assert count == {
        "archived": 3,
        "delivered": 1,
        "pending": 1,
        "refused": 1,
        "parked": 0,
        "by_pull": 0,
        "damaged": [],
        "unowed": [],
        "adds_up": True,
    }


def test_verifying_names_what_is_damaged_and_what_has_no_delivery(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    damaged, lost = ref_of(post(cpo, id="CDR1")), ref_of(post(cpo, id="CDR2"))
    stores = hub.container.mongo()
    stores["cdrs"].update_one({"_id": damaged}, {"$set": {"body": b"{}"}})
    stores["deliveries"].delete_one({"_id": delivery_id_of(lost)})

    count = hub.get("/cdrs/verify").data

    assert (count["damaged"], count["unowed"]) == ([damaged], [lost])
    assert count["adds_up"] is False
    assert hub.get(f"/cdrs/{lost}/delivery").data["state"] is None


def test_doubtful_cdrs_are_listed_with_the_reason_and_handed_over(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    begun, ended = "2099-01-15T07:00:00Z", "2099-01-15T06:00:00Z"
    ref = ref_of(post(cpo, start_date_time=begun, end_date_time=ended))
    post(cpo, id="USUAL", session_id="ANOTHER")
    hub.deliver()

    [told] = hub.get("/cdrs/doubtful").data

    assert (told["ref"], told["cdr"], told["state"]) == (
        ref,
        {"owner": "DE-ABC", "id": "CDR1"},
        "delivered",
    )
    assert told["reasons"] == [
        "end_date_time is before start_date_time",
        "start_date_time is later than the CDR came",
    ]
    assert bills_at(msp) == 2


def test_a_credit_before_its_original_waits_for_it(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    ref = ref_of(post(cpo, **credit_of(cdr())))
    told = hub.get(f"/cdrs/{ref}/delivery").data
    assert (told["state"], told["behind"], told["remark"]) == ("waiting", None, None)
    assert hub.get("/settlement").data["positions"] == []

    post(cpo)
    hub.deliver()
    hub.deliver()

    assert hub.get(f"/cdrs/{ref}/delivery").data["state"] == "delivered"
    [position] = hub.get("/settlement").data["positions"]
    assert (position["cdrs"], position["credits"], position["net"], position["kwh"]) == (2, 1, 0, 0)


def test_a_credit_that_does_not_fit_is_refused_by_the_fields_name(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    post(cpo)

    answer = post(cpo, **{**credit_of(cdr()), "total_energy": -20})

    assert answer.code == 2001
    assert "total_energy: differs from the CDR that is credited" in str(answer.message)
