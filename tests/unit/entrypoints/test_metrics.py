"""Who may scrape, and that all that the code counts is in the table of metrics."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.prometheus.table import COUNTED, MARKED, TIMED
from entrypoints.given import Given, SettingsError
from entrypoints.metrics import may_scrape
from entrypoints.signals import Signals

_ROOT = Path(__file__).parents[3]
_TOKEN = "a-token-of-the-scraper"
_TABLES = {"count": COUNTED, "time": TIMED, "mark": MARKED}


def signals(**given: str) -> Signals:
    return Signals.read(Given(given), Path("hub"))


@pytest.mark.parametrize(
    ("given", "environ", "may"),
    [
        ({}, {"REMOTE_ADDR": "127.0.0.1"}, True),
        ({}, {"REMOTE_ADDR": "::1"}, True),
        ({}, {"REMOTE_ADDR": "::ffff:127.0.0.1"}, True),
        ({}, {"REMOTE_ADDR": "192.0.2.1"}, False),
        ({}, {"REMOTE_ADDR": ""}, False),
        ({}, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({}, {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=1"}, False),
        ({"HUB_METRICS_FROM": "10.0.0.0/8, 2001:db8::/32"}, {"REMOTE_ADDR": "10.1.2.3"}, True),
        ({"HUB_METRICS_FROM": "10.0.0.0/8, 2001:db8::/32"}, {"REMOTE_ADDR": "2001:db8::7"}, True),
        ({"HUB_METRICS_FROM": "10.0.0.0/8"}, {"REMOTE_ADDR": "127.0.0.1"}, False),
        ({"HUB_METRICS_TOKEN": _TOKEN}, {"REMOTE_ADDR": "127.0.0.1"}, False),
        ({"HUB_METRICS_TOKEN": _TOKEN}, {"HTTP_AUTHORIZATION": f"Bearer {_TOKEN}"}, True),
        ({"HUB_METRICS_TOKEN": _TOKEN}, {"HTTP_AUTHORIZATION": f"bearer  {_TOKEN} "}, True),
        ({"HUB_METRICS_TOKEN": _TOKEN}, {"HTTP_AUTHORIZATION": f"Token {_TOKEN}"}, False),
        ({"HUB_METRICS_TOKEN": _TOKEN}, {"HTTP_AUTHORIZATION": "Bearer "}, False),
        ({"HUB_METRICS_TOKEN": _TOKEN}, {"HTTP_AUTHORIZATION": "Bearer \ud800"}, False),
    ],
)
def test_a_scrape_is_let_in_by_its_token_else_by_where_it_comes_from(
    given: dict[str, str], environ: dict[str, Any], may: bool
) -> None:
    assert may_scrape(environ, signals(**given)) is may


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HUB_METRICS_TOKEN", "short"),
        ("HUB_METRICS_TOKEN", "with a line\nin it, long"),
        ("HUB_METRICS_FROM", "everywhere"),
        ("HUB_METRICS_FROM", "10.0.0.1/8"),
        ("HUB_METRICS_BIND", "9100"),
        ("HUB_METRICS_BIND", "host:99999"),
        ("HUB_LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_setting_is_named(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=name):
        signals(**{name: text})


def test_the_token_is_not_shown() -> None:
    assert _TOKEN not in repr(signals(HUB_METRICS_TOKEN=_TOKEN))


def _calls() -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """Where something is counted, timed or marked, by which name, with which labels."""
    for package in ("application", "adapters", "entrypoints"):
        for path in (_ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found = _call(node)
                if found is not None:
                    yield (path.name, *found)


def _call(node: ast.AST) -> tuple[str, str, frozenset[str]] | None:
    if not isinstance(node, ast.Call):
        return None
    parts = [node.func, *node.args] if ast.unparse(node.func) == "partial" else [node.func]
    said = ast.unparse(parts[min(1, len(parts) - 1)])
    names = [each.value for each in node.args if isinstance(each, ast.Constant)]
    how = said.rpartition(".")[2]
    if not said.endswith((f"counters.{how}",)) or how not in _TABLES or not names:
        return None
    labels = frozenset(str(each.arg).rstrip("_") for each in node.keywords)
    return how, str(names[0]), labels


def test_all_that_is_counted_is_in_the_table_with_its_labels() -> None:
    calls = list(_calls())
    wrong = [
        (where, name)
        for where, how, name, labels in calls
        if name not in _TABLES[how] or frozenset(_TABLES[how][name].labels) != labels
    ]

    assert not wrong


def test_nothing_is_in_the_table_that_no_code_counts() -> None:
    counted = {(how, name) for _, how, name, _ in _calls()}

    assert {(how, name) for how, table in _TABLES.items() for name in table} == counted
