"""One partner's requests never take more than its share of the threads."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import pytest

from application.partners.bulkhead import Bulkhead, Patience
from domain.errors import ReceiverAway

LONG = 600.0
"""Longer than a busy machine makes any of these wait."""


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = 100.0

    def __call__(self) -> float:
        return self.moment


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


class Waiting:
    """A request in a thread of its own: it waits for its turn, and ends when it is told."""

    def __init__(self, bulkhead: Bulkhead, partner_id: str, pool: ThreadPoolExecutor) -> None:
        self.began, self.ends = Event(), Event()
        there = waiting_in(bulkhead)
        self.done: Future[None] = pool.submit(self._ask, bulkhead, partner_id)
        while waiting_in(bulkhead) == there and not (self.began.is_set() or self.done.done()):
            pass

    def _ask(self, bulkhead: Bulkhead, partner_id: str) -> None:
        with bulkhead.enter(partner_id, waits=True):
            self.began.set()
            assert self.ends.wait(LONG)

    def end(self) -> None:
        self.ends.set()
        self.done.result(LONG)


def waiting_in(bulkhead: Bulkhead) -> int:
    with bulkhead.lock:
        return sum(len(each.queue) for each in bulkhead.asked.values())


def test_one_more_than_may_ask_a_partner_is_told_at_once() -> None:
    bulkhead = Bulkhead(2)

    with (
        bulkhead.enter("cpo"),
        bulkhead.enter("cpo"),
        pytest.raises(ReceiverAway, match="too many"),
        bulkhead.enter("cpo"),
    ):
        pytest.fail("three are inside")  # pragma: no cover


def test_partners_do_not_take_each_others_places() -> None:
    bulkhead = Bulkhead(1)

    with bulkhead.enter("cpo"), bulkhead.enter("emsp"):
        assert {name: len(each.turns) for name, each in bulkhead.asked.items()} == {
            "cpo": 1,
            "emsp": 1,
        }


def test_a_place_is_free_again_however_the_request_ended() -> None:
    bulkhead = Bulkhead(1)

    with pytest.raises(ValueError, match="broke"), bulkhead.enter("cpo"):
        raise ValueError("broke")

    with bulkhead.enter("cpo"):
        pass
    assert not bulkhead.asked


def test_where_many_ask_a_quick_partner_each_has_its_turn_in_order(
    pool: ThreadPoolExecutor,
) -> None:
    bulkhead = Bulkhead(1, Patience(LONG))
    first = Waiting(bulkhead, "emsp", pool)
    second = Waiting(bulkhead, "emsp", pool)
    third = Waiting(bulkhead, "emsp", pool)

    first.end()
    assert second.began.wait(LONG)
    assert not third.began.is_set()
    second.end()
    assert third.began.wait(LONG)
    third.end()

    assert not bulkhead.asked


def test_a_request_waits_for_its_turn_only_a_little() -> None:
    bulkhead = Bulkhead(1, Patience(0.01))

    with bulkhead.enter("emsp"):
        with pytest.raises(ReceiverAway), bulkhead.enter("emsp", waits=True):
            pytest.fail("two are inside")  # pragma: no cover
        assert not waiting_in(bulkhead)


def test_no_request_waits_for_a_partner_that_hangs() -> None:
    now = Hands()
    bulkhead = Bulkhead(1, Patience(LONG, now))

    with bulkhead.enter("emsp"):
        now.moment += LONG + 1
        with pytest.raises(ReceiverAway), bulkhead.enter("emsp", waits=True):
            pytest.fail("two are inside")  # pragma: no cover


def test_no_request_waits_for_a_partner_whose_last_turn_was_slow() -> None:
    now = Hands()
    bulkhead = Bulkhead(1, Patience(LONG, now))
    with bulkhead.enter("emsp"):
        now.moment += LONG + 1

    with (
        bulkhead.enter("emsp"),
        pytest.raises(ReceiverAway),
        bulkhead.enter("emsp", waits=True),
    ):
        pytest.fail("two are inside")  # pragma: no cover


def test_a_partner_that_has_become_quick_is_waited_for_again(pool: ThreadPoolExecutor) -> None:
    now = Hands()
    bulkhead = Bulkhead(1, Patience(LONG, now))
    with bulkhead.enter("emsp"):
        now.moment += LONG + 1
    with bulkhead.enter("emsp"):
        pass
    first, second = (Waiting(bulkhead, "emsp", pool) for _ in range(2))

    first.end()
    assert second.began.wait(LONG)
    second.end()

    assert not bulkhead.asked


def test_a_quarter_of_the_threads_never_waits_however_many_partners_begin_to_hang(
    pool: ThreadPoolExecutor,
) -> None:
    bulkhead = Bulkhead(1, Patience(LONG))
    with ExitStack() as held:
        for partner_id in ("one", "other"):
            held.enter_context(bulkhead.enter(partner_id))
        waiting = [Waiting(bulkhead, partner_id, pool) for partner_id in ("one", "other")]

        for partner_id in ("one", "other"):
            with pytest.raises(ReceiverAway), bulkhead.enter(partner_id, waits=True):
                pytest.fail("a third one waits")  # pragma: no cover
    for each in waiting:
        each.end()


def test_a_turn_is_slow_after_a_second() -> None:
    assert Bulkhead(1).patience.seconds == 1.0
