"""Conformance cases 23, 63, 82, 124, 125 and 127: what partners are told of each other (HCI-2)."""

import pytest

from domain.partners.approval import Invited
from domain.partners.party import parse_role
from entrypoints.sandbox import Answer, Platform, Received
from entrypoints.sandbox.routing import next_page
from entrypoints.sandbox.wire import Document
from tests.conformance.guests import Join
from tests.conformance.handshake import roles_in
from tests.conformance.running import RunningHub
from tests.conformance.steps import INVALID, OK, Predicate, a_location, outcome, party_of, put

pytestmark = pytest.mark.e2e
Party = tuple[str, str]


def told(party: Party, role: str, status: str) -> Predicate:
    """Whether a request tells that this party has this status in this role."""

    def fits(received: Received) -> bool:
        if received.module != "hubclientinfo" or received.segments != party:
            return False
        body = received.json()
        return (body["role"], body["status"]) == (role, status)

    return fits


def infos(reader: Platform) -> list[Document]:
    """The reader's whole list of ClientInfo."""
    return [info for page in reader.hub.pages("hubclientinfo") for info in page.data]


def statuses(reader: Platform, party: Party) -> dict[str, str]:
    """What the reader's list says of a party, by its role."""
    wanted = [i for i in infos(reader) if (i["country_code"], i["party_id"]) == party]
    return {info["role"]: info["status"] for info in wanted}


def test_case_124_a_new_party_is_told_to_all_others(
    join: Join, p1: Platform, p3: Platform, p5: Platform, p6: Platform, p7: Platform
) -> None:
    guest = join("CPO")
    party = party_of(guest)

    got = [
        reader.wait_for(told(party, "CPO", "CONNECTED"), 60.0) for reader in (p1, p3, p5, p6, p7)
    ]

    for received in got:
        info = received.json()
        assert (received.method, received.role) == ("PUT", "RECEIVER")
        assert set(info) == {"country_code", "party_id", "role", "status", "last_updated"}
        assert len(info["last_updated"]) <= 25
        assert info["last_updated"].endswith("Z")
        assert not [name for name in received.headers if name.startswith("ocpi-")]
    assert len({received.headers["x-request-id"] for received in got}) == len(got)
    assert not [each for each in guest.received if each.segments == party]


def test_case_124_who_does_not_take_client_info_is_not_called(join: Join, p3: Platform) -> None:
    reader = join("EMSP", modules=[("tokens", "SENDER"), ("locations", "RECEIVER")])
    guest = join("CPO")

    p3.wait_for(told(party_of(guest), "CPO", "CONNECTED"), 60.0)
    assert not [each for each in reader.received if each.module == "hubclientinfo"]
    assert statuses(reader, party_of(guest)) == {"CPO": "CONNECTED"}


def test_case_124_a_platform_is_told_once_however_many_parties_it_has(
    join: Join, p3: Platform
) -> None:
    reader = join("EMSP", "EMSP")
    guest, later = join("CPO"), join("CPO")

    for each in (guest, later):
        reader.wait_for(told(party_of(each), "CPO", "CONNECTED"), 60.0)

    about_guest = [r for r in reader.received if told(party_of(guest), "CPO", "CONNECTED")(r)]
    assert len(about_guest) == 1


def test_case_125_there_is_one_put_for_each_role(join: Join, p3: Platform) -> None:
    both = join("CPO:SE:TWO", "EMSP:SE:TWO")
    apart = join("CPO", "EMSP")
    charging, driving = (party.id for party in apart.profile.parties)

    got = [p3.wait_for(told(("SE", "TWO"), role, "CONNECTED"), 60.0) for role in ("CPO", "EMSP")]
    p3.wait_for(told(charging, "CPO", "CONNECTED"), 60.0)
    p3.wait_for(told(driving, "EMSP", "CONNECTED"), 60.0)

    assert got[0].path == got[1].path
    assert statuses(p3, party_of(both)) == {"CPO": "CONNECTED", "EMSP": "CONNECTED"}
    assert p3.holds("hubclientinfo", *charging, "EMSP") is None


def test_case_023_who_leaves_is_suspended_for_the_others(join: Join, p3: Platform) -> None:
    guest = join("CPO")
    party = party_of(guest)
    p3.wait_for(told(party, "CPO", "CONNECTED"), 60.0)

    guest.hub.unregister()

    p3.wait_for(told(party, "CPO", "SUSPENDED"), 60.0)
    assert statuses(p3, party) == {"CPO": "SUSPENDED"}
    assert ("CPO", *party) not in roles_in(p3.hub.credentials())


def test_a_role_that_a_put_leaves_out_is_suspended(join: Join, p3: Platform) -> None:
    guest = join("CPO", "EMSP")
    charging, driving = guest.profile.parties
    p3.wait_for(told(driving.id, "EMSP", "CONNECTED"), 60.0)

    guest.publish(parties=[tuple(charging)])  # type: ignore[list-item]
    guest.hub.rotate()

    p3.wait_for(told(driving.id, "EMSP", "SUSPENDED"), 60.0)
    assert statuses(p3, charging.id) == {"CPO": "CONNECTED"}


def test_case_063_a_suspended_party_is_told_and_told_again_when_resumed(
    hub: RunningHub, join: Join, p3: Platform
) -> None:
    guest = join("CPO")
    administering = hub.inside.hub.administration
    partner = administering.find("-".join(party_of(guest)))
    p3.wait_for(told(party_of(guest), "CPO", "CONNECTED"), 60.0)
    p3.clear()

    administering.suspend(partner.id)
    p3.wait_for(told(party_of(guest), "CPO", "SUSPENDED"), 60.0)

    administering.resume(partner.id)
    p3.wait_for(told(party_of(guest), "CPO", "CONNECTED"), 60.0)


def test_case_063_a_planned_party_is_4003_and_one_that_was_not_announced_4001(
    hub: RunningHub, p1: Platform, p3: Platform
) -> None:
    announced, secret = hub.free_party(), hub.free_party()
    administering = hub.inside.hub.administration
    for party, announce in ((announced, True), (secret, False)):
        planned = Invited(*parse_role(":".join(("EMSP", *party))))
        administering.invite(name="-".join(party), roles=[planned], announce=announce)

    p3.wait_for(told(announced, "EMSP", "PLANNED"), 60.0)

    assert outcome(put(p1, a_location(p1), to=announced)) == (200, 4003)
    assert outcome(put(p1, a_location(p1), to=secret)) == (200, 4001)
    assert statuses(p3, announced) == {"EMSP": "PLANNED"}
    assert not statuses(p3, secret)
    for role in (announced, secret):
        assert ("EMSP", *role) not in roles_in(p3.hub.credentials())


def test_case_063_a_planned_party_becomes_connected(
    hub: RunningHub, join: Join, p3: Platform
) -> None:
    party = hub.free_party()
    written = ":".join(("CPO", *party))
    invited = hub.inside.hub.administration.invite(
        name=written, roles=[Invited(*parse_role(written))], announce=True
    )
    p3.wait_for(told(party, "CPO", "PLANNED"), 60.0)

    join(written, registered=False).hub.register(hub.versions_url, invited.token)

    p3.wait_for(told(party, "CPO", "CONNECTED"), 60.0)
    assert statuses(p3, party) == {"CPO": "CONNECTED"}


def test_case_127_the_list_has_pages_and_all_parties_but_the_reader(
    join: Join, p3: Platform, p6: Platform
) -> None:
    gone = join("CPO")
    party = party_of(gone)
    gone.hub.unregister()
    url = p6.hub.url("hubclientinfo", "SENDER", (), {"limit": 2})

    first = p6.hub.call("GET", url, token=p6.hub.peer.token)
    listed = infos(p6)

    assert outcome(first) == OK
    assert len(first.data) == 2
    assert first.headers["x-limit"] == "100"
    assert int(first.headers["x-total-count"]) == len(listed) > 2
    assert _next(p6, first).data == listed[2:4]
    assert not [name for name in first.headers if name.startswith("ocpi-")]
    assert statuses(p6, party) == {"CPO": "SUSPENDED"}
    assert statuses(p6, ("NL", "MS1")) == {"EMSP": "CONNECTED"}
    assert not statuses(p6, ("ES", "CP6")) | statuses(p6, ("ES", "EM6"))
    assert not statuses(p6, ("NL", "HUB"))


def _next(reader: Platform, page: Answer) -> Answer:
    return reader.hub.call("GET", next_page(page), token=reader.hub.peer.token)


def test_case_127_the_list_can_be_read_from_a_moment_on(join: Join, p3: Platform) -> None:
    guest = join("CPO")
    mine = next(i for i in infos(p3) if i["party_id"] == party_of(guest)[1])
    older = next(i for i in infos(p3) if i["party_id"] == "ABC")

    since = p3.hub.get("hubclientinfo", (), {"date_from": mine["last_updated"]})
    until = p3.hub.get("hubclientinfo", (), {"date_to": mine["last_updated"], "limit": 1})

    assert mine in since.data
    assert older not in since.data
    assert mine not in until.data
    assert outcome(p3.hub.get("hubclientinfo", (), {"offset": -1})) == INVALID


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_case_127_the_list_is_only_read(p3: Platform, method: str) -> None:
    url = p3.hub.url("hubclientinfo", "SENDER")

    assert p3.hub.call(method, url, token=p3.hub.peer.token, body={}).status == 405


def test_no_partner_tells_the_hub_about_parties(hub: RunningHub, p3: Platform) -> None:
    url = hub.place("receiver/hubclientinfo/DE/ABC")

    for method in ("GET", "PUT"):
        answer = p3.hub.call(method, url, token=p3.hub.peer.token, body={})
        assert answer.status in (404, 405)
