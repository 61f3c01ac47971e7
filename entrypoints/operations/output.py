"""How operators' commands answer: tables for people, JSON for programs, on stdout alone."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import click

from adapters.ocpi import exact_json
from application.hub import Hub
from domain.delivery.answers import Attempt
from domain.documents import JsonValue
from entrypoints.hub_api.delivery.shapes import attempt_shape

_ATTEMPTS = ("at", "http", "ocpi", "unsure", "reason")
_OPENED = "entrypoints.operations.hub"
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


def open_hub() -> Hub:
    """The hub of the settings, one for a command.

    :raises CannotRun: if a setting is missing or wrong.
    """
    hub: Hub = open_container().hub
    return hub


def open_container() -> Any:
    """The same with its parts, a `Container`; it is imported now, because --help needs none."""
    from entrypoints.bootstrap import build
    from entrypoints.settings import Settings

    context = click.get_current_context()
    if _OPENED not in context.meta:
        container = build(Settings.from_environment())
        context.call_on_close(container.close)
        context.meta[_OPENED] = container
    return context.meta[_OPENED]


def print_json(value: JsonValue) -> None:
    """One line of JSON."""
    click.echo(exact_json.dump(value).decode())


def say(value: JsonValue, as_json: bool, line: str) -> None:
    """What came of it: the value as JSON, or the line."""
    if as_json:
        print_json(value)
        return
    click.echo(line)


def print_table(rows: Sequence[Mapping[str, JsonValue]], columns: Sequence[str]) -> None:
    """The rows under a line of headings; what is missing is a dash."""
    lines = [[column.upper().replace("_", " ") for column in columns]]
    lines += [[in_words(row.get(column)) for column in columns] for row in rows]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def print_one(fields: Mapping[str, JsonValue], *, as_json: bool) -> None:
    """JSON, or one line a field, its name first."""
    if as_json:
        print_json(fields)
        return
    width = max(map(len, fields)) + 2
    for name, value in fields.items():
        click.echo(f"{name.replace('_', ' ').ljust(width)}{in_words(value)}")


def print_attempts(attempts: Sequence[Attempt]) -> None:
    """A table of them, oldest first; nothing where none was made."""
    if attempts:
        click.echo()
        print_table([attempt_shape(attempt) for attempt in attempts], _ATTEMPTS)


def in_words(value: JsonValue) -> str:
    """One line: partners' words are shown, never obeyed by the terminal."""
    if value is None or value == "" or value == [] or value == ():
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return "".join(each if each.isprintable() else "?" for each in value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(map(in_words, value))
    return exact_json.dump(value).decode()
