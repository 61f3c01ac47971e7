"""The threads that answer: all that is given is done, by no more threads than there may be."""

import threading
from queue import SimpleQueue

import pytest

from entrypoints.serving.threads import Threads


def test_a_free_thread_is_used_before_another_is_started() -> None:
    names, done = SimpleQueue[str](), threading.Semaphore(0)

    def do(_: int) -> None:
        names.put(threading.current_thread().name)
        done.release()

    threads = Threads[int](4, do)
    for number in range(20):
        threads.give(number)
        done.acquire()
        threads.took_back()

    assert len({names.get() for _ in range(20)}) == 1
    threads.shutdown()


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_threads_work_at_once_than_there_may_be(most: int) -> None:
    here, go_on, names = threading.Semaphore(0), threading.Semaphore(0), SimpleQueue[str]()

    def do(_: int) -> None:
        here.release()
        go_on.acquire()
        names.put(threading.current_thread().name)

    threads = Threads[int](most, do)
    for number in range(10):
        threads.give(number)
    for _ in range(most):
        here.acquire()

    assert not here.acquire(blocking=False)
    go_on.release(10)
    assert len({names.get() for _ in range(10)}) <= most
    threads.shutdown()


def test_what_was_given_before_the_end_is_done() -> None:
    done = SimpleQueue[int]()
    threads = Threads[int](2, done.put)

    for number in range(50):
        threads.give(number)
    threads.shutdown()

    assert sorted(done.get() for _ in range(50)) == list(range(50))
