"""Jobs that the hub did not write: the worker drops them, and goes on with its own.

Who can write to Redis may wake the hub or let it sleep. It runs nothing there.
"""

import json
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from redis import Redis

from entrypoints import programs
from entrypoints.checks import checks, is_open, warn_of_open_redis
from entrypoints.redis_place import RedisPlace
from entrypoints.settings import Settings
from tests.conformance.running import RunningHub
from tests.e2e.hub_process import free_port, until

PUBLISH = "entrypoints.jobs.publish"
PATIENCE_S = 30.0


@pytest.fixture
def redis(hub: RunningHub) -> Iterator[Redis]:
    settings = Settings.from_environment(hub.process.environment())
    with Redis.from_url(settings.redis.url) as client:
        yield client


def packed(function: Any, args: Any = (), kwargs: Any = None, instance: Any = None) -> bytes:
    return zlib.compress(json.dumps([function, instance, args, kwargs or {}]).encode())


def push(redis: Redis, fields: dict[str, Any], *, queue: str = "publish") -> str:
    """A job as RQ would keep it, with any fields."""
    name = str(uuid4())
    job = {"created_at": "2026-11-28T00:00:00.000000Z", "origin": queue, "status": "queued"}
    redis.hset(f"rq:job:{name}", mapping=job | fields)
    redis.rpush(f"rq:queue:{queue}", name)
    return name


def worker(hub: RunningHub, queue: str = "publish") -> set[int]:
    return hub.process.processes(f"--queue\0{queue}")


def drained(redis: Redis) -> None:
    """Wait until the worker has heard everything that was in the queue before this."""
    last = push(redis, {"data": packed(PUBLISH, ["locations/QZ/ZZZ/NONE"])})
    until(lambda: not redis.exists(f"rq:job:{last}"), PATIENCE_S)


def log_of(hub: RunningHub, queue: str = "publish") -> str:
    path: Path = hub.process.folder / "logs" / f"{queue}.log"
    return path.read_text(encoding="utf-8", errors="replace")


def test_a_foreign_function_is_not_run_and_the_worker_says_so_in_one_line(
    hub: RunningHub, redis: Redis, tmp_path: Path
) -> None:
    trace, before, logged = tmp_path / "ran", worker(hub), len(log_of(hub))
    push(redis, {"data": packed("os.system", [f"touch {trace}"])})

    drained(redis)

    assert not trace.exists()
    assert worker(hub) == before
    said = [line for line in log_of(hub)[logged:].splitlines() if "foreign" in line]
    assert len(said) == 1


@pytest.mark.parametrize("field", ["success", "failure", "stopped"])
@pytest.mark.parametrize("key", ["locations/DE/ABC/LOC1", "not a key"])
def test_a_callback_in_a_job_of_the_hubs_own_is_not_called(
    hub: RunningHub, redis: Redis, tmp_path: Path, field: str, key: str
) -> None:
    """RQ calls it with the job, the connection and the result: builtins.print would do."""
    marker = f"called-{secrets.token_hex(4)}"
    fields = {
        "data": packed(PUBLISH, [key]),
        "description": marker,
        f"{field}_callback_name": "builtins.print",
        f"{field}_callback_timeout": "10",
    }
    before = worker(hub)
    push(redis, fields)

    drained(redis)

    assert marker not in log_of(hub)
    assert worker(hub) == before


BAD: dict[str, dict[str, Any]] = {
    "no data": {},
    "not compressed": {"data": b"\xff\xfe nonsense"},
    "pickled": {"data": zlib.compress(b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94\x93\x94.")},
    "no list": {"data": zlib.compress(b'{"a": 1}')},
    "too short": {"data": zlib.compress(b'["entrypoints.jobs.publish"]')},
    "an instance": {"data": packed("lower", [], instance="entrypoints.jobs")},
    "function is no text": {"data": packed({"$": 1}, ["x"])},
    "no arguments": {"data": packed(PUBLISH, [])},
    "too many arguments": {"data": packed(PUBLISH, ["a", "b"])},
    "an argument that is no text": {"data": packed(PUBLISH, [["a"]])},
    "arguments are no list": {"data": packed(PUBLISH, 7)},
    "keywords": {"data": packed(PUBLISH, [], {"key": "locations/DE/ABC/LOC1"})},
    "keywords are no object": {"data": zlib.compress(f'["{PUBLISH}",null,["a"],7]'.encode())},
    "deep": {"data": zlib.compress(b"[" * 100_000)},
    "a bomb": {"data": zlib.compress(b" " * 50_000_000)},
    "timeout": {"data": packed(PUBLISH, ["a"]), "timeout": "soon"},
    "status": {"data": packed(PUBLISH, ["a"]), "status": "sleepy"},
    "time": {"data": packed(PUBLISH, ["a"]), "created_at": "yesterday"},
    "dependencies": {"data": packed(PUBLISH, ["a"]), "dependency_ids": "{"},
    "retries": {"data": packed(PUBLISH, ["a"]), "retries_left": "many"},
    "meta": {"data": packed(PUBLISH, ["a"]), "meta": b"\xff", "webhooks": "[{}]"},
    "another queue's": {"data": packed("entrypoints.jobs.pump")},
    "private": {"data": packed("entrypoints.jobs._send", ["x"])},
    "a surrogate": {"data": packed(PUBLISH, ["\ud800"])},
}


def test_malformed_jobs_do_not_end_the_worker_and_leave_nothing_behind(
    hub: RunningHub, redis: Redis
) -> None:
    before = worker(hub)
    names = {name: push(redis, fields) for name, fields in BAD.items()}

    drained(redis)

    assert worker(hub) == before
    assert [name for name, job in names.items() if redis.exists(f"rq:job:{job}")] == []
    assert redis.zcard("rq:failed:publish") == 0


def test_entries_of_the_queue_that_name_no_job_do_not_end_the_worker(
    hub: RunningHub, redis: Redis
) -> None:
    before, text = worker(hub), str(uuid4())
    redis.set(f"rq:job:{text}", "text")
    for entry in (b"\xff\xfe", b"a b", b"", b"x:y", b"0" * 100_000, str(uuid4()), text):
        redis.rpush("rq:queue:publish", entry)

    drained(redis)

    assert worker(hub) == before
    assert redis.llen("rq:queue:publish:intermediate") == 0
    assert not redis.exists(f"rq:job:{text}")


def test_a_worker_takes_no_orders_over_redis(hub: RunningHub, redis: Redis) -> None:
    """RQ's own: shutdown, kill-horse and stop-job by pub/sub, suspension by a key."""
    before = worker(hub)
    orders = [{"command": "shutdown"}, {"command": "kill-horse"}, {"command": "stop-job"}, 7]
    workers: set[Any] = redis.smembers("rq:workers")
    assert workers
    for name in workers:
        channel = name.decode().replace("rq:worker:", "rq:pubsub:")
        heard = [redis.publish(channel, json.dumps(order)) for order in orders]
        assert heard == [0] * len(orders)
    redis.set("rq:suspended", "1")

    drained(redis)

    redis.delete("rq:suspended")
    assert worker(hub) == before


def test_the_embedded_redis_lets_in_who_has_its_password_alone(hub: RunningHub) -> None:
    settings = Settings.from_environment(hub.process.environment())
    password = str(urlsplit(settings.redis.url).password)
    folder = hub.process.folder / "redis"

    assert len(password) >= 32
    assert not is_open(settings.redis)
    assert (folder / "hub.conf").stat().st_mode & 0o077 == 0
    for process in hub.process.processes():
        assert password not in Path(f"/proc/{process}/cmdline").read_text(errors="replace")


def test_check_asks_for_a_password_and_the_start_warns(
    hub: RunningHub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A Redis as its package brings it: on loopback, without a password."""
    settings = Settings.from_environment(hub.process.environment())
    port = free_port()
    command = (programs.redis_server(), "--port", str(port), "--dir", str(tmp_path), "--save", "")
    with Popen(command, stdout=DEVNULL) as server:
        open_to_all = replace(settings, redis=RedisPlace(f"redis://127.0.0.1:{port}/0"))
        until(lambda: is_open(open_to_all.redis), PATIENCE_S)

        [found] = [each for each in checks(open_to_all) if each.subject == "Redis"]
        warn_of_open_redis(open_to_all)
        server.terminate()

    assert not found.is_good
    assert "password" in found.detail
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert [each for each in checks(settings) if not each.is_good] == []
