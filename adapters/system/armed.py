"""Fail points that the environment arms: to see what a process that dies at the worst moment costs.

`HUB_FAIL_POINTS=sent=kill` makes the first process that gets there die by SIGKILL, once;
`sent=stop` makes it stand still (SIGSTOP), `sent=kill@3` counts to the third time.
"""

import os
import re
import signal
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

_FORM = re.compile(r"(?P<name>[a-z]{1,50})=(?P<fault>kill|stop)(?:@(?P<turn>[1-9][0-9]*))?\Z")
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


@dataclass(frozen=True)
class ArmedFailPoints:
    """`folder` keeps which ones have hit, so that a process that is started again gets past."""

    points: dict[str, tuple[signal.Signals, int]]
    folder: Path
    reached: Counter[str] = field(default_factory=Counter)

    @classmethod
    def parse(cls, text: str, folder: Path) -> "ArmedFailPoints":
        """The points of `sent=kill,popped=stop@2`.

        :raises ValueError: if it is not of that form.
        """
        points = {}
        for each in filter(None, text.split(",")):
            found = _FORM.match(each.strip())
            if found is None:
                raise ValueError(f"not a fail point: {each!r}")
            points[found["name"]] = (_SIGNALS[found["fault"]], int(found["turn"] or 1))
        return cls(points, folder)

    def reach(self, name: str) -> None:
        if name not in self.points:
            return
        number, turn = self.points[name]
        self.reached[name] += 1
        if self.reached[name] >= turn and self._is_first(name):
            os.kill(os.getpid(), number)

    def _is_first(self, name: str) -> bool:
        try:
            handle = os.open(self.folder / f"hit-{name}", os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            return False
        os.write(handle, str(os.getpid()).encode())
        os.close(handle)
        return True
