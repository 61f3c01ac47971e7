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
_TO = "--to="
_TETHERED = "OCPI_HUB_TETHERED"
"""The process that was tethered last, for what it starts itself: exec keeps its number."""


def tethered(command: Sequence[str]) -> list[str]:
    """`command` as this process must start it, so that it gets a SIGTERM when this one is gone."""
    return _tethered(str(os.getpid()), command)


def tethered_to_starter(command: Sequence[str]) -> list[str]:
    """The same for a command that another process starts, which is tethered itself."""
    return _tethered("", command)


def _tethered(parent: str, command: Sequence[str]) -> list[str]:
    return [sys.executable, "-IS", os.path.abspath(__file__), f"{_TO}{parent}", *command]


def hold_on_to(parent: int) -> None:
    """From now on this parent's end is a SIGTERM to this process; exec keeps that, fork does not.

    Where the parent has ended already, this process does too.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)


def _run(words: list[str]) -> None:
    named = words.pop(0).removeprefix(_TO) if words[0].startswith(_TO) else str(os.getppid())
    hold_on_to(int(named or os.environ[_TETHERED]))
    os.environ[_TETHERED] = str(os.getpid())
    os.execvp(words[0], words)


if __name__ == "__main__":
    _run(sys.argv[1:])
