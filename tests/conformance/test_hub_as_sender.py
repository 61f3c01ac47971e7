"""Conformance case 28 and what follows: the hub registers at a partner, at its operator's word.

The commands for it: `ocpi-hub partner connect`, `rotate`, `remove`.
"""

from collections.abc import Iterator

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.wire import authorization
from tests.conformance.guests import Join
from tests.conformance.running import RunningHub
from tests.conformance.steps import CREATED, OK, a_location, about, outcome, party_of, put, until

pytestmark = pytest.mark.e2e


def _connect(hub: RunningHub, platform: Platform, token: str, name: str) -> tuple[int, str]:
    role = ":".join(("EMSP", *party_of(platform)))
    options = ("--url", platform.versions_url, "--token", token, "--name", name, "--role", role)
    ran = hub.run("partner", "connect", *options)
    return ran.returncode, ran.stderr


@pytest.fixture
def partner(hub: RunningHub, join: Join) -> Iterator[Platform]:
    """An eMSP that the hub has registered at."""
    platform = join("EMSP", registered=False)
    status, complaint = _connect(hub, platform, platform.invite(), "Partner of case 28")
    assert status == 0, complaint
    yield platform
    hub.inside.hub.administration.remove(_id_of(hub, platform))


def _id_of(hub: RunningHub, platform: Platform) -> str:
    return hub.inside.hub.administration.find("-".join(party_of(platform))).id


def test_case_028_the_partner_calls_back_with_b_before_it_answers(
    hub: RunningHub, partner: Platform
) -> None:
    post = next(each for each in partner.received if each.method == "POST")
    called_back = [each for each in partner.sent if each.method == "GET"]

    assert [each.url for each in called_back] == [hub.versions_url, hub.place("").rstrip("/")]
    assert {each.headers["Authorization"] for each in called_back} == {
        authorization(post.json()["token"])
    }
    assert {each.answer_status for each in called_back} == {200}
    assert post.json()["hub_party_id"] == "NLHUB"
    assert post.answer_status == 201


def test_case_028_both_sides_can_call_each_other_afterwards(
    partner: Platform, p1: Platform
) -> None:
    item = a_location(p1)

    assert outcome(partner.hub.get("locations", to=partner.hub.hub_party)) == OK
    assert outcome(put(p1, item)) == CREATED

    assert partner.wait_for(about(item)).to == party_of(partner)


def test_case_028_a_partner_that_refuses_leaves_nothing_behind(hub: RunningHub, join: Join) -> None:
    platform = join("EMSP", registered=False)
    token = platform.invite()
    platform.behave("ocpi:3001", "credentials", times=1)

    status, complaint = _connect(hub, platform, token, "Refuses")

    assert status == 1
    assert "3001" in complaint
    assert _connect(hub, platform, token, "Refuses") == (0, "")
    assert outcome(platform.hub.unregister()) == OK


def test_rotate_exchanges_both_tokens(hub: RunningHub, partner: Platform, p1: Platform) -> None:
    theirs, mine = partner.hub.peer.token, partner.received[-1].headers["authorization"]
    item = a_location(p1)

    ran = hub.run("partner", "rotate", _id_of(hub, partner))

    assert ran.returncode == 0, ran.stderr
    assert partner.hub.peer.token != theirs
    assert outcome(partner.hub.get("locations", to=partner.hub.hub_party)) == OK
    old = partner.hub.call("GET", hub.versions_url, token=theirs)
    assert old.status == 401
    put(p1, item)
    assert partner.wait_for(about(item)).headers["authorization"] != mine


def test_remove_says_goodbye_and_cuts_the_partner_off(
    hub: RunningHub, join: Join, p1: Platform
) -> None:
    platform = join("EMSP")
    token, party = platform.hub.peer.token, party_of(platform)

    ran = hub.run("partner", "remove", "-".join(party))

    assert ran.returncode == 0, ran.stderr
    assert platform.wait_for(lambda each: each.method == "DELETE").module == "credentials"
    until(lambda: platform.connection.peer is None)
    gone = platform.hub.call("GET", hub.versions_url, token=token)
    assert gone.status == 401
    assert outcome(put(p1, a_location(p1), to=party)) == (200, 4003)


def test_remove_works_for_a_partner_that_is_gone(hub: RunningHub, join: Join) -> None:
    platform = join("EMSP")
    platform.stop()

    ran = hub.run("partner", "remove", "-".join(party_of(platform)))

    assert ran.returncode == 0, ran.stderr
    platform.connection.forget()
