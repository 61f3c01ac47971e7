"""`make demo`: play every chapter, say how it ended, and leave nothing running behind."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from entrypoints.sandbox.demo.chapters import CHAPTERS, Chapter
from entrypoints.sandbox.demo.day import Day, platforms
from entrypoints.sandbox.demo.fresh_hub import FreshHub
from entrypoints.sandbox.demo.telling import StepFailed, Telling

_INTERRUPTED = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Exit 0 if all went well, 1 if a step failed, 130 on Ctrl-C."""
    try:
        sys.exit(play(CHAPTERS))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def play(chapters: Sequence[Chapter]) -> int:
    """Play `chapters` on a fresh hub; the exit status. The logs are kept if a step fails."""
    telling = Telling()
    hub = FreshHub()
    try:
        with (
            _interruptible(),
            hub.folder_of_its_own(),
            _undisturbed_end(),
            platforms() as (cpo, emsps),
        ):
            day = Day(telling, hub, cpo, emsps)
            for chapter in chapters:
                telling.chapter(chapter.title)
                chapter.play(day)
    except StepFailed as failed:
        telling.failed(failed)
        telling.last(f"The hub's logs are in {hub.logs}")
        return 1
    except KeyboardInterrupt:
        telling.last("Interrupted. The hub is stopped, and its folder is gone.")
        return _INTERRUPTED
    telling.last(f"All {telling.steps} steps went well.", colour="green")
    return 0


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP end the day."""
    before = {number: signal.signal(number, _interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _undisturbed_end() -> Iterator[None]:
    """From here on everything is put away, also if the user sends signals meanwhile."""
    try:
        yield
    finally:
        _ignore_signals()


def _interrupt(number: int, frame: FrameType | None) -> None:
    _ignore_signals()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
