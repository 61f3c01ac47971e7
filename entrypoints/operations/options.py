"""`--validation`, `--raw-token-in` and the other options of a connection, on the command line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import click

from domain.delivery.lanes import THREADS
from domain.documents import as_document
from domain.partners.options import PLAIN, ConnectionOptions
from domain.partners.pace import MOST_PER_S, Pace
from domain.validation import Validation
from entrypoints.given import VALIDATION_WORDS
from entrypoints.hub_api.partners.options import options_shape

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class NamedOptions:
    """What was named on the command line; None and nothing: stays as it is."""

    validation: Sequence[str] = ()
    raw_in: bool | None = None
    raw_out: bool | None = None
    created_is_200: bool | None = None
    sends_per_s: int | None = None
    sends_at_once: int | None = None

    def __bool__(self) -> bool:
        flags = (self.raw_in, self.raw_out, self.created_is_200)
        named = (*flags, self.sends_per_s, self.sends_at_once)
        return bool(self.validation) or any(each is not None for each in named)

    def changed(self, options: ConnectionOptions = PLAIN) -> ConnectionOptions:
        """The options with what was named."""
        validation = options.validation
        for text in self.validation:
            validation = validation.changed(text)
        named = {"raw_in": self.raw_in, "raw_out": self.raw_out}
        named["created_is_200"] = self.created_is_200
        flags: dict[str, Any] = {name: flag for name, flag in named.items() if flag is not None}
        per_s, at_once = options.pace.per_s, options.pace.at_once
        pace = Pace(
            per_s if self.sends_per_s is None else self.sends_per_s,
            at_once if self.sends_at_once is None else self.sends_at_once,
        )
        return replace(options, validation=validation, pace=pace, **flags)


def options_in_words(options: ConnectionOptions) -> str:
    """`push=default, pull=off, cdr=default`, each flag that is set, and each number."""
    shape = dict(options_shape(options))
    modes = as_document(shape.pop("validation"))
    words = [f"{name}={mode}" for name, mode in modes.items()]
    named = {name: value for name, value in shape.items() if value}
    said = (name if value is True else f"{name}={value}" for name, value in named.items())
    return ", ".join((*words, *said))


def options_of_connection(command: Command) -> Command:
    """The options, as keywords that `NamedOptions` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _modes(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> Sequence[str]:
    for value in values:
        try:
            Validation().changed(value)
        except ValueError:
            raise click.BadParameter(VALIDATION_WORDS, ctx, param) from None
    return values


_OPTIONS = (
    click.option(
        "--validation",
        multiple=True,
        callback=_modes,
        metavar="[DIRECTION=]MODE",
        help="How what it sends is judged: enforce, remark, off or default; "
        "for push, pull or cdr alone as in cdr=enforce. May be repeated.",
    ),
    click.option(
        "--raw-token-in/--no-raw-token-in",
        "raw_in",
        default=None,
        help="It may write its token without base64.",
    ),
    click.option(
        "--raw-token-out/--no-raw-token-out",
        "raw_out",
        default=None,
        help="It wants the hub's token without base64.",
    ),
    click.option(
        "--post-credentials-200/--post-credentials-201",
        "created_is_200",
        default=None,
        help="Its POST of credentials is answered 200 instead of 201.",
    ),
    click.option(
        "--sends-per-s",
        type=click.IntRange(0, MOST_PER_S),
        help="Requests a second that it is sent of what it is owed; 0: as HUB_SENDS_PER_S has it.",
    ),
    click.option(
        "--sends-at-once",
        type=click.IntRange(0, THREADS),
        help="How many of these at once, in each lane; 0: as HUB_SENDS_AT_ONCE has it.",
    ),
)
