"""The operators' guide has tables that are made from code: HUB_WRITE_GUIDE=1 writes them anew."""

import os
from pathlib import Path

import pytest

from adapters.mongo.rights import statements
from application.modules import STORED
from domain.operators.alarm_kinds import MEANINGS, AlarmKind
from domain.operators.operator import RIGHTS, OperatorRole

_DOCS = Path(__file__).parents[3] / "docs"
_GUIDE, _RUNBOOK = _DOCS / "operators.md", _DOCS / "runbook.md"
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


def _alarms() -> str:
    rows = [["kind", "what it is", "what to do"], ["---"] * 3]
    rows += [[f"`{kind.value}`", each.what, each.do] for kind, each in MEANINGS.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@pytest.mark.parametrize(
    ("guide", "source", "made"),
    [
        (_GUIDE, "adapters/mongo/rights.py", _rights_in_mongo()),
        (_GUIDE, "domain/operators/operator.py", _roles()),
        (_RUNBOOK, "domain/operators/alarm_kinds.py", _alarms()),
    ],
    ids=["rights", "roles", "alarms"],
)
def test_the_guide_says_what_the_code_says(guide: Path, source: str, made: str) -> None:
    head, begins, rest = guide.read_text(encoding="utf-8").partition(
        f"<!-- made from {source} -->\n"
    )
    told, ends, tail = rest.partition(_END)
    wanted = f"\n{made}\n\n"
    if os.environ.get("HUB_WRITE_GUIDE"):
        guide.write_text(head + begins + wanted + ends + tail, encoding="utf-8")
        told = wanted

    assert told == wanted


def test_the_guides_name_every_kind_of_alarm() -> None:
    assert list(MEANINGS) == list(AlarmKind)
    for guide in (_GUIDE, _RUNBOOK):
        told = guide.read_text(encoding="utf-8")
        assert not [kind for kind in AlarmKind if f"`{kind.value}`" not in told], guide.name
