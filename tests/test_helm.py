"""The Helm chart, rendered by Helm's own engine: `make helm` gets it, and so does `make test`."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from entrypoints.cli import commands
from tests.test_deploy import DEPLOY, ROOT, compose, known

_PYTHON = ROOT / ".cache" / "helm" / "bin" / "python"
_CHART = DEPLOY / "helm" / "ocpi-hub"
_VERSIONS = ["1.30", "1.34", "1.37"]
_LEAST = {"existingSecret": "of-the-hub", "settings": {"HUB_PUBLIC_URL": "https://hub.example"}}
_ALL = {
    **_LEAST,
    "settings": {**_LEAST["settings"], "HUB_COUNTRY_CODE": "NO", "HUB_MAX_BODY_BYTES": "2097152"},  # type: ignore[dict-item]
    "autoscaling": {"enabled": True, "selector": {"hub": "one"}},
    "podMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "prepare": {"existingSecret": "of-the-owner"},
    "serviceAccount": {"annotations": {"a": "b"}},
    "imagePullSecrets": [{"name": "registry"}],
    "podLabels": {"team": "roaming"},
    "podAnnotations": {"a": "b"},
    "nodeSelector": {"disk": "fast"},
    "tolerations": [{"key": "a", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "priorityClassName": "high",
    "image": {"digest": f"sha256:{'0' * 64}"},
    "web": {"service": {"annotations": {"a": "b"}}},
}
_PROCESSES = ("web", "publish", "pump", "sync", "sweeper")

pytestmark = pytest.mark.skipif(not _PYTHON.exists(), reason="no Helm here: `make helm` gets it")


@cache
def _rendered(values: str) -> dict[str, Any]:
    asked = {"chart": str(_CHART), "values": json.loads(values), "versions": _VERSIONS}
    done = subprocess.run(
        [_PYTHON, Path(__file__).with_name("rendering.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def rendered(**values: Any) -> dict[str, Any]:
    """What Helm makes of the chart with the least that it needs, and these."""
    return _rendered(json.dumps({**_LEAST, **values}))


def documents(kind: str, **values: Any) -> dict[str, dict[str, Any]]:
    """Those of one kind, by name."""
    found = [each for each in rendered(**values)["documents"] if each["kind"] == kind]
    return {each["metadata"]["name"]: each for each in found}


def pods() -> dict[str, dict[str, Any]]:
    """The specs of all pods, the Job's too, by the name of the process."""
    made = {**documents("Deployment"), **documents("Job")}
    return {
        name.removeprefix("hub-"): each["spec"]["template"]["spec"] for name, each in made.items()
    }


@pytest.mark.parametrize("values", [_LEAST, _ALL], ids=["least", "all"])
def test_kubernetes_takes_what_is_rendered(values: dict[str, Any]) -> None:
    said = rendered(**values)

    assert said["errors"] == []
    assert len(said["documents"]) >= 13
    assert [each for each in said["lint"] if each["severity"] > 1] == []


def test_each_process_is_a_deployment_with_the_words_that_compose_has() -> None:
    services = compose()["services"]

    assert set(pods()) == {*_PROCESSES, "prepare"}
    for name, spec in pods().items():
        [container] = spec["containers"]
        assert container["args"] == services[name]["command"]
        assert commands.get_command(None, container["args"][0])  # type: ignore[arg-type]


def test_no_process_is_root_or_writes_but_into_memory() -> None:
    for spec in pods().values():
        [container] = spec["containers"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] == 10001
        assert spec["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert all(each["emptyDir"]["medium"] == "Memory" for each in spec["volumes"])
        assert container["resources"]["limits"]["memory"]


def test_what_runs_on_is_probed_and_only_the_web_asks_a_store() -> None:
    for name in _PROCESSES:
        [container] = pods()[name]["containers"]
        probes = {each: container[each]["httpGet"]["path"] for each in container if "Probe" in each}
        ready = {"readinessProbe": "/readyz"} if name == "web" else {}
        assert probes == {"startupProbe": "/healthz", "livenessProbe": "/healthz", **ready}


def test_a_web_process_has_the_time_to_drain() -> None:
    slow = {"preStopSeconds": 10, "drainSeconds": 20, "forwardTimeoutSeconds": 30}
    spec = documents("Deployment", web=slow)["hub-web"]["spec"]["template"]["spec"]
    [container] = spec["containers"]
    given = {each["name"]: each["value"] for each in container["env"]}

    assert spec["terminationGracePeriodSeconds"] > sum(slow.values()) + 5
    assert container["lifecycle"]["preStop"]["sleep"]["seconds"] == 10
    assert (given["HUB_DRAIN_S"], given["HUB_FORWARD_TIMEOUT_S"]) == ("20", "30")


def test_secrets_come_by_reference_alone() -> None:
    for name, spec in pods().items():
        [container] = spec["containers"]
        assert container["envFrom"] == [{"secretRef": {"name": "of-the-hub"}}], name
    assert not documents("Secret")
    [job] = documents("Job", **_ALL).values()
    [container] = job["spec"]["template"]["spec"]["containers"]
    assert container["envFrom"] == [{"secretRef": {"name": "of-the-owner"}}]


def test_settings_are_written_as_they_were_given_and_are_there() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text()
    [container] = documents("Deployment", **_ALL)["hub-web"]["spec"]["template"]["spec"][
        "containers"
    ]
    given = {each["name"]: each["value"] for each in container["env"]}

    assert given["HUB_COUNTRY_CODE"] == "NO"
    assert given["HUB_MAX_BODY_BYTES"] == "2097152"
    assert [each for each in given if f"`{each}`" not in guide] == []


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"existingSecret": ""}, "existingSecret"),
        ({"settings": {}}, "HUB_PUBLIC_URL"),
        ({"settings": {**_LEAST["settings"], "HUB_ADMIN_TOKEN": "x"}}, "HUB_ADMIN_TOKEN"),  # type: ignore[dict-item]
        ({"settings": {**_LEAST["settings"], "HUB_COUNTRY_CODE": False}}, "HUB_COUNTRY_CODE"),  # type: ignore[dict-item]
        ({"replicas": 2}, "replicas"),
        ({"web": {"replica": 2}}, "replica"),
    ],
)
def test_values_that_would_not_do_are_refused(values: dict[str, Any], complaint: str) -> None:
    [error] = rendered(**values)["errors"]

    assert complaint in error


def test_the_stores_are_prepared_before_anything_runs_on_them() -> None:
    [job] = documents("Job").values()

    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"
    assert "serviceAccountName" not in job["spec"]["template"]["spec"], "it is not there yet"


def test_each_night_cdrs_and_the_trail_are_verified() -> None:
    [job] = documents("CronJob").values()
    spec = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    steps = [*spec["initContainers"], *spec["containers"]]

    assert [each["args"] for each in steps] == [["cdr", "verify"], ["audit", "verify"]]
    assert all(each["securityContext"]["readOnlyRootFilesystem"] for each in steps)
    assert not documents("CronJob", verify={"enabled": False})


def test_nodes_can_be_drained_one_pod_at_a_time() -> None:
    budgets = documents("PodDisruptionBudget")

    assert set(budgets) == {f"hub-{name}" for name in _PROCESSES}
    assert all(each["spec"]["maxUnavailable"] == 1 for each in budgets.values())
    for name in _PROCESSES:
        labels = documents("Deployment")[f"hub-{name}"]["spec"]["template"]["metadata"]["labels"]
        chosen = budgets[f"hub-{name}"]["spec"]["selector"]["matchLabels"]
        assert chosen.items() <= labels.items()


def test_pumps_are_as_many_as_the_age_of_what_is_owed_asks_for() -> None:
    [scaling] = documents("HorizontalPodAutoscaler", **_ALL).values()
    [metric] = scaling["spec"]["metrics"]
    pump = documents("Deployment", **_ALL)["hub-pump"]
    [rule] = yaml.safe_load((_CHART / "prometheus-adapter.yaml").read_text())["rules"]["external"]

    asked = metric["external"]
    assert asked["metric"]["name"] == "ocpi_hub_lane_oldest_seconds" in known()
    assert asked["metric"]["name"] == rule["name"]["as"]
    assert asked["target"] == {"type": "Value", "value": "30"}
    assert scaling["spec"]["scaleTargetRef"]["name"] == "hub-pump"
    assert "replicas" not in pump["spec"], "an upgrade would set it back"
    promql_parser.parse(rule["metricsQuery"].replace("<<.LabelMatchers>>", 'hub="one"'))
    assert not documents("HorizontalPodAutoscaler")


def test_the_version_is_the_hubs_own() -> None:
    chart = yaml.safe_load((_CHART / "Chart.yaml").read_text())
    written = (ROOT / "setup.cfg").read_text()

    assert f"\nversion = {chart['appVersion']}\n" in written
    assert chart["version"] == chart["appVersion"]


def test_the_notes_say_what_has_to_be_in_front() -> None:
    assert "https://hub.example" in rendered()["notes"]
    assert "never send a request twice" in rendered()["notes"]
