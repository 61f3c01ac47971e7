"""Keeping a process on one core: its threads take turns at Python anyway.

On several cores they wake at the same moment and wait for each other in the kernel, which costs
half as much again as what they do.
"""

import os
import socket
from contextlib import suppress
from zlib import crc32


def stay_on_one_core() -> None:
    """Choose one of the cores that this process may use, by its id: they are spread evenly.

    The host's name counts too: in containers each process has the same id, and a host of its own.
    To be called before it has threads: those that are there stay where they are. Where the system
    has no such thing, nothing happens.
    """
    with suppress(AttributeError, OSError):
        cores = sorted(os.sched_getaffinity(0))
        place = crc32(socket.gethostname().encode()) + os.getpid()
        os.sched_setaffinity(0, {cores[place % len(cores)]})
