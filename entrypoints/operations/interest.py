"""`--push` and `--pull` of `ocpi-hub partner set`: what a partner wants pushed to it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from adapters.ocpi.schemas.codes import COUNTRIES
from application.modules import STORED
from domain.partners.interest import EVERYTHING, NOTHING, Interest, Interests
from domain.partners.party import PartyId
from domain.places import Box

Command = TypeVar("Command", bound=Callable[..., Any])
_ALL = "all"
_COUNTRY = 2


def interest_options(command: Command) -> Command:
    """The options, as keywords that `named_interests` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def named_interests(
    push: Sequence[tuple[str, Interest]], pull: Sequence[str]
) -> dict[str, Interest]:
    """The interests by module, as named on the command line.

    :raises click.UsageError: for a module that is named twice.
    """
    named = [*push, *((module, NOTHING) for module in pull)]
    twice = sorted({module for module, _ in named if sum(each == module for each, _ in named) > 1})
    if twice:
        raise click.UsageError(f"{twice[0]} is named twice")
    if any(module == _ALL for module, _ in named):
        return dict.fromkeys(STORED, EVERYTHING) | {
            module: interest for module, interest in named if module != _ALL
        }
    return dict(named)


def in_words(interests: Interests) -> str:
    """`locations of DE, NL-ABC inside 5.8,47.2,15.1,55.1; tokens pulled`; all: `all is pushed`."""
    said = [_said(module, interest) for module, interest in interests.chosen().items()]
    return "; ".join(said) or "all is pushed"


def _said(module: str, interest: Interest) -> str:
    if interest.is_pulled:
        return f"{module} pulled"
    owners = [*sorted(interest.countries), *sorted(each.spelled for each in interest.owners)]
    of = f" of {', '.join(owners)}" if owners else ""
    edges = () if interest.box is None else interest.box.edges
    inside = f" inside {','.join(repr(edge).removesuffix('.0') for edge in edges)}" if edges else ""
    return f"{module}{of}{inside} pushed"


def _pushed(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> tuple[tuple[str, Interest], ...]:
    try:
        return tuple(map(_narrowed, values))
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), ctx, param) from wrong


def _narrowed(text: str) -> tuple[str, Interest]:
    """`locations`, `locations=DE,NL-ABC`, `locations@5.8,47.2,15.1,55.1`, or both."""
    narrowing, at, edges = text.partition("@")
    module, _, owners = narrowing.partition("=")
    named = [each.strip().upper() for each in owners.split(",") if each.strip()]
    countries = frozenset(each for each in named if len(each) == _COUNTRY)
    if unknown := sorted(countries - COUNTRIES):
        raise ValueError(f"{unknown[0]} is not a country of ISO 3166-1 such as DE")
    return module, Interest(
        countries=countries,
        owners=frozenset(PartyId.parse(each) for each in named if len(each) != _COUNTRY),
        box=Box.parse(edges) if at else None,
    )


_OPTIONS = (
    click.option(
        "--push",
        multiple=True,
        callback=_pushed,
        metavar="MODULE[=OWNERS][@BOX]",
        help="What of a module is pushed to it: all, or that of owners and countries, or inside a "
        "box, as locations=DE,NL-ABC@5.8,47.2,15.1,55.1 (west,south,east,north). `all`: everything "
        "again. May be repeated.",
    ),
    click.option(
        "--pull",
        multiple=True,
        metavar="MODULE",
        help="Nothing of the module is pushed to it: it reads lists. May be repeated.",
    ),
)
