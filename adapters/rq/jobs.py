"""How a job is put into its queue: the few of RQ's ways that the hub relies on.

JSON instead of pickle (whoever writes to Redis would run code), random ids (a lost job blocks a
fixed one for good), nothing left behind, and none of RQ's own retries or schedules.
"""

from dataclasses import dataclass

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

_STALE_S = 600
_FAILURES_KEPT_S = 24 * 3600


@dataclass(frozen=True)
class Job:
    """What runs, in which queue. One queue has one worker process (a worker of two loses jobs)."""

    queue: str
    function: str
    at_most_s: int


PUBLISH = Job("publish", "entrypoints.jobs.publish", at_most_s=60)
COMMAND = Job("publish", "entrypoints.jobs.command", at_most_s=60)
SYNCHRONIZE = Job("sync", "entrypoints.jobs.synchronize", at_most_s=3600)
PUMP = Job("pump", "entrypoints.jobs.pump", at_most_s=600)


def enqueue(redis: Redis, job: Job, *names: str, first: bool = False) -> bool:
    """Put it at the end of its queue, or `first` in it. Unheard for ten minutes it is dropped."""
    Queue(job.queue, connection=redis, serializer=JSONSerializer).enqueue_call(
        func=job.function,
        args=names,
        timeout=job.at_most_s,
        result_ttl=0,
        ttl=_STALE_S,
        failure_ttl=_FAILURES_KEPT_S,
        at_front=first,
    )
    return True
