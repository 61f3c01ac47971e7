"""Counts that processes share: what each adds is in what all of them read."""

import pytest

from adapters.memory import MemoryCounts
from adapters.redis import RedisCounts, RedisServer
from domain.ports import SharedCounts
from tests.e2e.hub_process import until


def test_a_count_comes_to_what_all_have_added(counts: SharedCounts) -> None:
    assert counts.add({"lists:1:a": 3, "lists:1:b": 1}, seconds=60) == {
        "lists:1:a": 3,
        "lists:1:b": 1,
    }
    assert counts.add({"lists:1:a": 4}, seconds=60) == {"lists:1:a": 7}

    assert counts.read(["lists:1:a", "lists:1:b"]) == {"lists:1:a": 7, "lists:1:b": 1}


def test_what_was_never_added_to_is_not_told(counts: SharedCounts) -> None:
    assert counts.read(["lists:1:a"]) == {}
    assert counts.read([]) == {}


def test_many_are_read_as_they_are(counts: SharedCounts) -> None:
    many = {f"others:1:{number}": number + 1 for number in range(2_500)}
    counts.add(many, seconds=60)

    assert counts.read([*many, "others:1:none"]) == many


def test_another_process_finds_what_this_one_has_added(redis_url: str) -> None:
    one, other = (RedisCounts(RedisServer(redis_url)) for _ in range(2))
    try:
        one.add({"cdrs:1:a": 2}, seconds=60)
        assert other.add({"cdrs:1:a": 2}, seconds=60) == {"cdrs:1:a": 4}
    finally:
        one.redis.close()
        other.redis.close()


def test_a_count_ends_by_itself(redis_server: RedisServer) -> None:
    counts = RedisCounts(redis_server)
    counts.add({"cdrs:1:a": 2}, seconds=1)

    assert 0 < redis_server.client().pttl("limits:cdrs:1:a") <= 1000
    until(lambda: counts.read(["cdrs:1:a"]) == {}, 10.0)


@pytest.mark.parametrize("many", [1, 500])
def test_however_many_counts_there_are_they_are_few_questions(
    redis_server: RedisServer, many: int
) -> None:
    counts = RedisCounts(redis_server)
    counts.add({"warm": 1}, seconds=60)
    before = redis_server.client().info("stats")["total_net_input_bytes"]
    asked = redis_server.client().info("commandstats")

    counts.add({f"others:1:{number}": 1 for number in range(many)}, seconds=60)

    after = redis_server.client().info("commandstats")
    assert after["cmdstat_evalsha"]["calls"] - asked["cmdstat_evalsha"]["calls"] == many
    sent = redis_server.client().info("stats")["total_net_input_bytes"] - before
    assert sent < 1000 + 200 * many


def test_where_they_are_away_nothing_is_told(redis_away: RedisServer) -> None:
    for counts in (RedisCounts(redis_away), MemoryCounts(is_away=True)):
        assert counts.add({"cdrs:1:a": 2}, seconds=60) is None
        assert counts.read(["cdrs:1:a"]) is None


def test_what_an_answer_that_came_too_late_may_have_added_is_not_added_again(
    redis_url: str,
) -> None:
    hasty, patient = RedisServer(redis_url, timeout_s=0.1), RedisServer(redis_url)
    counts = RedisCounts(hasty)
    try:
        counts.add({"cdrs:1:a": 1}, seconds=60)
        patient.client().client_pause(400)

        assert counts.add({"cdrs:1:a": 5}, seconds=60) == {"cdrs:1:a": 0}
    finally:
        hasty.close()
        patient.client().client_unpause()
        patient.close()
