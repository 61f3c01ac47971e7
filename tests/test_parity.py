"""The command line and the hub API do the same: two tables, held against each other.

What is new on one side is new on the other. A developer adds: a `Route` in
`entrypoints/hub_api/routes.py` that names its command in `command`, its path with parameters and
body in `entrypoints/hub_api/openapi.json`, and the command in `entrypoints/operations`, with
`@as_json` and an option for each parameter of the query and each field of the body.
"""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import click
import pytest
from click.testing import CliRunner

from entrypoints.cli import commands
from entrypoints.hub_api.route import Who
from entrypoints.hub_api.routes import ROUTES
from entrypoints.operations import figures, tracing
from entrypoints.operations.bundle import bundle
from entrypoints.operations.limits import limits
from entrypoints.operations.settlement import settlement

_PROCESSES = {"up", "web", "worker", "sweeper", "sandbox"}
ALONE = _PROCESSES | {"check", "prepare", "partner reseal", "audit export", "bundle"}
"""What the command line alone does: these work on this machine, its settings, keys and logs; the
hub API has the audit trail in pages."""

_PAGING = {"offset", "limit", "hub_after"}
_HOW_IT_IS_SHOWN = {"json", "document", "follow", "messages", "unmask"}
_REASON = {"reason"}
"""In the hub API a header."""
_CALLED_OTHERWISE = {"role": "roles", "days": "expires_in_days", "event": "events", "on": "allowed"}
_IN_THE_PATH = {
    "partner invite": {"again"},
    "agreement fee": {"currency"},
    "partner quarantine": {"accept"},
}


def _walked(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group) and name != "sandbox":
            yield from _walked(found, f"{above}{name} ")
        else:
            yield f"{above}{name}", found


BY_THEMSELVES: dict[str, click.Command] = {
    "settlement": settlement,
    "limits": limits,
    "trace": tracing.trace,
    "journal": tracing.journal,
    "figures": figures.figures,
    "bundle": bundle,
}
"""The command line has something in their place until one is called."""
COMMANDS = dict(_walked(commands)) | BY_THEMSELVES
_SHARED = sorted(set(COMMANDS) - ALONE)


def _options(command: click.Command) -> set[str]:
    """Each by its name without dashes, in the hub API's words."""
    found = {
        option.opts[0].lstrip("-").replace("-", "_"): option
        for option in command.params
        if isinstance(option, click.Option)
    }
    return {
        name if name == "role" and not option.multiple else _CALLED_OTHERWISE.get(name, name)
        for name, option in found.items()
        if name not in _HOW_IT_IS_SHOWN | _REASON
    }


def _arguments(command: click.Command) -> set[str]:
    return {str(each.name) for each in command.params if isinstance(each, click.Argument)}


def test_each_act_of_the_command_line_is_in_the_hub_api() -> None:
    missing = set(COMMANDS) - ALONE - {line.command for line in ROUTES}

    assert not missing, (
        f"no Route names {sorted(missing)}: add one with this `command` to "
        "entrypoints/hub_api/routes.py, and its path to openapi.json"
    )


def test_each_act_of_the_hub_api_is_on_the_command_line() -> None:
    shared = [line for line in ROUTES if line.who is not Who.PARTNER]
    missing = {f"{line.method} {line.path}": line.command for line in shared}
    missing = {path: name for path, name in missing.items() if name not in COMMANDS}

    assert not missing, (
        f"no command does what these do: {missing}: name it in the Route's `command`, and write it "
        "in entrypoints/operations (a new group has a line in OPERATIONS of entrypoints/cli.py)"
    )
    assert not [line.path for line in ROUTES if line.who is Who.PARTNER and line.command]


def test_what_is_the_command_lines_alone_is_there() -> None:
    assert set(COMMANDS) >= ALONE


@pytest.mark.parametrize("name", _SHARED)
def test_a_filter_of_one_side_is_a_filter_of_the_other(name: str) -> None:
    lines = [line for line in ROUTES if line.command == name and line.method == "GET"]
    if not lines:
        return
    taken = {each for line in lines for each in line.takes} - _PAGING

    said = _options(COMMANDS[name]) - _PAGING - _IN_THE_PATH.get(name, set())

    assert said <= taken, f"no Route of `ocpi-hub {name}` takes {sorted(said - taken)}"
    lacking = taken - said - _arguments(COMMANDS[name])
    assert not lacking, f"`ocpi-hub {name}` has no option for {sorted(lacking)}"


@pytest.mark.parametrize("name", _SHARED)
def test_what_one_side_can_say_the_other_can(name: str) -> None:
    lines = [line for line in ROUTES if line.command == name and line.method != "GET"]
    if not lines:
        return
    fields = {field for line in lines for field in _fields(line.method, line.path)}
    arguments = _arguments(COMMANDS[name])
    said = _options(COMMANDS[name]) - _PAGING - _IN_THE_PATH.get(name, set())

    assert said <= fields, f"the body has no field for {sorted(said - fields)} of `ocpi-hub {name}`"
    assert fields <= said | arguments, (
        f"`ocpi-hub {name}` has no option for {sorted(fields - said - arguments)} of the body"
    )


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - _PROCESSES))
def test_each_command_prints_json(name: str) -> None:
    flags = [option for each in COMMANDS[name].params for option in each.opts]

    assert "--json" in flags, f"`ocpi-hub {name}` lacks @as_json"


def test_the_version_is_said() -> None:
    said = CliRunner().invoke(commands, ["--version"])

    assert re.fullmatch(r"ocpi-hub \d+\.\d+\.\d+\n", said.output)


def _fields(method: str, path: str) -> set[str]:
    """The fields of the body, as the description has them; `options` by what is in it."""
    document = json.loads(files("entrypoints.hub_api").joinpath("openapi.json").read_text())
    forms = document["components"]["schemas"]
    described = document["paths"]["/hub/v1" + path.replace("<", "{").replace(">", "}")]
    body: dict[str, Any] = described[method.lower()].get("requestBody", {})
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = forms[schema["$ref"].split("/")[-1]]
    fields = set(schema.get("properties", {}))
    within = set(forms["OptionsForm"]["properties"]) if "options" in fields else set()
    return (fields - {"options"}) | within
