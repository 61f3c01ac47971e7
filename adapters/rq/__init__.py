"""Wake-ups through RQ. Jobs carry names, never data; all that they say is in MongoDB too."""

from adapters.rq.jobs import PUBLISH, PUMP, Job, enqueue
from adapters.rq.wake import RqWake

__all__ = ["PUBLISH", "PUMP", "Job", "RqWake", "enqueue"]
