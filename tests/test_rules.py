"""Every rule that is cited is in docs/rules.md, and no reference leads out of the repository."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_RULES = _ROOT / "docs" / "rules.md"
_CODE = ("domain", "application", "adapters", "entrypoints", "tests", "bench", ".ci")

_ID = re.compile(
    r"(?<![\w-])(?:(?:[TRCH]-[A-Z]{2,6}|HCI|CDR|CM|CP|TA|TK|[DLRSV])-(?:[1-9]|[12]\d)[a-z]?"
    r"|I(?:[1-9]|10))(?![\w-])"
)
"""T for transport, R routing, C credentials, H the hub's part of a module; the rest are modules."""
_RULE = re.compile(rf"^\* \*\*({_ID.pattern})\*\*: [A-Z`].*\. \(.+\)$", re.MULTILINE)
_CHAPTER = re.compile(
    r"\b(?:requirements?|reliability|design|style|section)(?:\.md)?,?\s+"
    r"(?:(?:rule|section)\s+)?[A-Z]?-?\d",
    re.IGNORECASE,
)
_BARE_CHAPTER = re.compile(
    r"(?:(?<=\()|(?<=[,;] ))(?!2\.(?:1\.1|2\.1|3\.0)\b)[1-9]\.\d{1,2}(?:\.\d)?(?=[,;:)])"
)
"""A number such as 1.9.3 in parentheses that is no version of OCPI."""


def test_every_rule_that_is_cited_is_explained() -> None:
    unknown = {id_: places[:3] for id_, places in _cited().items() if id_ not in _explained()}

    assert not unknown, f"docs/rules.md lacks {unknown}"
    assert set(_ID.findall(_read(_RULES))) == _explained()


def test_every_rule_that_is_explained_is_cited() -> None:
    unused = sorted(_explained() - _cited().keys())

    assert not unused


def test_every_rule_is_one_line_with_its_reason() -> None:
    lines = [line for line in _read(_RULES).splitlines() if line.startswith("* ")]
    ids = [found[1] for found in map(_RULE.match, lines) if found]

    assert len(ids) == len(lines) == len(set(ids))


def test_no_reference_leads_out_of_the_repository() -> None:
    wrong = [
        f"{path.relative_to(_ROOT)}: {' '.join(found[0].split())}"
        for path in (*_files(), _RULES)
        for text, pattern in ((_read(path), _CHAPTER), (_explaining(path), _BARE_CHAPTER))
        for found in pattern.finditer(text)
    ]

    assert not wrong


def _explained() -> set[str]:
    return {found[1] for found in _RULE.finditer(_read(_RULES))}


@cache
def _cited() -> dict[str, list[str]]:
    """Where each id stands outside the list of rules."""
    found: dict[str, list[str]] = {}
    for path in _files():
        for id_ in _ID.findall(_read(path)):
            found.setdefault(id_, []).append(str(path.relative_to(_ROOT)))
    return found


def _files() -> Iterator[Path]:
    yield _ROOT / "wsgi.py"
    for folder in _CODE:
        yield from sorted((_ROOT / folder).rglob("*.py"))
    for path in (*_ROOT.glob("*.md"), *(_ROOT / "docs").glob("*.md")):
        if path != _RULES:
            yield path


def _explaining(path: Path) -> str:
    """The docstrings of a module; of a text all that is no code."""
    if path.suffix != ".py":
        return re.sub(r"```.*?```|`[^`]*`", "", _read(path), flags=re.DOTALL)
    nodes = ast.walk(ast.parse(_read(path)))
    texts = [node.value for node in nodes if isinstance(node, ast.Expr)]
    said = [text.value for text in texts if isinstance(text, ast.Constant)]
    return "\n".join(text for text in said if isinstance(text, str))


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
