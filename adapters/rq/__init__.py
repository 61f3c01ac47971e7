"""Wake-ups through RQ. Jobs carry names, never data; all that they say is in MongoDB too."""

from adapters.rq.jobs import COMMAND, DRAIN, PUBLISH, PUMP, SYNCHRONIZE, Job, enqueue
from adapters.rq.wake import RqWake
from adapters.rq.worker import LONGEST_WAIT_S, QueueWorker, Running, at_work, worker

__all__ = [
    "COMMAND",
    "DRAIN",
    "LONGEST_WAIT_S",
    "PUBLISH",
    "PUMP",
    "SYNCHRONIZE",
    "QueueWorker",
    "Job",
    "RqWake",
    "Running",
    "at_work",
    "enqueue",
    "worker",
]
