"""The facts about RQ that the hub leans on, and the wake-ups made of them."""

import json
import signal
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job as RqJob
from rq.registry import FailedJobRegistry, FinishedJobRegistry
from rq.serializers import JSONSerializer

from adapters.memory import MemoryBell, MemoryCounters
from adapters.redis import RedisServer, WakeOnce, connect
from adapters.rq import DRAIN, PUBLISH, PUMP, SYNCHRONIZE, Job, RqWake, enqueue, worker
from adapters.rq.jobs import JOBS
from domain.operators.alarm_kinds import AlarmKind

NOTED = replace(PUBLISH, function="builtins.len")
BROKEN = replace(PUBLISH, function="builtins.int")


@pytest.fixture
def redis(redis_server: RedisServer) -> Redis:
    return redis_server.client()


@pytest.fixture
def hanging() -> Iterator[RedisServer]:
    """A Redis that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        away = RedisServer(f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        yield away
        away.close()


def waking(
    server: RedisServer, counters: MemoryCounters | None = None, bell: MemoryBell | None = None
) -> RqWake:
    return RqWake(server, WakeOnce(server), counters or MemoryCounters(), bell or MemoryBell())


def jobs(redis: Redis, queue: str) -> list[RqJob]:
    return Queue(queue, connection=redis, serializer=JSONSerializer).get_jobs()


def work(url: str) -> list[str]:
    """What the hub's worker does until its queue is empty: the jobs that it ran."""
    ran: list[str] = []

    @contextmanager
    def running(name: str, at_most_s: float) -> Iterator[None]:
        ran.append(name)
        with suppress(ValueError):
            yield

    connection = connect(url, answers_within_s=20)
    made = worker(connection, "publish", running=running, stopping=lambda: None)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    made.work(burst=True, logging_level="ERROR")
    made.connection.close()
    for number, handler in handlers.items():
        signal.signal(number, handler)
    return ran


def left_behind(redis: Redis) -> set[object]:
    return {key for kind in ("job", "results") for key in redis.scan_iter(f"rq:{kind}*", 1000)}


@pytest.mark.parametrize("job", [NOTED, BROKEN])
def test_a_job_leaves_nothing_behind_whether_it_failed_or_not(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch, job: Job
) -> None:
    monkeypatch.setitem(JOBS, job.function, job)
    enqueue(redis, job, "no number")
    assert left_behind(redis)

    assert work(redis_url) == [job.function]

    assert left_behind(redis) == set()
    for registry in (FinishedJobRegistry, FailedJobRegistry):
        kept = registry("publish", connection=redis, serializer=JSONSerializer)
        assert kept.get_job_ids() == []


def test_a_job_costs_redis_few_commands(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RQ's own way of enqueuing, keeping and noting a job takes 35."""
    monkeypatch.setitem(JOBS, NOTED.function, NOTED)

    def commands_for(many: int) -> int:
        before = redis.info("stats")["total_commands_processed"]
        for _ in range(many):
            enqueue(redis, NOTED, "x")
        assert len(work(redis_url)) == many
        return int(redis.info("stats")["total_commands_processed"] - before)

    one = commands_for(1)

    assert (commands_for(21) - one) / 20 <= 16


def test_a_job_of_another_function_or_another_queue_is_not_run(
    redis: Redis, redis_url: str
) -> None:
    enqueue(redis, NOTED, "os.system is as foreign")
    enqueue(redis, replace(PUMP, queue="publish"))

    assert work(redis_url) == []

    assert left_behind(redis) == set()


def test_a_queue_that_is_no_list_is_dropped(redis: Redis, redis_url: str) -> None:
    redis.set("rq:queue:publish", "text")
    redis.set("rq:queue:publish:intermediate", "text")

    assert work(redis_url) == []

    assert not redis.exists("rq:queue:publish", "rq:queue:publish:intermediate")


def test_the_same_wake_up_twice_is_two_jobs_of_random_ids(redis: Redis) -> None:
    enqueue(redis, NOTED, "locations/DE/ABC/LOC1")
    enqueue(redis, NOTED, "locations/DE/ABC/LOC1")

    assert len({job.id for job in jobs(redis, "publish")}) == 2


def test_a_job_that_was_lost_does_not_block_the_next(redis: Redis) -> None:
    enqueue(redis, NOTED, "locations/DE/ABC/LOC1")
    redis.lpop("rq:queue:publish")

    enqueue(redis, NOTED, "locations/DE/ABC/LOC1")

    assert len(jobs(redis, "publish")) == 1


def test_jobs_are_json_and_carry_names_alone(redis: Redis, redis_server: RedisServer) -> None:
    waking(redis_server).command("command-1")

    [job] = jobs(redis, "publish")
    stored = redis.hget(f"rq:job:{job.id}", "data")
    assert isinstance(stored, bytes)
    assert json.loads(zlib.decompress(stored)) == [
        "entrypoints.jobs.command",
        None,
        ["command-1"],
        {},
    ]


def test_a_wake_up_of_the_pump_has_no_arguments(redis: Redis, redis_server: RedisServer) -> None:
    waking(redis_server).pump()

    [job] = jobs(redis, "pump")
    assert (job.func_name, list(job.args), job.kwargs) == ("entrypoints.jobs.pump", [], {})
    assert (job.result_ttl, job.timeout, job.ttl) == (0, PUMP.at_most_s, 600)


def test_the_pump_is_woken_once_until_it_begins(redis: Redis, redis_server: RedisServer) -> None:
    wake = waking(redis_server)
    wake.pump()
    wake.pump()
    assert len(jobs(redis, "pump")) == 1

    WakeOnce(redis_server).forget("pump")
    wake.pump()

    assert len(jobs(redis, "pump")) == 2


def test_a_pull_names_the_partner_and_has_a_queue_and_time_of_its_own(
    redis: Redis, redis_server: RedisServer
) -> None:
    waking(redis_server).synchronize("partner-1")

    [job] = jobs(redis, "sync")
    assert (job.func_name, list(job.args)) == ("entrypoints.jobs.synchronize", ["partner-1"])
    assert (job.result_ttl, job.timeout, job.ttl) == (0, SYNCHRONIZE.at_most_s, 600)
    assert jobs(redis, "publish") == jobs(redis, "pump") == []


def test_a_pull_is_asked_for_once_a_partner_until_it_begins(
    redis: Redis, redis_server: RedisServer
) -> None:
    wake = waking(redis_server)
    for partner in ("p", "p", "q", "p"):
        wake.synchronize(partner)
    assert [list(job.args) for job in jobs(redis, "sync")] == [["p"], ["q"]]

    WakeOnce(redis_server).forget("sync:p")
    wake.synchronize("p")

    assert len(jobs(redis, "sync")) == 3


def test_a_command_goes_before_everything_else(redis: Redis, redis_server: RedisServer) -> None:
    wake = waking(redis_server)
    wake.publish()

    wake.command("command-1")

    first, _ = jobs(redis, "publish")
    assert (first.func_name, list(first.args)) == ("entrypoints.jobs.command", ["command-1"])


def test_one_job_publishes_for_all_that_wake_until_it_has_ended(
    redis: Redis, redis_server: RedisServer
) -> None:
    wake, once = waking(redis_server), WakeOnce(redis_server)
    wake.publish()
    wake.publish()
    [job] = jobs(redis, "publish")
    assert (job.func_name, list(job.args), job.kwargs) == ("entrypoints.jobs.drain", [], {})
    assert (job.result_ttl, job.timeout, job.ttl) == (0, DRAIN.at_most_s, 600)

    once.begin("publish")
    wake.publish()
    assert len(jobs(redis, "publish")) == 1
    once.begin("publish")
    once.end("publish")
    wake.publish()

    assert len(jobs(redis, "publish")) == 2


def test_a_publishing_job_that_could_not_be_enqueued_keeps_no_other_from_waking(
    redis: Redis, redis_server: RedisServer
) -> None:
    redis.set("rq:queue:publish", "no list")
    waking(redis_server).publish()
    redis.delete("rq:queue:publish")

    waking(redis_server).publish()

    assert len(jobs(redis, "publish")) == 1


def test_a_job_of_the_version_before_is_still_known() -> None:
    assert JOBS["entrypoints.jobs.publish"] == PUBLISH
    assert (PUBLISH.queue, PUBLISH.names) == ("publish", 1)


@pytest.mark.parametrize("away", ["redis_away", "hanging"])
def test_without_redis_wake_ups_are_lost_fast_and_silently(
    request: pytest.FixtureRequest, away: str
) -> None:
    counters, bell = MemoryCounters(), MemoryBell()
    wake = waking(request.getfixturevalue(away), counters, bell)
    wakes: list[Callable[[], None]] = [
        wake.publish,
        wake.pump,
        lambda: wake.synchronize("partner-1"),
        lambda: wake.command("command-1"),
    ]

    begun = time.monotonic()
    for each in wakes:
        each()

    assert time.monotonic() - begun < 1.5
    assert counters.totals() == {
        ("wakes_lost", (("queue", "publish"),)): 2,
        ("wakes_lost", (("queue", "pump"),)): 1,
        ("wakes_lost", (("queue", "sync"),)): 1,
    }
    assert {each.kind for each in bell.rung} == {AlarmKind.REDIS_AWAY}
