"""A driver waits: the owner is asked live; the hub speaks for it only where it may."""

from typing import Any

import pytest

from adapters.memory import MemoryObjects, answer
from application.routing.passed import Relayed
from domain.errors import (
    InvalidDocument,
    NotOffered,
    OutboundFailed,
    ReceiverAway,
    ReceiverFailed,
    ReceiverTimedOut,
    UnknownReceiver,
    UnknownToken,
)
from domain.objects.paging import Viewer
from domain.partners.partner import PartnerState
from domain.partners.party import Interface
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, XYZ, a_token_object
from tests.unit.application.asking import AWAY, SLOW, ask, body_of, says, stood_in
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.roaming import (
    OTHER,
    a_closed_house,
    a_cpo,
    a_house,
    an_emsp,
    push_token,
)


@pytest.fixture
def house() -> House:
    house = a_house()
    push_token(house)
    return house


def test_the_owner_is_asked_and_its_answer_is_the_answer(house: House) -> None:
    house.wire.usual = says("BLOCKED")

    given = ask(house)

    assert body_of(given) == says("BLOCKED").body
    [request] = house.wire.asked
    assert request.url == "https://emsp.example/2.3.0/sender/tokens/T1/authorize"
    assert (request.sender, request.receiver) == (ABC, XYZ)


def test_the_owner_that_is_named_is_asked_also_against_what_the_hub_knows(house: House) -> None:
    assert isinstance(ask(house, "T9", receiver=XYZ), Relayed)
    with pytest.raises(UnknownReceiver):
        ask(house, receiver=OTHER)


def test_references_are_checked_and_go_along_as_they_came(house: House) -> None:
    with pytest.raises(InvalidDocument):
        ask(house, references={})
    assert house.wire.asked == []

    ask(house, references={"location_id": "LOC1"})

    assert len(house.wire.asked) == 1


@pytest.mark.parametrize("failure", [AWAY, SLOW])
@pytest.mark.parametrize("whitelist", ["ALWAYS", "ALLOWED", "ALLOWED_OFFLINE"])
@pytest.mark.parametrize(("valid", "allowed"), [(True, "ALLOWED"), (False, "BLOCKED")])
def test_the_hub_answers_once_the_owner_was_asked_in_vain(
    house: House, failure: OutboundFailed, whitelist: str, valid: bool, allowed: str
) -> None:
    token = a_token_object(updated=1, whitelist=whitelist, valid=valid)
    push_token(house, token)
    house.wire.script.append(failure)

    given = ask(house)

    assert len(house.wire.asked) == 1
    assert stood_in(house, given) == {"allowed": allowed, "token": token}
    assert house.counted("stand_in_answers", owner="FR-XYZ") == 1
    times = [house.counted("authorize", path=path) for path in ("standin", "live")]
    assert times == [1, 0]


@pytest.mark.parametrize(("failure", "refusal"), [(AWAY, ReceiverAway), (SLOW, ReceiverTimedOut)])
@pytest.mark.parametrize("why", ["never", "switched off", "not known"])
def test_the_hub_makes_nothing_up(
    house: House, failure: OutboundFailed, refusal: type[Exception], why: str
) -> None:
    if why == "never":
        push_token(house, a_token_object(updated=1, whitelist="NEVER"))
    if why == "switched off":
        house.administration.let_stand_in("emsp", allowed=False)
    house.wire.script.append(failure)

    with pytest.raises(refusal):
        ask(house, *(["T9"] if why == "not known" else []), receiver=XYZ)

    assert house.counted("stand_in_answers", owner="FR-XYZ") == 0


@pytest.mark.parametrize("said", [answer(status=401), answer(status=502, code=None)])
def test_an_owner_that_answers_nonsense_is_not_stood_in_for(house: House, said: WireAnswer) -> None:
    house.wire.usual = said

    with pytest.raises(ReceiverFailed):
        ask(house)


def test_an_owners_error_is_passed_on(house: House) -> None:
    house.wire.usual = answer(code=2002, body=b"its error")

    assert body_of(ask(house)) == b"its error"
    assert house.counted("authorize", path="live") == 1


def test_an_owner_that_is_offline_is_not_asked_and_stood_in_for() -> None:
    house = a_house(a_cpo(), an_emsp(reachable=False))
    push_token(house)

    assert stood_in(house, ask(house))["allowed"] == "ALLOWED"
    assert house.wire.asked == []


def test_an_owner_without_the_endpoint_is_stood_in_for_if_its_token_lets_it() -> None:
    house = a_house(a_cpo(), an_emsp(endpoints=()))
    push_token(house, a_token_object(whitelist="ALWAYS"))
    push_token(house, a_token_object("T2", whitelist="NEVER"))

    assert stood_in(house, ask(house))["allowed"] == "ALLOWED"
    with pytest.raises(NotOffered):
        ask(house, "T2")


def test_an_owner_that_was_suspended_is_not_stood_in_for(house: House) -> None:
    house.administration.suspend("emsp")

    with pytest.raises(UnknownToken):
        ask(house)
    with pytest.raises(ReceiverAway):
        ask(house, receiver=XYZ)
    assert house.partners.get("emsp").state is PartnerState.SUSPENDED


def test_an_owner_that_is_suspended_while_it_is_asked_is_not_stood_in_for() -> None:
    wire = TalkingWire()
    house = a_house(wire=wire)
    push_token(house)

    def suspended(_: WireRequest) -> WireAnswer:
        house.administration.suspend("emsp")
        raise SLOW

    wire.answers = suspended

    with pytest.raises(ReceiverTimedOut):
        ask(house)


def test_a_token_of_another_type_is_another_token(house: House) -> None:
    with pytest.raises(UnknownToken):
        ask(house, type="APP_USER")

    assert isinstance(ask(house, "t1", type="rfid"), Relayed)


@pytest.mark.parametrize(
    ("uid", "kind", "is_known"),
    [
        ("FR-XYZ-C1", "EMAID", True),
        ("FRXYZC1", "emaid", True),
        ("SE-NOT-C1", "EMAID", False),
        ("FR-XYZ-C1", "RFID", False),
        ("?", "EMAID", False),
    ],
)
def test_an_emaid_that_was_never_pushed_is_asked_of_whom_it_names(
    house: House, uid: str, kind: str, is_known: bool
) -> None:
    if is_known:
        assert isinstance(ask(house, uid, type=kind), Relayed)
    else:
        with pytest.raises(UnknownToken):
            ask(house, uid, type=kind)
    assert [request.receiver for request in house.wire.asked] == [XYZ] * is_known


def test_without_an_agreement_a_token_and_its_issuer_are_unknown() -> None:
    house = a_closed_house()
    push_token(house)
    push_token(house, a_token_object("FR-XYZ-C1", type="EMAID"))

    for uid, kind in (("T1", "RFID"), ("FR-XYZ-C1", "EMAID")):
        with pytest.raises(UnknownToken):
            ask(house, uid, type=kind)

    house.administration.agree(ABC, XYZ)
    assert isinstance(ask(house), Relayed)


def test_an_owner_is_found_at_the_interface_that_answers() -> None:
    house = a_house()

    assert house.request_relay.offers(XYZ, "tokens", Interface.SENDER, to=ABC)


def test_for_an_owner_that_is_named_and_answers_no_copy_is_looked_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = list[str]()
    by_id = MemoryObjects.by_id

    def noting(objects: MemoryObjects, module: str, name: str, *, viewer: Viewer) -> Any:
        looked_up.append(name)
        return by_id(objects, module, name, viewer=viewer)

    monkeypatch.setattr(MemoryObjects, "by_id", noting)

    assert isinstance(ask(house, receiver=XYZ), Relayed)
    assert looked_up == []

    house.wire.usual = AWAY
    assert stood_in(house, ask(house, receiver=XYZ))["allowed"] == "ALLOWED"
    assert looked_up == ["T1"]
