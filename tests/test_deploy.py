"""What is in deploy/: alarms and boards ask for metrics that there are; each alarm is explained."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from adapters.prometheus.table import COUNTED, MARKED, PREFIX, TIMED
from application.delivery.figures import Figures, LaneFigures
from domain.delivery.deliveries import DeliveryClass
from entrypoints.cli import commands
from entrypoints.metrics import figures_of
from tests.e2e.hub_process import COMMAND

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
OF_PROMETHEUS = {"up": {"job", "instance"}}
ALARMS = 10
_SYSTEMD = shutil.which("systemd-analyze")
_GRAFANAS = {"$__rate_interval": "5m"}


def known() -> dict[str, set[str]]:
    """Every metric of the hub, with its labels."""
    lane = LaneFigures("DE-ABC", DeliveryClass.CDR, 1.0, 1, is_held=True)
    found = {
        PREFIX + each.name: set(each.labels) for each in figures_of(Figures((lane,), 0, 0, {}))
    }
    found |= {f"{PREFIX}{name}_total": set(each.labels) for name, each in COUNTED.items()}
    found |= {f"{PREFIX}{name}_seconds": set(each.labels) for name, each in MARKED.items()}
    for name, each in TIMED.items():
        found |= {f"{PREFIX}{name}_seconds_{end}": set(each.labels) for end in ("sum", "count")}
        found[f"{PREFIX}{name}_seconds_bucket"] = {*each.labels, "le"}
    return found | OF_PROMETHEUS


def rules() -> list[Mapping[str, Any]]:
    written = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    return [rule for group in written["groups"] for rule in group["rules"]]


def expressions() -> Iterator[tuple[str, str]]:
    """Where each is, and the expression."""
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for board in sorted((DEPLOY / "grafana" / "dashboards").glob("*.json")):
        for panel in json.loads(board.read_text())["panels"]:
            for target in panel["targets"]:
                yield panel["title"], target["expr"]


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_every_expression_is_promql_and_names_metrics_and_labels_that_there_are(
    where: str, expression: str
) -> None:
    for name, written in _GRAFANAS.items():
        expression = expression.replace(name, written)
    metrics = known()

    asked = list(_selectors(promql_parser.parse(expression)))

    assert asked, where
    for name, labels in asked:
        assert name in metrics, f"{where}: {name}"
        assert labels <= metrics[name] | {"job", "instance"}, f"{where}: {labels}"


def _selectors(parsed: Any) -> Iterator[tuple[str, set[str]]]:
    """The metric of each selector, and the labels that it is chosen by."""
    if isinstance(parsed, promql_parser.VectorSelector):
        yield str(parsed.name), {each.name for each in parsed.matchers.matchers}
    if isinstance(parsed, promql_parser.MatrixSelector):
        yield from _selectors(parsed.vector_selector)
    if isinstance(parsed, promql_parser.BinaryExpr):
        yield from (*_selectors(parsed.lhs), *_selectors(parsed.rhs))
    if isinstance(parsed, promql_parser.AggregateExpr | promql_parser.ParenExpr):
        yield from _selectors(parsed.expr)
    if isinstance(parsed, promql_parser.Call):
        for each in parsed.args:
            yield from _selectors(each)


def test_an_expression_of_another_kind_would_be_found_wrong() -> None:
    with pytest.raises(ValueError, match="matrix|range"):
        promql_parser.parse("rate(up)")
    [(name, labels)] = _selectors(promql_parser.parse('sum(rate(nothing_total{a="b"}[5m])) > 1'))
    assert (name, labels) == ("nothing_total", {"a"})


def test_every_alarm_has_what_people_need_of_it() -> None:
    for rule in rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"]
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "0s"))


def test_the_command_line_beside_the_units_has_their_settings(tmp_path: Path) -> None:
    settings = tmp_path / "hub.env"
    settings.write_text(
        "# CHANGE: python3 -c 'HUB_NONE=1'\n"
        "HUB_MONGO_URL=mongodb://hub_web:$x@h/ocpi_hub?replicaSet=hub&w=1\n"
        "HUB_PARTY_ID=HUB\nHUB_ADMIN_TOKEN=last"
    )
    script = (DEPLOY / "ocpi-hub").read_text()
    as_the_hub = next(line for line in script.splitlines() if line.startswith("exec "))
    user, command = as_the_hub.rsplit(" ", 2)[0], as_the_hub.split()[-2]
    assert all(f"ExecStart={command} " in unit.read_text() for unit in UNITS)
    assert user == "exec setpriv --reuid=ocpi-hub --regid=ocpi-hub --init-groups"
    here = script.replace("/etc/ocpi-hub/hub.env", str(settings)).replace(as_the_hub, 'exec "$@"')

    given = {"PATH": "/usr/bin:/bin", "HUB_PARTY_ID": "OWN"}
    ran = subprocess.run(
        ["/bin/sh", "-c", here, "ocpi-hub", "env"],
        env=given,
        capture_output=True,
        text=True,
        check=True,
    )

    found = dict(line.split("=", 1) for line in ran.stdout.splitlines())
    assert found["HUB_MONGO_URL"] == "mongodb://hub_web:$x@h/ocpi_hub?replicaSet=hub&w=1"
    assert (found["HUB_PARTY_ID"], found["HUB_ADMIN_TOKEN"]) == ("OWN", "last")
    assert "HUB_NONE" not in found
    assert all(found["HUB_METRICS_DIR"] in unit.read_text() for unit in UNITS)


def test_the_runbook_has_each_alarm_with_its_cause_where_to_look_and_what_to_do() -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    parts = re.split(r"^## ", runbook, flags=re.MULTILINE)[1:]
    told = {part.partition("\n")[0].strip(): part for part in parts}

    assert told.pop("The hub's own alarms")
    assert list(told) == [rule["alert"] for rule in rules()]
    assert len(told) == ALARMS
    for name, part in told.items():
        for word in ("**Cause.**", "**Look.**", "**Act.**"):
            assert word in part, f"{name}: {word}"


def test_the_table_of_metrics_in_the_documents_is_whole() -> None:
    told = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    missing = [
        name
        for name in {*known()} - {*OF_PROMETHEUS}
        if re.sub(r"_(sum|count|bucket)$", "", name) not in told
        and name.removeprefix(PREFIX).removesuffix("_total") not in told
    ]

    assert not missing


# --- containers -------------------------------------------------------------------------------


def compose() -> Mapping[str, Any]:
    written: Mapping[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    return written


def test_each_container_of_the_hub_is_one_process_with_a_read_only_root_and_no_rights() -> None:
    hubs = {
        name: each for name, each in compose()["services"].items() if each["image"] == "ocpi-hub"
    }

    assert set(hubs) == {"prepare", "web", "publish", "pump", "sync", "sweeper"}
    for each in hubs.values():
        assert (each["read_only"], each["cap_drop"]) == (True, ["ALL"])
        assert each["user"] == "10001:10001"
        assert "ports" not in each
        assert commands.get_command(None, each["command"][0])  # type: ignore[arg-type]


def test_nothing_but_nginx_is_open_to_the_outside_and_the_stores_have_no_way_out() -> None:
    services = compose()["services"]
    opened = {name: each["ports"] for name, each in services.items() if "ports" in each}

    assert opened.pop("grafana") == ["127.0.0.1:3000:3000"]
    assert opened == {"nginx": ["80:80", "443:443"]}
    assert compose()["networks"]["inside"]["internal"] is True
    for name in ("mongo", "valkey", "prometheus"):
        assert services[name]["networks"] == ["inside"]


def test_what_compose_mounts_is_there() -> None:
    mounted = [
        volume.partition(":")[0]
        for each in compose()["services"].values()
        for volume in each.get("volumes", ())
        if volume.startswith("./")
    ]

    assert mounted
    assert [each for each in mounted if not (DEPLOY / each).exists()] == ["./tls"]


def test_the_image_runs_as_no_root_and_takes_what_the_hub_is_made_of() -> None:
    steps = (DEPLOY / "Dockerfile").read_text()
    taken = (DEPLOY / "Dockerfile.dockerignore").read_text()

    assert "USER 10001:10001" in steps
    assert "--require-hashes -r ${LOCK}" in steps
    assert "ARG LOCK=requirements-production.lock" in steps
    for name in ("domain", "application", "adapters", "entrypoints", "wsgi.py", "setup.cfg"):
        assert f"!{name}\n" in taken
    assert "!.hub" not in taken


def test_what_production_needs_is_pinned_as_the_tests_have_it() -> None:
    pinned = re.compile(r"^([a-z0-9-]+(?:\[\w+\])?==\S+)", re.MULTILINE)
    production = set(pinned.findall((ROOT / "requirements-production.lock").read_text()))
    with_spans = set(pinned.findall((ROOT / "requirements-otel.lock").read_text()))

    assert production < with_spans <= set(pinned.findall((ROOT / "requirements.lock").read_text()))
    assert not [each for each in production if each.startswith("opentelemetry")]
    assert not [each for each in production if each.startswith(("pytest", "fiftyone"))]


# --- systemd ----------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.name)
def test_a_unit_stops_in_order_and_has_no_rights(unit: Path) -> None:
    said = unit.read_text().splitlines()

    for line in ("KillMode=mixed", "NoNewPrivileges=yes", "ProtectSystem=strict", "User=ocpi-hub"):
        assert line in said


@pytest.mark.skipif(_SYSTEMD is None, reason="no systemd here")
def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    for unit in [*UNITS, *(DEPLOY / "systemd").glob("*.timer")]:
        text = unit.read_text().replace("/opt/ocpi-hub/.venv/bin/ocpi-hub", str(COMMAND))
        (tmp_path / unit.name.replace("@.", "@pump.")).write_text(text)

    verified = subprocess.run(
        [str(_SYSTEMD), "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert verified.returncode == 0, verified.stderr
    assert str(tmp_path) not in verified.stderr
