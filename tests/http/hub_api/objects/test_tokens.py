"""The hub's copy of a token, for those who may list it (D-6)."""

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import token
from tests.http.hub_server import HubServer

_CARD = "/tokens/NL/MS1/CARD"


@pytest.fixture
def issued(hub: HubServer, msp: Platform) -> Platform:
    """NL-MS1 has pushed an RFID card and an app's token, both called CARD."""
    for kind in ("RFID", "APP_USER"):
        document = token(uid="CARD", type=kind)
        query = f"type={kind}"
        key = ("NL", "MS1", "CARD")
        to = msp.hub.hub_party
        assert msp.hub.push("PUT", "tokens", key, document, query=query, to=to).ok
    return msp


def test_a_cpo_and_the_operator_get_it_marked_as_a_copy(
    hub: HubServer, cpo: Platform, issued: Platform
) -> None:
    for by in (cpo.hub, issued.hub, None):
        answer = hub.get(_CARD, by=by)

        assert answer.data == token(uid="CARD")
        assert answer.message == "cached, not an authorization"


def test_its_type_is_part_of_its_name(hub: HubServer, cpo: Platform, issued: Platform) -> None:
    assert hub.get(f"{_CARD}?type=app_user", by=cpo.hub).data["type"] == "APP_USER"
    assert hub.get(f"{_CARD}?type=EMAID", by=cpo.hub).status == 404


def test_an_emsp_gets_no_other_emsps(hub: HubServer, issued: Platform, other_msp: Platform) -> None:
    answer = hub.get(_CARD, by=other_msp.hub)

    assert (answer.status, answer.code) == (404, 2004)
    assert hub.get("/tokens/NL/MS1/NONE", by=issued.hub).code == 2004
    assert hub.get("/tokens/NLD/MS1/CARD", by=issued.hub).code == 2001
