"""Processes die around a command: it is sent once or not at all, and never too late (I5)."""

import os
import signal
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from entrypoints.sandbox import Platform, Received
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.commands import carrying_out, start_session
from tests.e2e.hub_process import until
from tests.faults.breaking import frozen, kill, killed, web_worker
from tests.faults.conftest import Market
from tests.faults.market import OWNER, ask

pytestmark = pytest.mark.fault

LONGEST_S = 30.0
"""How long after it was begun a command may be sent."""

_TO_OWNER = {"OCPI-to-country-code": OWNER[0], "OCPI-to-party-id": OWNER[1]}


@pytest.fixture
def operator(market: Market) -> Iterator[Platform]:
    """The owner's platform: it accepts commands, and sends a result when the test does."""
    operator = market.owner.platform
    operator.clear()
    operator.behave(carrying_out(operator, [], timeout=600), "commands")
    yield operator
    operator.behave("well")


@pytest.fixture
def driver(market: Market) -> Platform:
    """A provider that asks for charges."""
    market.readers[0].clear()
    return market.readers[0]


def begin(market: Market, driver: Platform) -> tuple[str, str]:
    """The id of a command that the hub has answered for, and the evse_uid that it is known by."""
    mark = f"E-{uuid4().hex[:8]}"
    card = token(*driver.profile.parties[0].id)
    body = start_session(driver.callback_url("commands", mark), card=card, evse_uid=mark)
    url = f"http://127.0.0.1:{market.hub.port}/hub/v1/commands/START_SESSION"
    answer = driver.hub.call("POST", url, token=driver.hub.peer.token, headers=_TO_OWNER, body=body)
    assert answer.status == 202, answer.envelope
    return answer.data["command_id"], mark


def state(market: Market, command_id: str) -> Any:
    return ask(market.hub, market.owner.platform, "GET", f"/commands/{command_id}")


def arrived(operator: Platform, mark: str) -> list[Received]:
    """The commands of this mark that the operator got."""
    found = [each for each in operator.received if each.module == "commands"]
    return [each for each in found if each.json()["evse_uid"] == mark]


def results(driver: Platform, mark: str) -> list[Received]:
    return [each for each in driver.received if each.segments == ("callback", mark)]


def test_a_worker_that_dies_while_a_command_is_under_way_costs_its_answer_alone(
    market: Market, operator: Platform, driver: Platform
) -> None:
    operator.behave("slow:4", "commands")
    command, mark = begin(market, driver)
    until(lambda: arrived(operator, mark), within_s=60)

    killed(market.hub, "publish")
    operator.behave("well", "commands")
    assert state(market, command)["status"] == "SENT"
    [asked] = arrived(operator, mark)
    operator.hub.callback(asked.json()["response_url"], {"result": "ACCEPTED"})

    until(lambda: results(driver, mark), within_s=60)
    later, its_mark = begin(market, driver)
    until(lambda: state(market, later)["status"] == "ACCEPTED", within_s=60)
    assert len(arrived(operator, mark)) == len(arrived(operator, its_mark)) == 1
    assert len(results(driver, mark)) == 1


def test_without_a_worker_the_sweeper_sends_and_the_worker_does_not_again(
    market: Market, operator: Platform, driver: Platform
) -> None:
    with frozen(market.hub, "publish"):
        command, mark = begin(market, driver)
        until(lambda: state(market, command)["status"] == "ACCEPTED", within_s=60)
    later, _ = begin(market, driver)
    until(lambda: state(market, later)["status"] == "ACCEPTED", within_s=60)

    assert len(arrived(operator, mark)) == 1


def test_a_result_that_was_kept_outlives_the_web_worker_that_took_it(
    market: Market, operator: Platform, driver: Platform
) -> None:
    command, mark = begin(market, driver)
    until(lambda: state(market, command)["status"] == "ACCEPTED", within_s=60)
    [asked] = arrived(operator, mark)
    driver.stop()
    answer = operator.hub.callback(asked.json()["response_url"], {"result": "FAILED"})

    kill(web_worker(market.hub))
    driver.start()

    assert answer.ok
    until(lambda: results(driver, mark), within_s=60)
    assert len(results(driver, mark)) == 1


def test_the_whole_hub_killed_sends_what_is_in_time_and_nothing_twice(
    market: Market, operator: Platform, driver: Platform
) -> None:
    hub = market.hub
    begun = [begin(market, driver) for _ in range(8)]
    for pid in hub.processes():
        os.kill(pid, signal.SIGKILL)
    hub.process.wait()
    until(lambda: not hub.processes(), within_s=60)
    hub.start()

    open_ = {"PENDING", "SENT"}
    until(lambda: not open_ & {state(market, each)["status"] for each, _ in begun}, within_s=75)
    for command, mark in begun:
        known = state(market, command)
        made = datetime.fromisoformat(known["created"]).timestamp()
        came = arrived(operator, mark)
        assert len(came) <= 1
        assert len(came) == 1 or known["status"] == "TIMEOUT"
        assert all(each.at - made < LONGEST_S for each in came)
