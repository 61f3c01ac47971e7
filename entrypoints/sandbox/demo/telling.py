"""What a person reads: chapters of numbered steps, what came of each, and what went wrong.

Colours are for a terminal; where the output goes elsewhere, or with NO_COLOR set, it is plain text.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import SubprocessError

import click

from entrypoints.sandbox.caller import Unusable
from entrypoints.sandbox.client import RegistrationRefused
from entrypoints.sandbox.wire import HubUnreachable

_TROUBLE = (
    HubUnreachable,
    LookupError,
    OSError,
    RegistrationRefused,
    SubprocessError,
    TypeError,
    Unusable,
    ValueError,
)
"""What a client of a hub may run into, answers of another shape than OCPI's included."""


class Unexpected(Exception):
    """Something else came than was expected."""

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(f"expected {expected}, came {came}")
        self.expected = expected
        self.came = came


class StepFailed(Exception):
    """A step that went wrong, and how."""

    def __init__(self, number: int, title: str, reason: Unexpected) -> None:
        super().__init__(f"step {number} failed: {reason}")
        self.number = number
        self.title = title
        self.reason = reason


class Telling:
    """Counts the steps and prints as it goes."""

    def __init__(self) -> None:
        self.steps = 0

    def chapter(self, title: str) -> None:
        _print(f"\n{title.upper()}", colour="cyan")

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step; what is said within it belongs to it.

        :raises StepFailed: if it is not as expected.
        """
        self.steps += 1
        _print(f"\n{self.steps:2}. {title}", bold=True)
        try:
            yield
        except Unexpected as reason:
            raise StepFailed(self.steps, title, reason) from reason
        except BrokenPipeError:
            raise
        except _TROUBLE as trouble:
            came = Unexpected("no trouble", f"{type(trouble).__name__}: {trouble}")
            raise StepFailed(self.steps, title, came) from trouble

    def say(self, text: str) -> None:
        _print(f"    {text}")

    def failed(self, failure: StepFailed) -> None:
        _print(f"\nStep {failure.number} failed: {failure.title}", colour="red", bold=True)
        _print(f"    expected  {failure.reason.expected}")
        _print(f"    came      {failure.reason.came}")

    def last(self, text: str, *, colour: str | None = None) -> None:
        _print(f"\n{text}", colour=colour, bold=colour is not None)


def expect(holds: object, expected: str, came: str) -> None:
    """:raises Unexpected: unless `holds`."""
    if not holds:
        raise Unexpected(expected, came)


def _print(text: str, *, colour: str | None = None, bold: bool = False) -> None:
    plain = False if os.environ.get("NO_COLOR") else None
    click.secho(text, fg=colour, bold=bold or None, color=plain)
