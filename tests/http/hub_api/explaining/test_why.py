"""Why, or why not, by the hub API and by the command line: the same words on both."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.fixtures import location
from tests.http.bills import post
from tests.http.commands import failed, printed, run
from tests.http.hub_server import HubServer, hub_server

_LOC1 = "object=locations/DE-ABC/LOC1"
_WAYS = {
    "object": f"{_LOC1}&to=NL-MS1",
    "party": "party=DE-ABC&to=NL-MS1",
    "token": "token=NL-MS1/012345678&at=DE-ABC",
    "cdr": "cdr=DE-ABC/CDR1",
}


def explain(hub: HubServer, what: str, query: str, by: Platform | None = None) -> Answer:
    return hub.get(f"/explain/{what}?{query}", by=None if by is None else by.hub)


@pytest.fixture
def owed(hub: HubServer, cpo: Platform, msp: Platform) -> Platform:
    """NL-MS1 fails, and so is owed LOC1."""
    hub.deliver()
    msp.behave("http:500", "locations")
    assert hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location()).ok
    hub.container.hub.sweep.publisher.sweep(older_than_s=-1)
    hub.pump()
    return msp


def test_an_operator_is_told_what_the_receiver_answered(hub: HubServer, owed: Platform) -> None:
    told = explain(hub, "object", _WAYS["object"])

    assert told.status == 200
    assert (told.data["outcome"], told.data["decided_by"]) == ("not_yet", "error")
    assert "HTTP 500" in told.data["reason"]
    assert told.data["checks"][-1]["said"] == told.data["reason"]
    assert [each["passed"] for each in told.data["checks"]].count(False) == 1


def test_the_receiver_is_told_so_too_and_the_owner_is_not(
    hub: HubServer, cpo: Platform, owed: Platform
) -> None:
    own = explain(hub, "object", _WAYS["object"], owed)
    others = explain(hub, "object", _WAYS["object"], cpo)

    assert "HTTP 500" in own.data["reason"]
    assert others.data["decided_by"] == "owed"
    assert "500" not in str(others.data)
    assert "/ocpi/2.3.0/" not in str(others.data)


@pytest.mark.parametrize("what", _WAYS)
def test_each_question_has_an_answer_for_each_side(
    hub: HubServer, cpo: Platform, msp: Platform, what: str
) -> None:
    for by in (None, cpo, msp):
        told = explain(hub, what, _WAYS[what], by)
        assert told.status == 200
        assert told.data["question"].endswith("?")


@pytest.mark.parametrize("what", _WAYS)
def test_the_command_line_says_the_same(
    hub: HubServer, cpo: Platform, msp: Platform, what: str
) -> None:
    named, *more = _WAYS[what].split("&")
    options = [f"--{each}" for each in more]
    arguments = ("why", what, named.partition("=")[2], *options)

    assert printed(hub, *arguments) == explain(hub, what, _WAYS[what]).data
    lines = run(hub, *arguments).stdout.splitlines()
    assert lines[0].endswith("?")
    assert any(line.startswith(("Yes: ", "Not yet: ", "No: ")) for line in lines)


def test_a_cdr_is_explained_to_its_sides_alone(
    hub: HubServer, cpo: Platform, msp: Platform, other_msp: Platform
) -> None:
    missing = explain(hub, "cdr", _WAYS["cdr"], other_msp)
    assert post(cpo, id="CDR1").ok
    hub.deliver()

    assert explain(hub, "cdr", _WAYS["cdr"], cpo).data["outcome"] == "yes"
    assert explain(hub, "cdr", _WAYS["cdr"], msp).data["outcome"] == "yes"
    assert explain(hub, "cdr", _WAYS["cdr"], other_msp).data == missing.data


@pytest.mark.parametrize(
    ("what", "query", "said"),
    [
        ("object", "to=NL-MS1", "object: is missing"),
        ("object", _LOC1, "to: is missing"),
        ("object", "object=LOC1&to=NL-MS1", "object: write it as MODULE/DE-ABC/ID"),
        ("object", "object=cdrs/DE-ABC/C&to=NL-MS1", "object: write it as MODULE/DE-ABC/ID"),
        ("object", "object=locations/DE-ABC&to=NL-MS1", "not written as DE-ABC/ID"),
        ("object", "object=locations/DEABCD/L&to=NL-MS1", "not a party"),
        ("object", f"{_LOC1}&to=NLMS", "to: not a party"),
        ("object", f"{_LOC1}&to=NL-MS1&type=RFID", "type: of tokens alone"),
        ("object", f"{_LOC1}&to=NL-MS1&at=DE-ABC", "at: not known here"),
        ("party", "to=NL-MS1", "party: is missing"),
        ("token", "token=UID&at=DE-ABC", "token: 'UID' is not written as DE-ABC/ID"),
        ("token", "token=NL-MS1/UID", "at: is missing"),
        ("cdr", "to=NL-MS1", "cdr: is missing"),
        ("cdr", "cdr=CDR1", "cdr: 'CDR1' is not written as DE-ABC/ID"),
    ],
)
def test_a_wrong_question_says_what_is_wrong(
    hub: HubServer, cpo: Platform, what: str, query: str, said: str
) -> None:
    for by in (None, cpo):
        refused = explain(hub, what, query, by)
        assert (refused.status, refused.code) == (400, 2001)
        assert said in refused.message


def test_the_command_line_says_what_is_wrong(hub: HubServer, cpo: Platform) -> None:
    assert "no partner has the party SE-ZZZ" in failed(
        hub, "why", "object", "locations/DE-ABC/L", "--to", "SE-ZZZ"
    )
    assert "write it as MODULE/DE-ABC/ID" in failed(hub, "why", "object", "L", "--to", "NL-MS1")


@pytest.mark.parametrize("uid", ["'; return true; '", "\x00", "a" * 3000, "../..", "\ud7ff", "$ne"])
def test_odd_names_are_names_of_nothing(
    hub: HubServer, cpo: Platform, msp: Platform, uid: str
) -> None:
    for what, name in (("object", "locations/DE-ABC"), ("token", "NL-MS1"), ("cdr", "DE-ABC")):
        rest = _WAYS[what].partition("&")[2]
        told = explain(hub, what, f"{what}={name}/{quote(uid, safe='')}&{rest}".rstrip("&"), cpo)
        assert (told.status, told.data["outcome"]) == (200, "no")


class TestWhereAgreementsAreRequired:
    """To a partner, a party that it may not see and one that does not exist are the same."""

    @pytest.fixture
    def hub(self, mongo_url: str, database_name: str, redis_url: str) -> Iterator[HubServer]:
        required = {"HUB_AGREEMENTS": "required"}
        with hub_server(mongo_url, database_name, redis_url, **required) as running:
            yield running

    @pytest.mark.parametrize(
        "query",
        [
            "object?object=locations/DE-ABC/LOC1&to={}",
            "object?object=tokens/{}/1&to=DE-ABC",
            "party?party=DE-ABC&to={}",
            "party?party={}&to=DE-ABC",
            "token?token={}/1&at=DE-ABC",
            "token?token=DE-ABC/1&at={}",
            "cdr?cdr={}/1",
            "cdr?cdr=DE-ABC/1&to={}",
            "party?party={}&to={}",
        ],
    )
    def test_the_bytes_are_the_same(
        self, hub: HubServer, cpo: Platform, msp: Platform, query: str
    ) -> None:
        assert hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location()).ok
        told = []
        for party in ("NL-MS1", "SE-ZZZ"):
            answer = hub.get(f"/explain/{query.replace('{}', party)}", by=cpo.hub)
            told.append(
                (answer.status, answer.code, answer.message, str(answer.data).replace(party, "P"))
            )
        seen, missing = (
            (*each[:2], each[2].replace(p, "P"), each[3])
            for each, p in zip(told, ("NL-MS1", "SE-ZZZ"), strict=True)
        )

        assert seen == missing
