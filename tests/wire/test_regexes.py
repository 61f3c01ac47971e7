"""Every regular expression of the product takes time in proportion to the text, for every text.

Partners write what most of them look at. They are found in the source, so a new one is here too.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from time import process_time
from types import ModuleType

import pytest

import adapters
import application
import domain
import entrypoints

ROOT = Path(__file__).parents[2]
LENGTH = 10_000
"""One step for each pair of characters makes 50 million of them: about a second."""
LONGEST_S = 0.3
SUFFIX = "\x00"
"""Stands in no notation, so what was matched up to there has to be given back."""
HAVE_PATTERNS = ("import re\n", "from re import", "schemas import patterns", "BaseConverter")
CALLS = ("compile", "findall", "finditer", "fullmatch", "match", "search", "split", "sub", "Regexp")


def written() -> Iterator[str]:
    """Literal patterns, wherever the source has one at the place of a pattern."""
    for package in ("domain", "application", "adapters", "entrypoints"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in CALLS and node.args:
                    yield from _literal(node.args[0])


def _literal(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def compiled() -> Iterator[str]:
    """Patterns that modules and classes hold, made of pieces or not."""
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield str(value.pattern)
            if module.__name__.endswith("schemas.patterns") and isinstance(value, str):
                yield value if name.isupper() else ""
            yield from _of_class(value)


def _of_class(value: object) -> Iterator[str]:
    for name in ("pattern", "regex"):
        held = value.__dict__.get(name) if isinstance(value, type) else None
        if isinstance(held, str):
            yield held


def modules() -> Iterator[ModuleType]:
    for package in (domain, application, adapters, entrypoints):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            path = ROOT.joinpath(*found.name.split(".")).with_suffix(".py")
            if path.exists() and any(word in path.read_text() for word in HAVE_PATTERNS):
                yield importlib.import_module(found.name)


@cache
def patterns() -> tuple[str, ...]:
    return tuple(sorted({each for each in (*written(), *compiled()) if each and _is_regex(each)}))


def _is_regex(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def pumps(pattern: str) -> Iterator[str]:
    """What the pattern itself is made of, and each pair of it, as often as there is room."""
    plain = re.sub(r"\\[a-zA-Z]|[\[\](){}?*+|^$\\]", "", pattern)
    letters = sorted({*plain[:200], "a", "0", " ", "."})[:24]
    for piece in (*letters, *(a + b for a in letters[:6] for b in letters[:6])):
        yield (piece * LENGTH)[:LENGTH]


def test_they_are_found_where_they_are() -> None:
    held = patterns()

    assert {"(..)[/-]?(...)", r"https?://[!-~]+\Z"} <= set(held)
    assert any("1970-1-1T00:00:00Z" in each for each in held)
    assert any("hubclientinfo" in each for each in held)


@pytest.mark.parametrize("pattern", patterns(), ids=[each[:30] for each in patterns()])
def test_no_text_makes_a_pattern_go_back_and_forth(pattern: str) -> None:
    known = re.compile(pattern, re.IGNORECASE)

    for pump in pumps(pattern):
        text = pump + SUFFIX
        began = process_time()
        for tried in (known.search, known.fullmatch, known.findall):
            tried(text)
        assert process_time() - began < LONGEST_S, pump[:20]
