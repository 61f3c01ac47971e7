"""Operators of the sandbox obey commands, and what it writes as one is one."""

from collections.abc import Iterator

import pytest

from adapters.ocpi.exact_json import dump, parse
from adapters.ocpi.schemas import OcpiSchemas
from entrypoints.sandbox import Platform
from entrypoints.sandbox import commands as made
from entrypoints.sandbox.wire import Document
from tests.sandbox.peers import registered_pair

URL = "https://emsp.example/1"


@pytest.fixture
def pair() -> Iterator[tuple[Platform, Platform]]:
    with registered_pair() as platforms:
        yield platforms


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("start_session", made.start_session(URL)),
        ("stop_session", made.stop_session(URL)),
        ("reserve_now", made.reserve_now(URL)),
        ("cancel_reservation", made.cancel_reservation(URL)),
        ("unlock_connector", made.unlock_connector(URL)),
        ("set_charging_profile", made.set_charging_profile(URL)),
        ("active_charging_profile", made.active_charging_profile()),
    ],
)
def test_what_the_sandbox_sends_is_valid(kind: str, document: Document) -> None:
    OcpiSchemas().check(kind, parse(dump(document)))


def test_an_operator_answers_and_its_results_follow(pair: tuple[Platform, Platform]) -> None:
    provider, operator = pair
    results = [{"result": "ACCEPTED"}, {"result": "CANCELED_RESERVATION"}]
    operator.behave(made.carrying_out(operator, results, timeout=9), "commands")
    url = provider.callback_url("commands", "1")

    answer = provider.hub.push("POST", "commands", ("RESERVE_NOW",), made.reserve_now(url))

    assert answer.data == {"result": "ACCEPTED", "timeout": 9}
    last = provider.wait_for(lambda each: each.body.find(b"CANCELED") > 0)
    came = [each.json() for each in provider.received if each.path == last.path]
    assert came == results
