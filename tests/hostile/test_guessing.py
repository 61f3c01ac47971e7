"""Guesses at tokens meet a brake, and the brake never meets who has a good one."""

from collections.abc import Iterator

import pytest

from entrypoints.sandbox import Platform
from tests.http.hub_server import ADMIN, HubServer, hub_server
from tests.http.minutes import early_in_a_minute

ALLOWED = 5


@pytest.fixture
def braking(mongo_url: str, database_name: str, redis_url: str) -> Iterator[HubServer]:
    """A hub that takes five wrong tokens a minute."""
    further = {"HUB_WRONG_TOKENS_PER_MINUTE": str(ALLOWED)}
    with hub_server(mongo_url, database_name, redis_url, **further) as running:
        early_in_a_minute()
        yield running


def _guesses(hub: HubServer, stranger: Platform, path: str, count: int) -> list[int]:
    url = f"{hub.url}{path}"
    return [
        stranger.hub.call("GET", url, token=f"guess-{number}").status for number in range(count)
    ]


@pytest.mark.parametrize("path", ["/hub/v1/partners", "/ocpi/versions", "/ocpi/2.3.0/sender/cdrs"])
def test_guesses_are_told_to_wait(braking: HubServer, path: str) -> None:
    with Platform([("CPO", "DE", "XXX", "")]) as stranger:
        assert _guesses(braking, stranger, path, ALLOWED) == [401] * ALLOWED
        refused = stranger.hub.call("GET", f"{braking.url}{path}", token="one-more")

    assert (refused.status, refused.code) == (429, 2000)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["x-request-id"] == refused.request_id


def test_a_good_token_is_let_in_however_much_was_guessed(braking: HubServer) -> None:
    with Platform([("CPO", "DE", "ABC", "")]) as cpo, Platform([("CPO", "DE", "XXX", "")]) as other:
        braking.register(cpo, "CPO:DE:ABC")
        assert _guesses(braking, other, "/hub/v1/partners", 4 * ALLOWED)[-1] == 429
        assert _guesses(braking, other, "/ocpi/versions", 4 * ALLOWED)[-1] == 429

        assert cpo.hub.credentials().status == 200
        assert braking.call("GET", "/partners", token=ADMIN).status == 200
        assert _guesses(braking, other, "/ocpi/versions", 1) == [429]


def test_who_brings_no_token_guesses_nothing(braking: HubServer) -> None:
    with Platform([("CPO", "DE", "XXX", "")]) as stranger:
        asked = [stranger.hub.call("GET", f"{braking.url}/ocpi/versions") for _ in range(20)]

    assert {answer.status for answer in asked} == {401}


@pytest.mark.parametrize("header", ["Token !!!", "Bearer abc", "Token", "Basic YTpi", "Token /w=="])
def test_a_header_that_holds_no_token_counts_as_a_guess(braking: HubServer, header: str) -> None:
    named = {"Authorization": header}
    with Platform([("CPO", "DE", "XXX", "")]) as stranger:
        statuses = [
            stranger.hub.call("GET", f"{braking.url}/ocpi/versions", headers=named).status
            for _ in range(ALLOWED + 1)
        ]

    assert statuses == [401] * ALLOWED + [429]
