"""Which jobs there are, and how one is put into its queue: the few of RQ's ways that the hub uses.

JSON instead of pickle (who writes to Redis would run code), random ids (a lost job blocks a
fixed one for good), nothing left behind, and none of RQ's own retries or schedules.
"""

from dataclasses import dataclass

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

_STALE_S = 600


@dataclass(frozen=True)
class Job:
    """What runs, in which queue. One queue has one worker process (a worker of two loses jobs).

    `names` is how many arguments it has, all of them text. Its process ends where it takes longer
    than `at_most_s`: a job ends by itself long before.
    """

    queue: str
    function: str
    at_most_s: int
    names: int = 1


DRAIN = Job("publish", "entrypoints.jobs.drain", at_most_s=120, names=0)
PUBLISH = Job("publish", "entrypoints.jobs.publish", at_most_s=120)
COMMAND = Job("publish", "entrypoints.jobs.command", at_most_s=60)
SYNCHRONIZE = Job("sync", "entrypoints.jobs.synchronize", at_most_s=120)
PUMP = Job("pump", "entrypoints.jobs.pump", at_most_s=600, names=0)
JOBS = {job.function: job for job in (DRAIN, PUBLISH, COMMAND, SYNCHRONIZE, PUMP)}
"""Every function that a worker runs; it runs no other. PUBLISH is of the version before, whose jobs
may wait in the queue at an upgrade.
"""


def enqueue(redis: Redis, job: Job, *names: str, first: bool = False) -> bool:
    """Put it at the end of its queue, or `first` in it. Unheard for ten minutes it is dropped."""
    with redis.pipeline(transaction=True) as together:
        Queue(job.queue, connection=redis, serializer=JSONSerializer).enqueue_call(
            func=job.function,
            args=names,
            timeout=job.at_most_s,
            result_ttl=0,
            ttl=_STALE_S,
            failure_ttl=_STALE_S,
            at_front=first,
            pipeline=together,
        )
        together.execute()
    return True
