"""What the documents name is there: commands with their options, paths of the hub API, settings."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from entrypoints.cli import commands
from entrypoints.hub_api.routes import ROUTES
from tests.test_parity import BY_THEMSELVES

_ROOT = Path(__file__).parents[3]
_DOCUMENTS = (_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md")))
_CODE = [path.read_text(encoding="utf-8") for path in (_ROOT / "entrypoints").rglob("*.py")]
_DESCRIPTIONS = {"", "/openapi.json", "/ocpi.openapi.json"}
_READ_ELSEWHERE = {"HUB_BIND", "HUB_PUBLIC_URL", "HUB_MONGO_URL", "HUB_REDIS_URL", "HUB_LOG_LEVEL"}


def _examples() -> Iterator[str]:
    """Lines of the documents that are commands, without what explains them."""
    for document in _DOCUMENTS:
        for line in document.read_text(encoding="utf-8").splitlines():
            found = re.match(r"    (?:\.venv/bin/)?ocpi-hub (.+)", line)
            if found:
                yield from _alternatives(found[1].partition(" #")[0].strip())
        for quoted in re.findall(r"`ocpi-hub ([^`…]+)`", document.read_text(encoding="utf-8")):
            yield " ".join(quoted.split())


def _alternatives(example: str) -> Iterator[str]:
    """`partner list | show NAME` is two commands of one group."""
    first, *others = re.sub(r"[\[\]]", "", example).split(" | ")
    yield first
    yield from (f"{first.split()[0]} {other}" for other in others)


@pytest.mark.parametrize("example", sorted(set(_examples())))
def test_a_command_of_the_documents_can_be_typed(example: str) -> None:
    words = shlex.split(example)
    found: click.Command = commands
    context = click.Context(commands)
    while isinstance(found, click.Group) and words:
        command = found.get_command(context, words.pop(0))
        assert command is not None, example
        found = command
    found = BY_THEMSELVES.get(str(found.name), found)
    options = {name for each in found.params for name in (*each.opts, *each.secondary_opts)}
    if found.name != "sandbox":
        assert {word for word in words if word.startswith("--")} <= options


def _paths() -> Iterator[str]:
    for document in _DOCUMENTS:
        text = document.read_text(encoding="utf-8").replace("START_SESSION", "{command}")
        yield from re.findall(r"/hub/v1((?:/[A-Za-z0-9_{}~.*-]+)*)", text)


@pytest.mark.parametrize("path", sorted(set(_paths())))
def test_a_path_of_the_documents_is_one_of_the_hub_api(path: str) -> None:
    asked = re.sub(r"\{.*?\}", "{}", path.rstrip("."))

    served = {re.sub(r"<.*?>", "{}", line.path) for line in ROUTES} | _DESCRIPTIONS
    assert asked in served


def test_the_table_of_settings_has_what_the_code_reads() -> None:
    table = (_ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"HUB_[A-Z_]+", row)}
    asked = {name for text in _CODE for name in re.findall(r'given\.\w+\(\s*"(HUB_[A-Z_]+)"', text)}

    assert asked - {"HUB_FAIL_POINTS"} <= told  # for tests: told where processes die
    assert all(any(name in text for text in _CODE) for name in told - _READ_ELSEWHERE)
