"""The sandbox checks the hub from outside: it must not share its code, or its mistakes."""

import ast
from pathlib import Path

import entrypoints.sandbox

HUB = ("domain", "application", "adapters", "entrypoints")


def test_the_sandbox_imports_nothing_of_the_hub() -> None:
    [folder] = entrypoints.sandbox.__path__
    imported = {name for file in Path(folder).rglob("*.py") for name in _imports(file)}

    assert "entrypoints.sandbox.wire" in imported
    assert not {
        name
        for name in imported
        if name.split(".")[0] in HUB and not f"{name}.".startswith("entrypoints.sandbox.")
    }


def _imports(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {
        "." * node.level + (node.module or "") for node in nodes if isinstance(node, ast.ImportFrom)
    }
