"""The shape of the code, held by tests: what ARCHITECTURE.md draws stays true, and stays total."""

import ast
import configparser
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("domain", "application", "adapters", "entrypoints")
LONGEST_FILE = 250
LONGEST_FUNCTION = 40
NAMES_THAT_SAY_NOTHING = {
    "manager",
    "util",
    "utils",
    "helper",
    "helpers",
    "data",
    "info",
    "process",
}
CLASS_ENDINGS_THAT_SAY_NOTHING = ("Manager", "Helper", "Impl", "DTO", "Util")
WORDS_THAT_HIDE_THE_ACTOR = re.compile(
    r"(?<![a-z])(?:(?:no|some|any|every)body|(?:some|any|every)one|(?:who|what|which)ever)s?(?![a-z])",
    re.IGNORECASE,
)
"""Also as parts of names. `EVERYONE` is a value: the audience of what is pushed to the hub."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _modules(*packages: str) -> list[Path]:
    found = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    assert found, "nothing to look at"
    return sorted(found)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _contract(name: str) -> dict[str, set[str]]:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    section = settings[f"importlinter:contract:{name}"]
    return {option: set(section[option].split()) for option in section}


def test_imports_keep_the_contracts() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    cache = ROOT / ".cache" / "import-linter"

    held = subprocess.run(
        [linter, "--cache-dir", cache], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert held.returncode == 0, held.stdout + held.stderr


def test_every_adapter_is_under_the_contract_of_independence() -> None:
    packages = {path.parent.name for path in (ROOT / "adapters").glob("*/__init__.py")}

    assert {f"adapters.{name}" for name in packages} == _contract("adapters")["modules"]


def test_the_core_imports_the_standard_library_and_itself_alone() -> None:
    known = sys.stdlib_module_names | {"domain", "application"}
    strangers = {
        f"{_named(path)}: {name}"
        for path in _modules("domain", "application")
        for name in _imported(_tree(path))
        if name.partition(".")[0] not in known
    }

    assert not strangers


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module or "."


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_every_module_says_why_it_exists(package: str) -> None:
    silent = {_named(path) for path in _modules(package) if not ast.get_docstring(_tree(path))}

    assert not silent


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_can_be_read_in_one_go(package: str) -> None:
    lengths = {_named(path): len(path.read_text().splitlines()) for path in _modules(package)}

    assert not {name: length for name, length in lengths.items() if length > LONGEST_FILE}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_function_fits_a_screen(package: str) -> None:
    lengths = {
        f"{_named(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in _modules(package)
        for function in _functions(_tree(path))
    }

    assert not {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}


def _functions(tree: ast.Module) -> Iterator[_Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_names_speak_of_roaming_and_not_of_programming() -> None:
    empty_names = {
        _named(path) for path in _modules(*PACKAGES) if path.stem in NAMES_THAT_SAY_NOTHING
    }
    empty_classes = {
        f"{_named(path)}: {node.name}"
        for path in _modules(*PACKAGES)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef)
        and (node.name.startswith("Abstract") or node.name.endswith(CLASS_ENDINGS_THAT_SAY_NOTHING))
    }

    assert not empty_names | empty_classes


_BUILDER = "domain/routing/outbound_urls.py"
_JOINERS = {"urljoin", "urlunsplit", "urlunparse"}


def _hub_modules() -> list[Path]:
    """Without the sandbox, which stands for partners, and without the builder."""
    own = [path for path in _modules(*PACKAGES) if "sandbox" not in path.parts]
    return [path for path in own if _named(path) != _BUILDER]


def test_one_builder_alone_makes_urls_to_partners() -> None:
    """mypy holds that the wire takes nothing but an OutboundUrl."""
    made = {
        f"{_named(path)}:{node.lineno}"
        for path in _hub_modules()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and _makes_a_url(node)
    }

    assert not made


def _makes_a_url(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    is_cast = called.endswith("cast") and "OutboundUrl" in ast.unparse(call)
    return called.endswith("OutboundUrl") or is_cast


def test_no_other_place_joins_the_parts_of_a_url() -> None:
    joined = {
        f"{_named(path)}: {ast.unparse(node)}"
        for path in _hub_modules()
        for node in ast.walk(_tree(path))
        if _joins_a_url(node)
    }

    assert not joined


def _joins_a_url(node: ast.AST) -> bool:
    """An f-string, a sum or a string's method with a partner's `.url` in it, or a joiner's name."""
    if isinstance(node, ast.ImportFrom):
        return any(alias.name in _JOINERS for alias in node.names)
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        return any(_is_partners_url(part) for part in ast.walk(node))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _is_partners_url(node.func.value)
    return False


def _is_partners_url(node: ast.AST) -> bool:
    """`endpoint.url`, `link.url`; not what the hub's own settings say, nor its own base URLs."""
    if not isinstance(node, ast.Attribute) or not node.attr.endswith("url"):
        return False
    is_own = ast.unparse(node.value).endswith("settings")
    return not is_own and not node.attr.endswith(("public_url", "sender_url", "base_url"))


def test_the_house_on_one_page_names_every_folder() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    of_tests = [f"tests/{each.name}" for each in _folders(ROOT / "tests")]
    folders = [".ci/", *(f"{each.name}/" for each in _folders(ROOT)), *of_tests]

    assert not [each for each in folders if f"`{each}`" not in told]


def test_every_file_that_the_documents_name_is_there() -> None:
    missing = {
        f"{document.relative_to(ROOT)}: {name}"
        for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
        for name in re.findall(r"`([a-z_]+(?:/[a-z_0-9]+)+\.py)`", document.read_text("utf-8"))
        if not (ROOT / name).exists()
    }

    assert not missing


def test_the_rooms_are_drawn_as_they_stand() -> None:
    drawn = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    drawn = drawn.partition("## The rooms")[2].partition("|")[0]
    rooms = {each.name for each in _folders(ROOT / "application")}

    assert not [room for room in rooms if not re.search(rf"\b{room}\b", drawn)]


def test_every_text_and_every_name_says_who_acts() -> None:
    hidden = [
        f"{_named(path)}:{number}: {line.strip()}"
        for path in _texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if WORDS_THAT_HIDE_THE_ACTOR.search(line.replace("EVERYONE", ""))
    ]

    assert not hidden


def _texts() -> Iterator[Path]:
    """The code, its documents and settings, and the description of the hub API."""
    kinds = {".py", ".md", ".json", ".toml", ".cfg", ".conf"}
    own = [ROOT / ".ci", *_folders(ROOT)]
    found = [*ROOT.iterdir(), *(path for folder in own for path in folder.rglob("*"))]
    yield from sorted(path for path in found if path.suffix in kinds and path.is_file())


def _folders(above: Path) -> Iterator[Path]:
    """Those that are written by hand."""
    for each in sorted(above.iterdir()):
        if each.is_dir() and not each.name.startswith((".", "_")) and each.suffix != ".egg-info":
            yield each
