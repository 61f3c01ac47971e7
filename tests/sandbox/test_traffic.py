"""What platforms push and pull, over real sockets: present state, lists, records."""

from decimal import Decimal

import pytest

from entrypoints.sandbox import OMITTED, Platform
from entrypoints.sandbox.charging import cdr, session, tariff, token
from entrypoints.sandbox.fixtures import DEMO_LOCATIONS, connector, evse, location
from tests.sandbox.peers import LOC1

LATER = "2026-02-01T10:00:00Z"


def test_a_pushed_location_is_held_and_can_be_read_back(cpo: Platform, hub: Platform) -> None:
    assert cpo.hub.push("PUT", "locations", LOC1, location()).status == 201
    assert cpo.hub.push("PUT", "locations", LOC1, location()).status == 200

    assert hub.holds("locations", *LOC1) == location()
    assert cpo.hub.get("locations", ("de", "abc", "loc1"), role="RECEIVER").data == location()


def test_a_patched_connector_dates_its_parents(cpo: Platform, hub: Platform) -> None:
    cpo.hub.push("PUT", "locations", LOC1, location())

    change = {"max_amperage": 16, "last_updated": LATER}
    assert cpo.hub.push("PATCH", "locations", (*LOC1, "EVSE1", "1"), change).ok

    held = hub.holds("locations", *LOC1)
    assert held is not None
    assert held["last_updated"] == held["evses"][0]["last_updated"] == LATER
    assert held["evses"][0]["connectors"] == [connector(max_amperage=16, last_updated=LATER)]


def test_a_patched_location_keeps_the_evses_that_are_not_named(
    cpo: Platform, hub: Platform
) -> None:
    cpo.hub.push("PUT", "locations", LOC1, location(evses=[evse("A"), evse("B")]))

    change = {"evses": [{"uid": "B", "status": "CHARGING"}], "name": None, "last_updated": LATER}
    cpo.hub.push("PATCH", "locations", LOC1, change)

    held = hub.holds("locations", *LOC1)
    assert held is not None
    assert [item["status"] for item in held["evses"]] == ["AVAILABLE", "CHARGING"]
    assert "name" not in held


def test_a_new_evse_needs_its_location(cpo: Platform) -> None:
    orphan = cpo.hub.push("PUT", "locations", (*LOC1, "E2"), evse("E2"))
    cpo.hub.push("PUT", "locations", LOC1, location())
    child = cpo.hub.push("PUT", "locations", (*LOC1, "E2"), evse("E2"))

    assert (orphan.status, orphan.code) == (404, 2003)
    assert (child.status, child.code) == (201, 1000)


@pytest.mark.parametrize(
    ("segments", "body"),
    [
        (("DE", "ABC", "OTHER"), location()),
        (LOC1, {k: v for k, v in location().items() if k != "time_zone"}),
    ],
)
def test_what_contradicts_itself_or_is_incomplete_is_refused(
    cpo: Platform, hub: Platform, segments: tuple[str, ...], body: dict[str, object]
) -> None:
    answer = cpo.hub.push("PUT", "locations", segments, body)

    assert (answer.status, answer.code) == (200, 2001)
    assert hub.held.all("locations") == []
    assert hub.received[-1].applied == 0


def test_a_change_needs_its_date_and_its_object(cpo: Platform) -> None:
    undated = cpo.hub.push("PATCH", "locations", LOC1, {"name": "x"})
    unknown = cpo.hub.push("PATCH", "locations", LOC1, {"name": "x", "last_updated": LATER})

    assert (undated.status, undated.code) == (200, 2001)
    assert (unknown.status, unknown.code) == (404, 2003)


def test_methods_that_a_module_does_not_have_are_405(cpo: Platform) -> None:
    assert cpo.hub.push("DELETE", "locations", LOC1).status == 405
    assert cpo.hub.push("PATCH", "tariffs", LOC1, {}).status == 405


def test_a_body_that_is_not_json_is_400(cpo: Platform) -> None:
    assert cpo.hub.push("PUT", "locations", LOC1, b"{bad").status == 400


def test_tokens_of_one_uid_and_two_types_are_two(cpo: Platform, hub: Platform) -> None:
    path = ("NL", "MS1", "X")
    cpo.hub.push("PUT", "tokens", path, token(uid="X"))
    cpo.hub.push("PUT", "tokens", path, token(uid="X", type="APP_USER"), query="type=APP_USER")

    assert len(hub.held.all("tokens")) == 2
    assert cpo.hub.get("tokens", path, role="RECEIVER").data["type"] == "RFID"


def test_a_tariff_is_gone_after_its_delete(cpo: Platform) -> None:
    path = ("DE", "ABC", "TARIFF1")
    cpo.hub.push("PUT", "tariffs", path, tariff())

    assert cpo.hub.push("DELETE", "tariffs", path).ok
    assert cpo.hub.push("DELETE", "tariffs", path).status == 404


def test_periods_of_a_session_are_appended(cpo: Platform, hub: Platform) -> None:
    path = ("DE", "ABC", "SESSION1")
    cpo.hub.push("PUT", "sessions", path, session(charging_periods=[{"a": 1}]))
    cpo.hub.push("PATCH", "sessions", path, {"charging_periods": [{"b": 2}], "last_updated": LATER})

    held = hub.holds("sessions", *path)
    assert held is not None
    assert held["charging_periods"] == [{"a": 1}, {"b": 2}]


def test_a_cdr_is_taken_once_and_can_be_had_where_it_is_said(cpo: Platform, hub: Platform) -> None:
    first = cpo.hub.push("POST", "cdrs", (), cdr())
    again = cpo.hub.push("POST", "cdrs", (), cdr())
    other = cpo.hub.push("POST", "cdrs", (), cdr(total_energy=Decimal("21.0")))

    assert [first.status, again.status] == [201, 200]
    assert (other.status, other.code) == (200, 2001)
    found = cpo.hub.call("GET", first.headers["location"], token=cpo.hub.peer.token)
    assert found.data == cdr()


def test_numbers_keep_their_digits(cpo: Platform, hub: Platform) -> None:
    exact = Decimal("12345678901.1230")
    cpo.hub.push("POST", "cdrs", (), cdr(total_energy=exact))

    assert b'"total_energy":12345678901.1230' in hub.received[-1].body
    held = hub.holds("cdrs", "DE", "ABC", "CDR1")
    assert held is not None
    assert str(held["total_energy"]) == "12345678901.1230"


def test_routing_headers_come_back_turned_round(cpo: Platform, hub: Platform) -> None:
    answer = cpo.hub.push("PUT", "locations", LOC1, location(), to=("NL", "MS1"))

    assert (hub.received[-1].to, hub.received[-1].from_) == (("NL", "MS1"), ("DE", "ABC"))
    assert answer.headers["ocpi-to-party-id"] == "ABC"
    assert answer.headers["ocpi-from-party-id"] == "MS1"


def test_headers_can_be_left_out_in_part_or_whole(cpo: Platform, hub: Platform) -> None:
    cpo.hub.push("PUT", "locations", LOC1, location(), to=("", "MS1"), from_=OMITTED)

    routing = {name for name in hub.received[-1].headers if name.startswith("ocpi-")}
    assert routing == {"ocpi-to-party-id"}


def test_odd_ids_stay_one_segment(cpo: Platform, hub: Platform) -> None:
    answer = cpo.hub.push("PUT", "locations", ("DE", "ABC", "A/B C"), location(id="A/B C"))

    assert answer.status == 201
    assert hub.received[-1].path.endswith("/DE/ABC/A%2FB%20C")


def test_lists_come_in_pages_by_date(cpo: Platform, hub: Platform) -> None:
    hub.page_limit = 2
    for number in range(6):
        hub.own("locations", location(id=f"L{number}", last_updated=f"2026-01-0{number + 1}"))

    asked = {"date_from": "2026-01-02", "date_to": "2026-01-06", "limit": 50}
    pages = list(cpo.hub.pages("locations", asked))

    assert [[item["id"] for item in page.data] for page in pages] == [["L1", "L2"], ["L3", "L4"]]
    assert pages[-1].headers["x-total-count"] == "4"
    assert [page.headers["x-limit"] for page in pages] == ["2", "2"]
    assert "link" not in pages[-1].headers


def test_sessions_are_not_listed_without_a_date(cpo: Platform) -> None:
    assert cpo.hub.get("sessions").code == 2001
    assert cpo.hub.get("locations", query="offset=-1").code == 2001
    assert cpo.hub.get("locations", query="offset=99").data == []


def test_single_objects_are_found_within_a_location(cpo: Platform, hub: Platform) -> None:
    site = hub.own("locations", DEMO_LOCATIONS[0])
    uid = site["evses"][1]["uid"]

    assert cpo.hub.get("locations", (site["id"], uid)).data == site["evses"][1]
    assert cpo.hub.get("locations", (site["id"], "none")).status == 404


def test_authorize_knows_its_own_tokens_alone(cpo: Platform, hub: Platform) -> None:
    hub.own("tokens", token(uid="GOOD"))
    hub.own("tokens", token(uid="BAD", valid=False))

    def allowed(uid: str) -> object:
        answer = cpo.hub.push("POST", "tokens", (uid, "authorize"), role="SENDER")
        return answer.data["allowed"] if answer.ok else (answer.status, answer.code)

    assert [allowed("GOOD"), allowed("BAD"), allowed("NONE")] == [
        "ALLOWED",
        "BLOCKED",
        (404, 2004),
    ]


def test_a_command_is_accepted_and_its_result_comes_to_the_url_given(
    cpo: Platform, hub: Platform
) -> None:
    url = hub.callback_url("commands", "START_SESSION", "1")
    assert cpo.hub.push("POST", "commands", ("START_SESSION",), {}).data["result"] == "ACCEPTED"

    assert cpo.hub.callback(url, {"result": "ACCEPTED"}).ok

    came = hub.wait_for(lambda r: r.segments[:1] == ("callback",))
    assert came.json() == {"result": "ACCEPTED"}


def test_an_interface_that_is_not_published_is_not_there(cpo: Platform, hub: Platform) -> None:
    hub.publish(modules=[("locations", "SENDER")])
    answer = cpo.hub.push("PUT", "locations", LOC1, location())
    cpo.hub.refresh()

    assert answer.status == 404
    with pytest.raises(LookupError):
        cpo.hub.push("PUT", "locations", LOC1, location())


def test_waiting_in_vain_says_what_came_instead(cpo: Platform, hub: Platform) -> None:
    cpo.hub.push("PUT", "locations", LOC1, location())

    with pytest.raises(TimeoutError, match="LOC1 -> 201"):
        hub.wait_for(lambda r: r.method == "DELETE", timeout=0.01)
