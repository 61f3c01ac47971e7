"""What each failure is in the hub API: HTTP's own status, for people who write scripts."""

import json
from typing import Any

import pytest

from domain import errors
from entrypoints.hub_api.errors import REST
from entrypoints.hub_api.route import Who
from entrypoints.hub_api.routes import ROUTES
from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.http.hub_server import HubServer
from tests.http.minutes import early_in_a_minute

_ROLE = {"role": "CPO", "country_code": "DE", "party_id": "ABC"}


_WRONG: tuple[tuple[tuple[Any, ...], tuple[int, int]], ...] = (
    (("POST", "/agreements", b"{"), (400, 2000)),
    (("POST", "/agreements", []), (422, 2001)),
    (("POST", "/agreements", {"one": "DE-ABC"}), (422, 2001)),
    (("POST", "/partners", {"name": "x", "roles": [_ROLE], "more": 1}), (422, 2001)),
    (("GET", "/deliveries?state=lost"), (400, 2001)),
    (("GET", "/partners?limit=0"), (400, 2001)),
    (("GET", "/partners?offset=-1"), (400, 2001)),
    (("GET", "/locations?date_from=yesterday"), (400, 2001)),
    (("GET", "/locations/DEU/ABC/LOC1"), (400, 2001)),
    (("GET", "/settlement?from=January"), (400, 2001)),
    (("GET", "/partners/DE-XYZ"), (404, 2000)),
    (("GET", "/locations/search?lat=1"), (400, 2001)),
)


def test_a_wrong_request_has_a_status_of_its_own(hub: HubServer) -> None:
    for asked, expected in _WRONG:
        method, path, *body = asked

        answer = hub.call(method, path, body=body[0] if body else None)

        assert (answer.status, answer.code) == expected, asked
        assert answer.message not in ("", "Success")


def test_what_is_in_the_way_is_a_409(hub: HubServer, cpo: Platform) -> None:
    again = hub.call("POST", "/partners", body={"name": "New", "roles": [_ROLE]})
    rejected = hub.call("POST", "/partners/DE-ABC/reject")

    assert (again.status, again.code) == (409, 2001)
    assert (rejected.status, rejected.code) == (409, 2000)
    assert "allow" not in rejected.headers


def test_a_partner_that_cannot_be_reached_is_a_503(hub: HubServer) -> None:
    body = {"name": "ABC", "url": "http://127.0.0.1:1/versions", "token": "t", "roles": [_ROLE]}

    answer = hub.call("POST", "/partners/connect", body=body)

    assert (answer.status, answer.code) == (503, 3001)


def test_an_object_of_two_owners_is_a_409(hub: HubServer, cpo: Platform) -> None:
    with Platform([("CPO", "DE", "XYZ", "XYZ")]) as other:
        hub.register(other, "CPO:DE:XYZ")
        for platform, party in ((cpo, "ABC"), (other, "XYZ")):
            document = location(party_id=party)
            assert hub.call("PUT", "/locations/LOC1", by=platform.hub, body=document).ok

    answer = hub.get("/locations/LOC1")

    assert (answer.status, answer.code) == (409, 4001)


def test_a_body_that_is_no_json_by_its_own_word_is_a_415(hub: HubServer) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    packed = {"Content-Encoding": "gzip"}

    said = hub.call("POST", "/agreements", headers=form, body=b"one=DE-ABC&other=NL-MS1")
    odd = hub.call("POST", "/agreements", headers=packed, body=b"{}")
    taken = hub.call("POST", "/agreements", headers=form, body=b"{}")

    assert (said.status, said.code) == (415, 2000)
    assert "application/json" in said.message
    assert (odd.status, odd.code) == (415, 2000)
    assert taken.status == 422


def test_a_wrong_kind_of_token_is_told_which_one_opens_it(hub: HubServer, cpo: Platform) -> None:
    partners = hub.get("/partners", by=cpo.hub)
    push = hub.call("PUT", "/locations/LOC1", body={})
    others = hub.get("/deliveries?partner=NL-MS1", by=cpo.hub)

    assert [each.status for each in (partners, push, others)] == [403, 403, 403]
    assert "operator's token" in partners.message
    assert "partner's token" in push.message
    assert "your own" in others.message


def test_who_guesses_tokens_is_told_to_wait(hub: HubServer) -> None:
    early_in_a_minute()
    answers = [hub.call("GET", "/partners", token=f"guess-{count}") for count in range(70)]

    assert {answer.status for answer in answers} == {401, 429}
    assert int(answers[-1].headers["retry-after"]) > 0


def test_a_store_that_does_not_answer_is_a_503(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise errors.StoreUnavailable("mongodb://user:secret@host")

    monkeypatch.setattr(type(hub.container.hub.administration), "all_partners", away)

    answer = hub.get("/partners")

    assert (answer.status, answer.code) == (503, 3000)
    assert "secret" not in answer.message
    assert int(answer.headers["retry-after"]) > 0


def test_a_fault_of_the_hub_is_no_success(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(hub.container.hub.administration), "all_partners", lambda _: 1 / 0)

    answer = hub.get("/partners")

    assert (answer.status, answer.code) == (500, 3000)


def test_a_parameter_that_an_endpoint_does_not_know_is_refused_by_name(hub: HubServer) -> None:
    for line in ROUTES:
        if line.who is Who.PARTNER:
            continue
        path = line.path.replace("<", "").replace(">", "")

        answer = hub.call(line.method, f"{path}?month=2026-01")

        assert (answer.status, answer.code) == (400, 2001), path
        assert "month" in answer.message


_MEANINGLESS = (
    "/settlement?from=",
    "/settlement?from=2026-02-01&to=2026-01-01",
    "/settlement?from=2026-02-01&to=2026-02-01",
    "/sessions?date_from=2026-02-01T00:00:00Z&date_to=2026-02-01T00:00:00Z",
    "/sessions?date_from=",
    "/deliveries?state=",
    "/deliveries?state=due&state=refused",
    "/partners?limit=",
    "/settlement?month=2026-01",
)


def test_a_question_that_means_nothing_is_refused(hub: HubServer) -> None:
    answers = {query: hub.get(query) for query in _MEANINGLESS}

    assert {(each.status, each.code) for each in answers.values()} == {(400, 2001)}, answers


def test_a_parameter_that_may_be_repeated_may_be(hub: HubServer) -> None:
    answer = hub.get("/locations/search?status=AVAILABLE&status=CHARGING")

    assert (answer.status, answer.code) == (200, 1000)


def test_every_failure_has_its_line_and_a_status_that_is_described() -> None:
    statuses = {status for _, status, _ in REST}

    assert statuses == {400, 401, 403, 404, 409, 415, 422, 429, 503}
    assert not [kind for kind in _kinds(errors.HubError) if not _fits(kind)]


def _kinds(kind: type[errors.HubError]) -> list[type[errors.HubError]]:
    return [kind, *(below for each in kind.__subclasses__() for below in _kinds(each))]


def _fits(kind: type[errors.HubError]) -> bool:
    return any(issubclass(kind, line) for line, _, _ in REST)


def test_the_description_has_each_parameter_that_an_endpoint_knows(hub: HubServer) -> None:
    document = json.loads(hub.call("GET", "/openapi.json", token="").raw)
    shared = document["components"]["parameters"]

    for line in ROUTES:
        path = "/hub/v1" + line.path.replace("<", "{").replace(">", "}")
        item = document["paths"][path]
        named = [*item.get("parameters", []), *item[line.method.lower()].get("parameters", [])]
        whole = [shared[each["$ref"].split("/")[-1]] if "$ref" in each else each for each in named]
        queried = {each["name"] for each in whole if each["in"] == "query"}
        assert queried == set(line.takes) - {"hub_after"}, path
