"""Wake-ups through RQ. Jobs carry names, never data; all that they say is in MongoDB too."""

from adapters.rq.jobs import COMMAND, PUBLISH, PUMP, SYNCHRONIZE, Job, enqueue
from adapters.rq.wake import RqWake

__all__ = ["COMMAND", "PUBLISH", "PUMP", "SYNCHRONIZE", "Job", "RqWake", "enqueue"]
