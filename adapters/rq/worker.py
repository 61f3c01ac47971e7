"""The worker: it runs the job functions of `jobs`, and drops all other jobs in its queue.

A client that can write to Redis can write jobs. RQ would import and call what a job names: its
function, its callbacks, its webhooks. So the hub uses only RQ's queue and loop. A job is taken off
Redis before it runs; its function comes from a table; orders over Redis are not heard.
"""

import json
import logging
import re
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, cast

from redis import Redis
from redis.exceptions import ResponseError
from rq import Queue, SimpleWorker
from rq.exceptions import NoSuchJobError
from rq.intermediate_queue import IntermediateQueue
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer
from rq.utils import import_attribute, now
from rq.worker import WorkerStatus
from rq.worker_registration import clean_worker_registry

from adapters.rq.jobs import JOBS, Job

_ID = re.compile(rb"[0-9A-Za-z-]{1,64}")
_LONGEST = 16 * 1024
_LONGEST_NAME = 4096
_EVERY_S = 60
LONGEST_WAIT_S = 10
"""For a job, in one question. Redis is given twice that to answer: then it is taken to be gone."""
_log = logging.getLogger(__name__)

Running = Callable[[str, float], AbstractContextManager[None]]
"""What a job runs inside of: it is given the job's name and how many seconds it may take."""


class HubJob(RqJob):
    """A job as the hub writes it: all that is read of the record is its function and arguments."""

    planned: Job
    names: tuple[str, ...]

    def refresh(self) -> None:
        """Take the record off Redis. After NoSuchJobError RQ takes the next entry of the queue."""
        try:
            is_there, found = _taken(self.connection, self.key)
        except ResponseError:
            self.connection.delete(self.key)
            is_there, found = True, None
        if is_there and found is None:
            _log.warning("a foreign job is dropped: %s", self.key)
        if found is None:
            raise NoSuchJobError(self.key)
        self.planned, self.names = found

    def perform(self) -> None:
        """Call the function."""
        import_attribute(self.planned.function)(*self.names)


class HubQueue(Queue):
    """A queue whose entries may be anything."""

    job_class = HubJob

    @classmethod
    def lmove(cls, connection: Any, queue_key: str, timeout: int | None) -> Any:
        """Take the next entry that can be a job's id; what cannot is dropped."""
        while True:
            try:
                taken = super().lmove(connection, queue_key, timeout)
            except ResponseError as error:
                if not str(error).startswith("WRONGTYPE"):
                    raise
                connection.delete(queue_key, IntermediateQueue(queue_key, connection).key)
                _log.warning("a queue that is none is dropped: %s", queue_key)
                continue
            if taken is None:
                return None
            connection.lrem(IntermediateQueue(queue_key, connection).key, 1, taken[1])
            if _ID.fullmatch(taken[1]):
                return taken
            _log.warning("a foreign entry of a queue is dropped: %s", queue_key)


class QueueWorker(SimpleWorker):
    """Works on one queue. `running` is what each job runs inside of, `stopping` is told of a stop.

    Until told to stop, or until Redis is away for good: the supervisor starts it again.
    """

    queue_class = HubQueue
    job_class = HubJob
    max_connection_wait_time = 2.0
    running: Running
    stopping: Callable[[], None]
    known_until: float = 0.0

    @property
    def dequeue_timeout(self) -> int:
        """Seconds that one question waits for a job."""
        return LONGEST_WAIT_S

    def execute_job(self, job: RqJob, queue: Queue) -> None:
        """Run it once; nothing of it is in Redis any more by then."""
        if not isinstance(job, HubJob) or job.planned.queue != queue.name:
            _log.warning("a foreign job is dropped: %s, in the queue %s", job.key, queue.name)
            return
        self.set_state(WorkerStatus.BUSY)  # a stop waits for the job, it does not interrupt it
        self.heartbeat(job.planned.at_most_s + _EVERY_S)
        with self.running(job.planned.function, job.planned.at_most_s):
            job.perform()
        self.set_state(WorkerStatus.IDLE)

    def set_state(self, state: str, pipeline: Any = None) -> None:
        """Known in this process alone: no other one asks for it."""
        self._state = state

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Once in a while is enough: RQ writes four a job, and the job is over in milliseconds."""
        lasts_until = time.monotonic() + (timeout or 2 * _EVERY_S)
        if lasts_until > self.known_until + _EVERY_S / 2:
            super().heartbeat(timeout, pipeline)
            self.known_until = lasts_until

    def run_maintenance_tasks(self) -> None:
        """Forget workers that are gone, and entries that another one took and died with."""
        for queue in self.queues:
            self.connection.delete(queue.intermediate_queue_key)
            try:
                clean_worker_registry(queue)
            except (UnicodeError, ResponseError):
                _log.warning("the list of workers is not one of the hub's own")
        self.last_cleaned_at = now()  # type: ignore[assignment]

    def request_stop(self, signum: Any, frame: Any) -> None:
        self.stopping()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def subscribe(self) -> None:
        """Hear no orders: each client of Redis could stop the worker, and the hub gives none."""

    def check_for_suspension(self, burst: bool) -> None:
        """Do not stand still because of a key in Redis."""


def worker(
    connection: Redis, queue: str, *, running: Running, stopping: Callable[[], None]
) -> QueueWorker:
    """The worker of one queue; `work` it.

    Its connection waits for an answer twice LONGEST_WAIT_S.
    """
    made = QueueWorker(
        [HubQueue(queue, connection=connection, serializer=JSONSerializer)],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=_EVERY_S,
        maintenance_interval=_EVERY_S,
        default_result_ttl=0,
    )
    made.running, made.stopping = running, stopping
    return made


def at_work(connection: Redis) -> list[str]:
    """The hub's queues that a worker listens to now, each as often as there are workers.

    A worker that was killed is there for three minutes more.
    """
    found: list[str] = []
    for queue in sorted({job.queue for job in JOBS.values()}):
        for key in cast("set[bytes]", connection.smembers(f"rq:workers:{queue}")):
            found.extend([queue] if connection.exists(key) else ())
    return found


def _taken(redis: Redis, key: str) -> tuple[bool, tuple[Job, tuple[str, ...]] | None]:
    """Whether it was there; the job and its arguments, None if the hub did not write it."""
    with redis.pipeline(transaction=False) as together:
        together.exists(key)
        together.hstrlen(key, "data")
        is_there, length = together.execute()
        if length <= _LONGEST:
            together.hget(key, "data")
        together.delete(key)
        *packed, _ = together.execute()
    return bool(is_there), _unpacked(packed[0]) if any(packed) else None


def _unpacked(packed: bytes) -> tuple[Job, tuple[str, ...]] | None:
    try:
        content = json.loads(zlib.decompressobj().decompress(packed, _LONGEST))
        function, instance, names, keywords = content
    except (zlib.error, ValueError, TypeError, RecursionError):
        return None
    planned = JOBS.get(function) if isinstance(function, str) else None
    if planned is None or instance is not None or keywords != {}:
        return None
    return (planned, tuple(names)) if _are_names(names, planned.names) else None


def _are_names(names: Any, many: int) -> bool:
    """That many texts, each of a size that a name can have, and fit to be stored."""
    if isinstance(names, Mapping) or not isinstance(names, list) or len(names) != many:
        return False
    return all(
        isinstance(name, str) and len(name) <= _LONGEST_NAME and name.isprintable()
        for name in names
    )
