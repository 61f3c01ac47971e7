"""Runs a command that ends when its starter does: nothing outlives a launcher killed with -9.

Linux alone can do that (PR_SET_PDEATHSIG); elsewhere the command runs untethered. It imports
nothing of the hub, so that it starts in milliseconds: `python -IS tether.py COMMAND ARGUMENT...`
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def tethered(command: Sequence[str]) -> list[str]:
    """`command` as it must be started so that it gets a SIGTERM the moment its parent is gone."""
    return [sys.executable, "-IS", os.path.abspath(__file__), *command]


def hold_on_to_parent() -> None:
    """From now on the parent's end is a SIGTERM to this process; exec keeps that, fork does not."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    hold_on_to_parent()
    os.execvp(sys.argv[1], sys.argv[1:])
