"""Render a Helm chart by Helm itself, and hold what comes out against Kubernetes' own schemas.

A program for the venv of `make helm`, which imports nothing of the hub. On stdin: the `chart`, its
`values`, and the Kubernetes `versions`; on stdout: `documents` by file, `notes`, `lint`, `errors`.
"""

import json
import sys
from typing import Any

import helm_python
import kubernetes_validate
import yaml

_CUSTOM = ("PodMonitor",)
"""Of Prometheus' operator: Kubernetes has no schema of it."""


def main() -> None:
    """Answer one question."""
    asked = json.load(sys.stdin)
    chart, values = asked["chart"], asked["values"]
    said: dict[str, Any] = {"documents": [], "errors": [], "notes": "", "lint": []}
    with helm_python.Chart.load(chart) as loaded:
        try:
            loaded.validate_schema(values)
            rendered = loaded.render(values, name="hub", namespace="roaming")
        except helm_python.HelmError as error:
            said["errors"].append(str(error))
            rendered = {}
    for name, text in sorted(rendered.items()):
        if name.endswith("NOTES.txt"):
            said["notes"] = text
            continue
        for document in yaml.safe_load_all(text):
            if document is not None:
                said["documents"].append(document)
                said["errors"] += _faults(document, asked["versions"])
    said["lint"] = helm_python.lint(chart, values)["messages"]
    json.dump(said, sys.stdout)


def _faults(document: Any, versions: list[str]) -> list[str]:
    found: list[str] = []
    for version in versions if document["kind"] not in _CUSTOM else ():
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            found.append(f"{document['kind']} {document['metadata']['name']}: {error.message}")
    return found


if __name__ == "__main__":
    main()
