"""Passing requests on, answers back, and what a receiver's failure means to the requester."""

from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.memory import answer
from application.partners.bulkhead import Patience
from application.routing.budget import Budget
from domain.errors import (
    AnswerTooLarge,
    HubError,
    InvalidParameter,
    NoAnswer,
    NotOffered,
    ReceiverAway,
    ReceiverFailed,
    ReceiverTimedOut,
    UnknownReceiver,
    Unreachable,
)
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from domain.partners.agreements import AgreementPolicy
from domain.partners.approval import Invited
from domain.partners.limits import LimitClass
from domain.partners.partner import PartnerState
from domain.partners.party import Interface, PartyId, Role
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, XYZ, a_partner, a_reader, an_endpoint
from tests.unit.application.house import House
from tests.unit.application.relays import given, passed


@dataclass
class TimedWire:
    """Partners that answer, and are told how long they have."""

    budgets: list[tuple[float, float]] = field(default_factory=list)

    def ask(self, request: WireRequest, *, deadline_s: float, connect_s: float = 3.0) -> WireAnswer:
        self.budgets.append((deadline_s, connect_s))
        return answer()


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner(), a_reader())


def test_what_is_passed_on_is_counted_and_never_held(house: House) -> None:
    for _ in range(30):
        house.request_relay.relay(passed())

    [shown] = [
        use for use in house.request_gates.uses(["cpo"])["cpo"] if use.limited is LimitClass.RELAYED
    ]
    assert (shown.used, len(house.wire.asked)) == (30, 30)


def test_a_request_goes_to_the_same_interface_with_its_own_suffix_query_and_body(
    house: House,
) -> None:
    house.request_relay.relay(passed(suffix="/L%2F1/E1", query="a=%20&b", body=b"{ }"))

    [request] = house.wire.asked
    assert request.url == "https://cpo.example/2.3.0/sender/locations/L%2F1/E1?a=%20&b"
    assert (request.body, request.token) == (b"{ }", "to-cpo")
    assert (request.sender, request.receiver) == (XYZ, ABC)
    assert request.correlation_id == "C-1"


@pytest.mark.parametrize("suffix", ["/../../credentials", "/%2E%2E", "/..%2F..", "/a%00"])
def test_nothing_that_leads_out_of_the_module_is_passed_on(house: House, suffix: str) -> None:
    with pytest.raises(InvalidParameter, match="leads out"):
        house.request_relay.relay(passed(suffix=suffix))

    assert not house.wire.asked


def test_a_url_to_call_back_that_can_be_read_in_two_ways_is_not_called(house: House) -> None:
    with pytest.raises(ReceiverFailed, match="the path of a URL"):
        house.request_relay.call_back(
            passed(), "https://cpo.example/../x", partner_id="cpo", budget=Budget(5.0)
        )

    assert not house.wire.asked


@pytest.mark.parametrize(
    ("given_status", "code", "status", "has_body"),
    [
        (200, 1000, 200, True),
        (201, 2001, 201, True),
        (404, 2003, 404, True),
        (405, None, 405, False),
        (404, None, 404, False),
        (400, 2001, 200, True),
        (500, 3000, 200, True),
    ],
)
def test_an_answer_comes_back_as_it_is_where_ocpi_lets_it(
    house: House, given_status: int, code: int | None, status: int, has_body: bool
) -> None:
    given(house, answer(status=given_status, code=code, body=b"its bytes"))

    relayed = house.request_relay.relay(passed())

    assert (relayed.status, relayed.code, relayed.sender) == (status, code, ABC)
    assert relayed.body == (b"its bytes" if has_body else None)


@pytest.mark.parametrize(
    ("failure", "refusal"),
    [
        (Unreachable("dns"), ReceiverAway),
        (NoAnswer("slow", timed_out=True), ReceiverTimedOut),
        (NoAnswer("reset", timed_out=False), ReceiverFailed),
        (AnswerTooLarge("2 MB"), ReceiverFailed),
        (answer(code=None), ReceiverFailed),
        (answer(status=502, code=None), ReceiverFailed),
        (answer(status=401, code=2000), ReceiverFailed),
        (answer(status=403), ReceiverFailed),
    ],
)
def test_a_receivers_failure_is_said_by_name(
    house: House, failure: Any, refusal: type[Exception]
) -> None:
    given(house, failure)

    with pytest.raises(refusal, match="DE-ABC"):
        house.request_relay.relay(passed())


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (answer(), "answered"),
        (answer(status=502), "answered"),
        (Unreachable("dns"), "away"),
        (NoAnswer("slow", timed_out=True), "timed_out"),
        (NoAnswer("reset", timed_out=False), "broken"),
        (AnswerTooLarge("2 MB"), "broken"),
    ],
)
@pytest.mark.parametrize(("module", "told"), [("locations", "locations"), ("x" * 40, "custom")])
def test_every_relay_is_timed_by_how_it_ended(
    failure: Any, outcome: str, module: str, told: str
) -> None:
    receiver = a_partner(endpoints=(an_endpoint(module, Interface.SENDER),))
    house = House().with_partners(receiver, a_reader())
    given(house, failure)

    with suppress(HubError):
        house.request_relay.relay(passed(module=module))

    labels = {"partner": "DE-ABC", "module": told, "outcome": outcome}
    assert house.counted("relay", **labels) == 1


def test_a_refused_token_of_the_hubs_is_counted_and_rings(house: House) -> None:
    given(house, answer(status=401))

    with pytest.raises(ReceiverFailed):
        house.request_relay.relay(passed())

    assert house.counted("hub_token_refused", partner="DE-ABC") == 1
    assert house.bell.rung == [Rung(AlarmKind.HUB_REFUSED, "DE-ABC", "locations: HTTP 401")]


def test_a_receiver_that_is_no_partner_is_unknown(house: House) -> None:
    with pytest.raises(UnknownReceiver):
        house.request_relay.relay(passed(receiver=PartyId("BE", "NOT")))


@pytest.mark.parametrize("away", [{"state": PartnerState.SUSPENDED}, {"reachable": False}])
def test_a_receiver_that_is_known_to_be_away_is_not_tried(away: Any) -> None:
    house = House().with_partners(a_partner(**away))

    with pytest.raises(ReceiverAway):
        house.request_relay.relay(passed())

    assert house.wire.asked == []


def test_a_receiver_without_the_interface_has_failed() -> None:
    house = House().with_partners(a_partner(endpoints=()))

    with pytest.raises(NotOffered, match="offers no SENDER interface of"):
        house.request_relay.relay(passed())
    assert issubclass(NotOffered, ReceiverFailed)


@pytest.mark.parametrize(
    ("failure", "suspected"),
    [
        (Unreachable("dns"), True),
        (NoAnswer("slow", timed_out=True), True),
        (NoAnswer("reset", timed_out=False), True),
        (AnswerTooLarge("2 MB"), False),
        (answer(status=502, code=None), False),
    ],
)
def test_a_receiver_that_does_not_answer_is_to_be_probed(
    house: House, failure: Any, suspected: bool
) -> None:
    given(house, failure)

    with pytest.raises(ReceiverFailed if not suspected else HubError):
        house.request_relay.relay(passed())

    assert house.partners.get("cpo").suspected is suspected


def test_when_enough_ask_a_slow_receiver_the_next_is_told_at_once_that_it_is_away(
    house: House,
) -> None:
    object.__setattr__(house.bulkhead, "patience", Patience(0.0))
    with ExitStack() as waiting:
        for _ in range(house.bulkhead.most):
            waiting.enter_context(house.bulkhead.enter("cpo"))
        with pytest.raises(ReceiverAway, match="too many"):
            house.request_relay.relay(passed())
        house.request_relay.relay(passed(sender=ABC, receiver=XYZ))

    assert [request.receiver for request in house.wire.asked] == [XYZ]
    assert not house.partners.get("cpo").suspected


def test_a_request_has_the_time_that_is_given_for_it() -> None:
    wire = TimedWire()
    house = House(wire=wire).with_partners(a_partner(), a_reader())

    house.request_relay.relay(passed())
    house.request_relay.relay(passed(), Budget(deadline_s=5.0, connect_s=1.0))

    assert wire.budgets == [(25.0, 3.0), (5.0, 1.0)]


def test_the_wait_for_a_turn_is_part_of_the_time_that_a_request_has() -> None:
    wire = TimedWire()
    house = House(wire=wire).with_partners(a_partner(), a_reader())

    def waited() -> bool:
        house.clock.advance(0.5)
        return True

    house.request_relay.relay(passed(), Budget(deadline_s=5.0, still_ours=waited))

    assert wire.budgets == [(4.5, 3.0)]


def test_a_party_is_unknown_to_parties_without_an_agreement_with_it() -> None:
    house = House(policy=AgreementPolicy.REQUIRED).with_partners(a_partner(), a_reader())

    with pytest.raises(UnknownReceiver):
        house.request_relay.relay(passed())
    assert not house.request_relay.offers(ABC, "locations", Interface.SENDER, to=XYZ)

    house.administration.agree(ABC, XYZ)
    assert house.request_relay.relay(passed()).code == 1000


def test_a_party_that_was_announced_is_away_and_one_that_was_not_is_unknown() -> None:
    house = House().with_partners(a_reader())
    house.administration.invite(name="Soon", roles=[Invited(Role.CPO, ABC)], announce=True)
    quiet = PartyId("BE", "QUI")
    house.administration.invite(name="Quiet", roles=[Invited(Role.CPO, quiet)])

    with pytest.raises(ReceiverAway):
        house.request_relay.relay(passed())
    with pytest.raises(UnknownReceiver):
        house.request_relay.relay(passed(receiver=quiet))


def test_a_module_that_the_hub_does_not_know_is_passed_on_in_any_role() -> None:
    custom = an_endpoint("nltnm-tokens", Interface.RECEIVER, "cpo")
    house = House().with_partners(a_partner(endpoints=(custom,)), a_reader())

    house.request_relay.relay(passed(module="nltnm-tokens", interface=Interface.RECEIVER))

    assert [request.url for request in house.wire.asked] == [custom.url]


def test_it_is_known_which_interfaces_a_party_offers(house: House) -> None:
    offers = house.request_relay.offers

    assert offers(ABC, "locations", Interface.SENDER, to=XYZ)
    assert not offers(PartyId("BE", "NOT"), "locations", Interface.SENDER, to=XYZ)
    assert not offers(XYZ, "tokens", Interface.SENDER, to=ABC)


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (answer(status=502, code=None), "DE-ABC answered HTTP 502 without OCPI's envelope"),
        (answer(status=403), r"DE-ABC did not let the hub in \(HTTP 403\)"),
        (NoAnswer("reset", timed_out=False), "DE-ABC broke off before the end of its answer"),
        (AnswerTooLarge("2 MB"), "DE-ABC answered more than the hub reads"),
    ],
)
def test_a_4000_says_what_was_wrong(house: House, failure: Any, reason: str) -> None:
    given(house, failure)

    with pytest.raises(ReceiverFailed, match=reason):
        house.request_relay.relay(passed())


def test_who_names_its_own_party_is_told_so(house: House) -> None:
    mine = passed(module="tariffs", requester="cpo", sender=ABC)

    with pytest.raises(NotOffered, match="DE-ABC is your own party, and offers no SENDER"):
        house.request_relay.relay(mine)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": PartnerState.SUSPENDED}, "is suspended"),
        ({"state": PartnerState.TO_APPROVE}, "is not connected"),
        ({"reachable": False}, "is offline"),
    ],
)
def test_who_cannot_be_reached_is_told_of_as_it_is(changes: Any, reason: str) -> None:
    house = House().with_partners(a_partner(**changes), a_reader())

    with pytest.raises(ReceiverAway, match=reason):
        house.request_relay.relay(passed())
