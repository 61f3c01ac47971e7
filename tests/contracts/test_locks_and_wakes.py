"""What every lock and wake-up promises; and that no caller needs Redis for it."""

import time
from threading import Event, Thread

import pytest
from redis.exceptions import ConnectionError

from adapters.redis import RedisLocks, RedisServer, WakeOnce
from domain.ports import Locks


def test_a_lock_keeps_the_others_out(locks: Locks) -> None:
    inside = 0
    most = 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            with locks.hold("name", seconds=10):
                inside += 1
                most = max(most, inside)
                time.sleep(0.002)
                inside -= 1

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1


def test_locks_of_different_names_do_not_wait_for_each_other(locks: Locks) -> None:
    begun = time.monotonic()

    with locks.hold("one", seconds=5), locks.hold("two", seconds=5):
        assert time.monotonic() - begun < 1


def test_a_lock_is_free_after_an_error(locks: Locks) -> None:
    with pytest.raises(ValueError, match="inside"), locks.hold("name", seconds=5):
        raise ValueError("inside")

    begun = time.monotonic()
    with locks.hold("name", seconds=5):
        assert time.monotonic() - begun < 1


def test_who_does_not_wait_is_told_at_once_whether_the_lock_is_free(locks: Locks) -> None:
    with locks.try_hold("name", seconds=30) as first, locks.try_hold("name", seconds=30) as second:
        assert (first, second) == (True, False)

    with locks.try_hold("name", seconds=30) as after:
        assert after


def test_who_did_not_get_the_lock_does_not_free_it(locks: Locks) -> None:
    with locks.try_hold("name", seconds=30):
        with locks.try_hold("name", seconds=30):
            pass
        with locks.try_hold("name", seconds=30) as third:
            assert not third


def test_a_lock_that_was_tried_is_free_after_an_error(locks: Locks) -> None:
    with pytest.raises(ValueError, match="inside"), locks.try_hold("name", seconds=30):
        raise ValueError("inside")

    with locks.try_hold("name", seconds=30) as is_ours:
        assert is_ours


def test_who_has_waited_long_enough_goes_on_without(locks: Locks) -> None:
    held, over = Event(), Event()

    def keep() -> None:
        with locks.hold("name", seconds=30):
            held.set()
            over.wait(10)

    keeper = Thread(target=keep)
    keeper.start()
    held.wait(10)
    begun = time.monotonic()

    with locks.hold("name", seconds=0.1) as without:
        waited = time.monotonic() - begun

    over.set()
    keeper.join()
    assert 0.1 <= waited < 2
    assert not without.was_kept


def test_a_lock_that_ran_out_does_not_release_the_next_holders(redis_server: RedisServer) -> None:
    locks = RedisLocks(redis_server)
    redis = redis_server.client()

    with locks.hold("name", seconds=60) as held:
        redis.set("lock:name", b"the next holder's")

    assert redis.get("lock:name") == b"the next holder's"
    assert not held.was_kept


def test_a_lock_that_redis_forgot_was_not_kept(redis_server: RedisServer) -> None:
    with RedisLocks(redis_server).hold("name", seconds=60) as held:
        redis_server.client().flushall()

    assert not held.was_kept


def test_who_held_a_lock_to_its_end_knows_it(locks: Locks) -> None:
    with locks.hold("name", seconds=60) as held:
        assert not held.was_kept

    assert held.was_kept


def test_a_lock_of_a_process_that_died_ends_by_itself(redis_server: RedisServer) -> None:
    with RedisLocks(redis_server).hold("name", seconds=7):
        left_ms = redis_server.client().pttl("lock:name")

    assert 0 < left_ms <= 7000


def test_without_redis_no_caller_waits_for_a_lock(redis_away: RedisServer) -> None:
    begun = time.monotonic()

    with RedisLocks(redis_away).hold("name", seconds=30) as held:
        assert time.monotonic() - begun < 2

    assert not held.was_kept


def test_the_first_wakes_and_the_others_need_not(redis_server: RedisServer) -> None:
    once = WakeOnce(redis_server)

    assert [once.first("pump"), once.first("pump"), once.first("other")] == [True, False, True]
    once.forget("pump")
    assert once.first("pump")
    assert 0 < redis_server.client().pttl("wake:pump") <= 15_000


def test_the_first_that_asks_wakes_until_the_work_has_ended(redis_server: RedisServer) -> None:
    once = WakeOnce(redis_server)

    assert [once.asks("publish"), once.asks("publish"), once.asks("other")] == [True, False, True]
    once.begin("publish")
    assert not once.asks("publish")
    once.begin("publish")
    assert once.end("publish")
    assert once.asks("publish")


def test_work_that_was_asked_for_since_it_began_does_not_end(redis_server: RedisServer) -> None:
    once = WakeOnce(redis_server)
    once.begin("publish")
    once.asks("publish")

    assert not once.end("publish")
    assert not once.asks("publish")
    once.begin("publish")
    assert once.end("publish")


def test_work_whose_mark_is_gone_looks_once_more(redis_server: RedisServer) -> None:
    once = WakeOnce(redis_server)
    once.begin("publish")
    redis_server.client().flushall()

    assert not once.end("publish")
    once.begin("publish")
    assert once.end("publish")


def test_asking_again_and_again_does_not_make_a_lost_wake_up_last(
    redis_server: RedisServer,
) -> None:
    """Else one lost job leaves all changes to the sweeper, for as long as there are any."""
    once, redis = WakeOnce(redis_server), redis_server.client()
    once.asks("publish")
    redis.pexpire("wake:publish", 300)

    once.asks("publish")
    assert 0 < redis.pttl("wake:publish") <= 300
    redis.persist("wake:publish")

    assert once.asks("publish")
    assert 0 < redis.pttl("wake:publish") <= 2_000
    once.begin("publish")
    assert 0 < redis.pttl("wake:publish") <= 2_000


def test_without_redis_who_asks_wakes_and_work_ends(redis_away: RedisServer) -> None:
    once = WakeOnce(redis_away)

    assert [once.asks("publish"), once.asks("publish")] == [True, True]
    once.begin("publish")
    assert once.end("publish")


def test_without_redis_every_caller_is_first(redis_away: RedisServer) -> None:
    once = WakeOnce(redis_away)

    assert [once.first("pump"), once.first("pump")] == [True, True]
    once.forget("pump")


def test_redis_is_left_alone_for_a_while_after_a_failure(redis_away: RedisServer) -> None:
    redis_away.ask(lambda redis: redis.ping(), otherwise=False)

    assert redis_away.ask(lambda _: "asked", otherwise="left alone") == "left alone"


def test_text_that_redis_cannot_have_stops_no_caller_and_leaves_redis_in_use(
    redis_server: RedisServer,
) -> None:
    """Names hold what partners wrote; one lone surrogate must not keep Redis from the others."""
    once = WakeOnce(redis_server)

    with RedisLocks(redis_server).hold("\ud800", seconds=1):
        assert once.first("\ud800")
    once.forget("\ud800")


def test_keys_of_another_kind_stop_no_caller(redis_server: RedisServer) -> None:
    for name in ("lock:name", "wake:pump"):
        redis_server.client().rpush(name, "a list")

    with RedisLocks(redis_server).hold("name", seconds=0.05):
        assert not WakeOnce(redis_server).first("pump")


def test_sentinels_that_are_away_are_as_a_redis_that_is_away() -> None:
    away = RedisServer("redis://master/0", ("redis://:secret@127.0.0.1:1",) * 3, "main")

    with RedisLocks(away).hold("name", seconds=30) as held:
        assert not held.was_kept
    with pytest.raises(ConnectionError, match="none of 3 sentinels names a master main") as raised:
        away.client().ping()
    away.close()

    assert "secret" not in str(raised.value)
