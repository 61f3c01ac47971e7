"""Requests without a token, and of paths that are not there: they fill no journal and no limit."""

from collections.abc import Iterator

import pytest

from entrypoints.sandbox import Platform
from tests.http.hub_server import HubServer, hub_server
from tests.http.minutes import early_in_a_minute

WRONG, HUB_API = 5, 4


@pytest.fixture
def hub(mongo_url: str, database_name: str, redis_url: str) -> Iterator[HubServer]:
    """A hub with limits that a test reaches."""
    further = {"HUB_WRONG_TOKENS_PER_MINUTE": str(WRONG), "HUB_LIMIT_HUB_API": str(HUB_API)}
    with hub_server(mongo_url, database_name, redis_url, **further) as running:
        yield running


@pytest.fixture(autouse=True)
def _minute() -> None:
    early_in_a_minute()


def _statuses(hub: HubServer, path: str, times: int) -> list[int]:
    return [hub.call("GET", path, token="").status for _ in range(times)]


def _legs(hub: HubServer) -> list[int]:
    """How requests of callers that are not known ended, as far as the journal has them."""
    hub.container.journal.close()
    return [leg["http"] for leg in hub.get("/journal").data if leg["partner"] is None]


def test_what_is_open_to_all_leaves_nothing_in_the_journal(hub: HubServer) -> None:
    assert _statuses(hub, "/openapi.json", 3) == [200] * 3

    assert _legs(hub) == []


def test_requests_without_a_token_are_kept_up_to_the_limit_of_their_address(
    hub: HubServer,
) -> None:
    assert _statuses(hub, "/partners", WRONG + 5) == [401] * (WRONG + 5)

    assert _legs(hub) == [401] * WRONG


def test_paths_that_are_not_there_count_for_the_partner_that_asks(
    hub: HubServer, msp: Platform
) -> None:
    statuses = [hub.get("/nowhere", by=msp.hub).status for _ in range(HUB_API + 2)]

    assert statuses == [404] * HUB_API + [429] * 2
    assert hub.get("/nowhere").status == 404


@pytest.mark.parametrize(
    "period", ["before=0001-01-01", "before=9999-12-31T23:59:59Z", "since=0001-01-01"]
)
@pytest.mark.parametrize("path", ["figures?", "figures?by=minute&", "journal?"])
def test_a_time_that_nothing_can_be_counted_from_is_refused(
    hub: HubServer, path: str, period: str
) -> None:
    assert hub.get(f"/{path}{period}").status == 400
