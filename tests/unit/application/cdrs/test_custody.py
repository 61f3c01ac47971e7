"""Taking custody: who owes a CDR is decided, then it is written, then it is answered (D-9)."""

from decimal import Decimal
from hashlib import sha256

import pytest

from application.cdrs import custody as custody_module
from application.cdrs.custody import Taken
from domain import errors
from domain.cdrs.custody import ref_of
from domain.delivery.deliveries import DeliveryState
from domain.errors import (
    InvalidDocument,
    InvalidParameter,
    NotReplaceable,
    NotYours,
    ReceiverAway,
    UnknownObject,
    UnknownReceiver,
)
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from domain.partners.partner import PartnerState
from domain.partners.party import Role
from tests.builders import ABC, HUB, NOON, QRS, XYZ, a_partner, a_role
from tests.charging import CDR1, a_cdr, a_cdr_token
from tests.unit.application.billing import (
    a_payer,
    handed,
    lists,
    post,
    posts,
    pump,
    state,
    suspend,
)
from tests.unit.application.house import House


def test_a_cdr_is_filed_as_the_bytes_that_came_and_owed_to_whose_token_it_is(
    market: House,
) -> None:
    body = b" " + market.json.dump(a_cdr(signed_data="as it was written")) + b" "

    taken = post(market, body=body)

    assert taken == Taken(taken.filed, created=True)
    assert (taken.filed.body, taken.filed.is_whole) == (body, True)
    assert (taken.filed.receiver, taken.filed.sender, taken.filed.origin) == (XYZ, ABC, "cpo")
    assert market.archive.get(taken.filed.ref) == taken.filed
    assert (handed(market, taken).receiver, state(market, taken)) == (XYZ, DeliveryState.DUE)
    assert market.wake.pumped == 1
    assert market.wire.asked == []


def test_a_cdr_whose_id_no_url_can_carry_is_not_taken(market: House) -> None:
    with pytest.raises(InvalidDocument, match="id: leads out"):
        post(market, a_cdr("../../../../credentials"))


def test_what_is_to_the_hub_goes_out_in_the_background_once_as_it_came(market: House) -> None:
    body = market.json.dump(a_cdr(kept=Decimal("1.50"))).replace(b",", b" , ")
    taken = post(market, body=body)

    pump(market)
    pump(market, after_s=86_400)

    [request] = market.wire.asked
    assert (request.method, request.url) == ("POST", "https://emsp.example/2.3.0/receiver/cdrs")
    assert (request.sender, request.receiver, request.correlation_id) == (ABC, XYZ, "C-1")
    assert request.body == body
    assert b'"kept":1.50' in body
    assert state(market, taken) is DeliveryState.DELIVERED


def test_a_cdr_that_breaks_the_field_tables_is_not_filed(market: House) -> None:
    with pytest.raises(InvalidDocument):
        post(market, a_cdr(total_energy=None))

    assert market.archive.latest(CDR1) is None


def test_a_cdr_of_another_owner_is_not_filed(market: House) -> None:
    market.with_partners(a_partner("other", a_role(Role.CPO, QRS)))

    with pytest.raises(NotYours):
        post(market, by="other")

    assert market.archive.latest(CDR1) is None


def test_only_a_cpo_bills(market: House) -> None:
    market.with_partners(a_partner("both", a_role(Role.EMSP, QRS)))

    with pytest.raises(NotYours):
        post(market, a_cdr(country_code="BE", party_id="QRS"), by="both")


def test_no_emsp_is_billed_for_anothers_token(market: House) -> None:
    market.with_partners(a_payer("other", QRS))

    with pytest.raises(InvalidParameter):
        post(market, to=QRS)

    assert market.archive.latest(CDR1) is None


def test_an_unknown_receiver_is_said_before_anything_is_stored(market: House) -> None:
    with pytest.raises(UnknownReceiver):
        post(market, a_cdr(cdr_token=a_cdr_token(QRS)))

    assert market.archive.latest(CDR1) is None


@pytest.mark.parametrize("state", [PartnerState.SUSPENDED, PartnerState.UNREGISTERED])
def test_a_receiver_that_is_not_connected_is_said_before_anything_is_stored(
    market: House, state: PartnerState
) -> None:
    market.with_partners(a_payer("other", QRS, state=state))

    with pytest.raises(ReceiverAway):
        post(market, a_cdr(cdr_token=a_cdr_token(QRS)))

    assert market.archive.latest(CDR1) is None


def test_a_receiver_that_is_only_offline_is_no_reason_to_refuse(market: House) -> None:
    market.partners.probed("emsp", failures=2, reachable=False, now=NOON)

    taken = post(market, to=XYZ)

    assert state(market, taken) is DeliveryState.DUE
    assert market.wire.asked == []


def test_the_same_cdr_again_has_the_same_ref_and_is_handed_over_once(market: House) -> None:
    first = post(market)
    pump(market)

    again = post(market)
    pump(market)

    assert again == Taken(first.filed, created=False)
    assert posts(market) == ["CDR1"]


def test_neither_the_order_of_fields_nor_digits_behind_make_another_cdr(market: House) -> None:
    first = post(market, a_cdr(total_energy=Decimal("20.000")))
    reordered = dict(reversed(a_cdr(total_energy=Decimal("20.0")).items()))

    again = post(market, reordered)

    assert again == Taken(first.filed, created=False)


def test_an_id_counts_without_regard_to_case(market: House) -> None:
    post(market)

    with pytest.raises(NotReplaceable):
        post(market, a_cdr("cdr1"))


def test_another_cdr_of_a_taken_id_is_refused_and_kept_for_operators_once(market: House) -> None:
    first = post(market)
    other = a_cdr(currency="CHF")

    for _ in range(2):
        with pytest.raises(NotReplaceable):
            post(market, other)

    [conflict] = market.archive.conflicts()
    assert (conflict.ref, conflict.partner_id) == (first.filed.ref, "cpo")
    assert market.json.parse(conflict.body) == other
    assert market.archive.get(first.filed.ref) == first.filed
    assert market.counted("cdr_conflicts", partner="DE-ABC") == 2
    assert market.bell.rung == [Rung(AlarmKind.CDR_CONFLICT, "DE-ABC")] * 2


def test_another_owners_cdr_of_the_same_id_is_another_cdr(market: House) -> None:
    market.with_partners(a_partner("other", a_role(Role.CPO, QRS)))
    first = post(market)

    second = post(market, a_cdr(country_code="BE", party_id="QRS"), by="other")

    assert second.created
    assert second.filed.ref != first.filed.ref


def test_the_hubs_location_is_for_the_owner_alone(market: House) -> None:
    taken = post(market)
    cpo, emsp = market.partners.get("cpo"), market.partners.get("emsp")

    assert market.cdr_custody.of_ref(taken.filed.ref, by=cpo) == taken.filed
    with pytest.raises(UnknownObject):
        market.cdr_custody.of_ref(taken.filed.ref, by=emsp)
    with pytest.raises(UnknownObject):
        market.cdr_custody.of_ref(ref_of(CDR1, 9), by=cpo)


def test_both_sides_and_the_hub_list_it_and_no_other_party(market: House) -> None:
    market.with_partners(a_payer("other", QRS))
    post(market)

    assert [lists(market, party) for party in (ABC, XYZ, HUB, QRS)] == [
        ["CDR1"],
        ["CDR1"],
        ["CDR1"],
        [],
    ]


def test_an_emsp_that_takes_no_cdrs_is_owed_nothing_by_push(market: House) -> None:
    market.with_partners(a_payer("puller", QRS, endpoints=()))

    taken = post(market, a_cdr(cdr_token=a_cdr_token(QRS)), to=QRS)
    pump(market)

    assert state(market, taken) is DeliveryState.BY_PULL
    assert (market.wire.asked, market.wake.pumped) == ([], 0)
    assert lists(market, QRS) == ["CDR1"]


def test_what_is_not_taken_says_why(market: House) -> None:
    with pytest.raises(errors.InvalidParameter, match="^the token is FR-XYZ's, not DE-ABC's$"):
        post(market, to=ABC)
    with pytest.raises(errors.UnknownReceiver, match="^BE-QRS is not known to this hub$"):
        post(market, a_cdr(cdr_token=a_cdr_token(QRS)))
    with pytest.raises(errors.NotYours, match="^DE-ABC is not a party of yours that owns cdrs$"):
        post(market, by="emsp")
    post(market)
    with pytest.raises(
        errors.NotReplaceable,
        match="^a CDR CDR1 was accepted before, with other content: CDRs are not replaced$",
    ):
        post(market, a_cdr(currency="CHF"))
    with pytest.raises(errors.UnknownObject, match="^no CDR of yours is here$"):
        market.cdr_custody.of_ref("none", by=market.partners.get("cpo"))
    [kept] = market.archive.conflicts()
    assert (kept.sha256, kept.partner_id) == (sha256(kept.body).hexdigest(), "cpo")
    suspend(market)
    with pytest.raises(errors.ReceiverAway, match="^FR-XYZ is suspended: not kept$"):
        post(market, a_cdr("CDR2"))


def test_a_cdr_that_another_process_files_again_and_again_is_given_up(
    market: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def taken(_: object, filed: object) -> bool:
        asked.append("file")
        return False

    monkeypatch.setattr(type(market.archive), "file", taken)

    with pytest.raises(errors.StoreUnavailable, match="^the CDR is posted faster than it can"):
        post(market)
    assert len(asked) == 1 + custody_module._MOST_ROUNDS == 21
