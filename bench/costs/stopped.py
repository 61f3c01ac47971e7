"""A program of the hub that stands still for a while, so that another's work is measured alone.

The sweeper above all: it publishes and delivers what the workers are late with.
"""

import os
import signal
from contextlib import suppress

from tests.conformance.running import RunningHub


class Stopped:
    """The program's processes stand still until `go_on`, at the latest until the block ends.

    Not for longer than a minute: the watchdog of a process ends it then, and it is started again.
    """

    def __init__(self, hub: RunningHub, name: str) -> None:
        self._processes = hub.process.processes(name)
        assert self._processes, f"no {name} runs"

    def __enter__(self) -> "Stopped":
        self._signal(signal.SIGSTOP)
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on()

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._processes:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
