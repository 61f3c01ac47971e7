"""What every OCPI exchange has, in all modules: ids, slashes, encoded ids, sizes, FROM.

With the conformance cases 65 to 67, 82, 84 and 85.
"""

import contextlib
import http.client
from urllib.parse import urlsplit

import pytest

from entrypoints.sandbox import OMITTED, Answer, Platform
from entrypoints.sandbox.fixtures import evse
from entrypoints.sandbox.parties import UNROUTED
from entrypoints.sandbox.wire import as_envelope, authorization, encode
from tests.conformance.guests import Join
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    a_location,
    about,
    fresh,
    outcome,
    own_copy,
    parties,
    patch,
    place,
    put,
)

pytestmark = pytest.mark.e2e
_MEBIBYTE = 1_048_576


def _wrong_requests(hub: RunningHub, p1: Platform) -> dict[int, Answer]:
    token, item = p1.hub.peer.token, a_location(p1)
    url = p1.hub.url("locations", "RECEIVER", place(item))
    return {
        400: p1.hub.call("PUT", url, token=token, body=b"{"),
        401: p1.hub.call("PUT", url, body=item),
        404: p1.hub.call("GET", hub.place("nowhere"), token=token),
        405: p1.hub.call("DELETE", url, token=token),
        413: p1.hub.call("PUT", url, token=token, body=b" " * (_MEBIBYTE + 1)),
    }


def test_ids_are_echoed_after_every_error(hub: RunningHub, p1: Platform) -> None:
    for status, answer in _wrong_requests(hub, p1).items():
        assert outcome(answer) == (status, 2000)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-request-id"] == answer.request_id
        assert answer.headers["x-correlation-id"] == answer.correlation_id


def test_ids_that_are_missing_are_made_up(hub: RunningHub, p1: Platform) -> None:
    without = {"X-Request-ID": None, "X-Correlation-ID": None}

    answer = p1.hub.call("GET", hub.versions_url, token=p1.hub.peer.token, headers=without)

    assert outcome(answer) == OK
    assert len(answer.headers["x-request-id"]) == 36
    assert len(answer.headers["x-correlation-id"]) == 36


@pytest.mark.parametrize("to", [("NL", "MS1"), HUB])
def test_what_comes_without_ids_goes_on_with_those_that_are_answered(
    p1: Platform, p3: Platform, to: tuple[str, str]
) -> None:
    item = a_location(p1)
    routed = {
        "OCPI-from-country-code": "DE",
        "OCPI-from-party-id": "ABC",
        "OCPI-to-country-code": to[0],
        "OCPI-to-party-id": to[1],
    }
    without = {"X-Request-ID": None, "X-Correlation-ID": None}
    url = p1.hub.url("locations", "RECEIVER", place(item))

    answer = p1.hub.call(
        "PUT", url, token=p1.hub.peer.token, body=item, headers={**routed, **without}
    )

    assert outcome(answer) == CREATED
    received = p3.wait_for(about(item), 60.0)
    assert received.headers["x-correlation-id"] == answer.headers["x-correlation-id"]
    assert received.headers["x-request-id"] not in ("", answer.headers["x-request-id"])


def test_a_path_that_is_none_is_404_only_for_those_who_may_come_in(
    hub: RunningHub, p1: Platform
) -> None:
    known = p1.hub.call("GET", hub.place("nowhere"), token=p1.hub.peer.token)
    unknown = p1.hub.call("GET", hub.place("nowhere"))

    assert (known.status, unknown.status) == (404, 401)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "versions", 200),
        ("OPTIONS", "versions", 405),
        ("GET", "", 404),
        ("GET", "/versions", 404),
        ("GET", "2.3.0/sender/locations/%FF", 200),
        ("GET", "2.3.0/sender/locations/%00", 200),
        ("GET", "2.3.0/receiver/locations/DEU/ABC/X", 200),
        ("GET", "2.3.0/receiver/locations/DE/ABC/" + "x" * 3000, 404),
    ],
)
def test_odd_requests_are_answered_in_order(
    hub: RunningHub, p1: Platform, method: str, path: str, status: int
) -> None:
    answer = p1.hub.call(method, f"{hub.url}/ocpi/{path}", token=p1.hub.peer.token)

    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    assert method == "HEAD" or answer.code in (2000, 2001, 2003)


def test_a_refused_body_does_not_cost_the_connection(p1: Platform) -> None:
    """The hub keeps to an answer that says keep-alive, also behind a long body that it left."""
    url = p1.hub.url("locations", "RECEIVER", place(a_location(p1)))
    too_long, long = b" " * (2 * _MEBIBYTE), b" " * (_MEBIBYTE // 2)
    foreign = {"OCPI-from-country-code": "NL", "OCPI-from-party-id": "MS1"}

    for method, body, headers, status in (
        ("PUT", too_long, {}, 413),
        ("PUT", long, foreign, 403),
        ("POST", long, {}, 405),
        ("PUT", long, {"OCPI-to-party-id": "HUB"}, 200),
    ):
        answer = p1.hub.call(method, url, token=p1.hub.peer.token, headers=headers, body=body)
        assert answer.status == status
        assert outcome(p1.hub.credentials()) == OK


@pytest.mark.parametrize("length", [_MEBIBYTE - 10, _MEBIBYTE + 1, 3 * _MEBIBYTE])
def test_a_chunked_body_over_the_limit_is_413_and_is_never_cut(p1: Platform, length: int) -> None:
    item = a_location(p1)
    body = encode(item).ljust(length)

    status, envelope = _chunked(p1, place(item), body)

    assert status == (201 if length < _MEBIBYTE else 413)
    assert as_envelope(envelope)["status_code"] == (1000 if length < _MEBIBYTE else 2000)
    assert own_copy(p1, item).status == (200 if length < _MEBIBYTE else 404)


def _chunked(p1: Platform, segments: tuple[str, ...], body: bytes) -> tuple[int, bytes]:
    url = urlsplit(p1.hub.url("locations", "RECEIVER", segments))
    connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=20)
    headers = {
        "Authorization": authorization(p1.hub.peer.token),
        "OCPI-to-country-code": HUB[0],
        "OCPI-to-party-id": HUB[1],
    }
    pieces = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
    with contextlib.suppress(BrokenPipeError):
        connection.request("PUT", url.path, pieces, headers, encode_chunked=True)
    answer = connection.getresponse()
    content = answer.status, answer.read()
    connection.close()
    return content


def test_case_084_an_id_with_any_character_is_one_segment(p1: Platform, p3: Platform) -> None:
    item = a_location(p1, id=fresh("A/B C?#%2F*"), evses=[evse("E/1 %41?")])

    assert outcome(put(p1, item)) == CREATED
    whole = p3.wait_for(about(item))
    changed = {"status": "CHARGING", "last_updated": "2026-02-01T00:00:00Z"}
    assert outcome(patch(p1, item, "E/1 %41?", change=changed)) == OK

    part = p3.wait_for(about(item, "E/1 %41?"))
    assert whole.path.endswith(f"/DE/ABC/A%2FB%20C%3F%23%252F%2A-{item['id'][-10:]}")
    assert part.path.endswith(f"{whole.path}/E%2F1%20%2541%3F")
    assert own_copy(p1, item, "E/1 %41?").data["status"] == "CHARGING"


def test_case_084_an_encoded_id_is_forwarded_as_it_is(p1: Platform, p3: Platform) -> None:
    item = a_location(p1, id=fresh("A/B C"))

    answer = put(p1, item, to=("NL", "MS1"))

    assert outcome(answer) == CREATED
    assert f"/A%2FB%20C-{item['id'][-10:]}" in p3.wait_for(about(item)).path


@pytest.mark.parametrize("slash", ["", "/"])
def test_case_085_a_slash_at_the_end_makes_no_difference(
    hub: RunningHub, p1: Platform, slash: str
) -> None:
    token, item = p1.hub.peer.token, a_location(p1)
    url = p1.hub.url("locations", "RECEIVER", place(item)) + slash

    assert outcome(p1.hub.call("PUT", url, token=token, body=item)) == CREATED
    assert outcome(p1.hub.call("GET", url, token=token)) == OK
    for path in ("versions", "2.3.0", "2.3.0/credentials", "2.3.0/receiver/locations/X"):
        answer = p1.hub.call("GET", f"{hub.url}/ocpi/{path}{slash}", token=token)
        assert answer.status == (404 if path.endswith("X") else 200)


@pytest.mark.parametrize("to", [("", "MS1"), ("NL", ""), ("NLD", "MS1"), ("NL", "M$1")])
def test_case_065_half_a_pair_of_to_is_2001(p1: Platform, to: tuple[str, str]) -> None:
    answer = put(p1, a_location(p1), to=to)

    assert outcome(answer) == INVALID
    assert parties(answer) == (("DE", "ABC"), HUB)


@pytest.mark.parametrize("from_", [("", "ABC"), ("DE", "")])
def test_case_065_half_a_pair_of_from_is_2001(p1: Platform, from_: tuple[str, str]) -> None:
    assert outcome(put(p1, a_location(p1), from_=from_)) == INVALID


def test_case_066_a_foreign_from_is_403(p6: Platform, p3: Platform) -> None:
    item = a_location(p6)

    answer = put(p6, item, from_=("NL", "MS1"), to=("BE", "MS2"))

    assert outcome(answer) == (403, 2001)
    assert own_copy(p6, item).status == 404


def test_case_067_a_missing_from_is_inferred_from_the_interface(p6: Platform) -> None:
    pushed = put(p6, a_location(p6), from_=OMITTED)
    asked = p6.hub.get("locations", to=p6.hub.hub_party, from_=OMITTED)

    assert (outcome(pushed), parties(pushed)) == (CREATED, (("ES", "CP6"), HUB))
    assert (outcome(asked), parties(asked)) == (OK, (("ES", "EM6"), HUB))


def test_a_from_that_cannot_be_inferred_is_2001(join: Join) -> None:
    platform = join("EMSP", "EMSP")

    answer = platform.hub.get("locations", to=platform.hub.hub_party, from_=OMITTED)

    assert outcome(answer) == INVALID


def test_case_082_configuration_modules_carry_no_routing_headers(join: Join) -> None:
    platform = join("CPO")
    platform.hub.rotate()

    told = [each for each in platform.received if each.module in UNROUTED]
    assert [each.module for each in told if not each.role] == 2 * ["versions", "details"]
    for received in told:
        assert not [name for name in received.headers if name.startswith("ocpi-")]
    for answer in (platform.hub.credentials(), platform.hub.unregister()):
        assert not [name for name in answer.headers if name.startswith("ocpi-")]


def test_routing_headers_on_configuration_modules_are_ignored(p3: Platform) -> None:
    url = p3.hub.peer.url("credentials", "SENDER")
    foreign = {"OCPI-from-party-id": "ABC", "OCPI-to-country-code": "XX"}

    answer = p3.hub.call("GET", url, token=p3.hub.peer.token, headers=foreign)

    assert outcome(answer) == OK
