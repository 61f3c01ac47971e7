"""The operators' guide has tables that are made from code: HUB_WRITE_GUIDE=1 writes them anew."""

import os
from pathlib import Path

import pytest

from adapters.mongo.rights import statements
from application.modules import STORED
from domain.operators.operator import RIGHTS, OperatorRole

_GUIDE = Path(__file__).parents[3] / "docs" / "operators.md"
_END = "<!-- end -->"


def _rights_in_mongo() -> str:
    lines = statements("ocpi_hub", "ocpi_hub_audit", "ocpi_hub_journal", STORED).splitlines()
    return "\n".join(f"    {line}" for line in lines)


def _roles() -> str:
    rows = [["may", *OperatorRole], ["---"] * (1 + len(OperatorRole))]
    rows += [
        [right, *("yes" if role in granted else "" for role in OperatorRole)]
        for right, granted in RIGHTS.items()
    ]
    return "\n".join(f"| {' | '.join(row)} |".replace("  ", " ") for row in rows)


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("adapters/mongo/rights.py", _rights_in_mongo()),
        ("domain/operators/operator.py", _roles()),
    ],
)
def test_the_guide_says_what_the_code_says(source: str, made: str) -> None:
    head, begins, rest = _GUIDE.read_text(encoding="utf-8").partition(
        f"<!-- made from {source} -->\n"
    )
    told, ends, tail = rest.partition(_END)
    wanted = f"\n{made}\n\n"
    if os.environ.get("HUB_WRITE_GUIDE"):
        _GUIDE.write_text(head + begins + wanted + ends + tail, encoding="utf-8")
        told = wanted

    assert told == wanted
