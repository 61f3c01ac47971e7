"""What was measured: a table for people, JSON for comparing."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from redis import Redis

from tests.conformance.running import RunningHub

_PACKAGES = ("Flask", "gunicorn", "pymongo", "redis", "requests", "rq", "urllib3")


@dataclass(frozen=True)
class Line:
    """One measure. `to_reach`: at most that, or at least where `more_is_better`; None: none.

    `by`: the value's parts, in the same unit, by program.
    """

    name: str
    unit: str
    value: float
    floor: float | None = None
    to_reach: float | None = None
    more_is_better: bool = False
    by: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_met(self) -> bool | None:
        """None where there is nothing to reach."""
        if self.to_reach is None:
            return None
        return self.value >= self.to_reach if self.more_is_better else self.value <= self.to_reach


def written(lines: Sequence[Line]) -> str:
    """The table, a line a measure."""
    rows: list[tuple[str, ...]] = [("measure", "unit", "value", "floor", "to reach", "")]
    rows += [_row(line) for line in lines]
    wide = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column in (0, 1, 5) else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, wide, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(line: Line) -> tuple[str, ...]:
    sign = "≥ " if line.more_is_better else "≤ "
    reach = "" if line.to_reach is None else sign + _number(line.to_reach)
    verdict = {None: "", True: "met", False: "NOT MET"}[line.is_met]
    floor = "" if line.floor is None else _number(line.floor)
    return line.name, line.unit, _number(line.value), floor, reach, verdict


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def described(hub: RunningHub) -> dict[str, Any]:
    """Machine, versions and commit: what a figure means nothing without."""
    settings = hub.inside.settings
    with Redis.from_url(settings.redis.url) as redis:
        told: Any = redis.info("server")
    mongod = hub.inside.mongo().client.server_info()["version"]
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",  # noqa: TID251
        "commit": _commit(),
        "machine": {
            "cpu": _said("/proc/cpuinfo", "model name"),
            "cores": os.cpu_count(),
            "memory": _said("/proc/meminfo", "MemTotal"),
            "system": platform.platform(),
        },
        "versions": {
            "python": platform.python_version(),
            "mongod": mongod,
            "redis": told.get("valkey_version") or told["redis_version"],
            **{name: version(name) for name in _PACKAGES},
        },
        "web": {"workers": settings.web_workers, "threads": settings.web_threads},
    }


def save(path: Path, about: Mapping[str, Any], lines: Sequence[Line]) -> None:
    """All of it as JSON."""
    measures = [{**asdict(line), "by": dict(line.by), "met": line.is_met} for line in lines]
    path.write_text(json.dumps({**about, "measures": measures}, indent=1) + "\n")


def _said(path: str, name: str) -> str:
    lines = Path(path).read_text().splitlines()
    found = (line.partition(":")[2].strip() for line in lines if line.startswith(name))
    return next(found, "unknown")


def _commit() -> str:
    """With a `+` where the work tree differs from it; empty outside a repository."""
    words = ["git", "describe", "--always", "--abbrev=40", "--dirty=+", "--exclude=*"]
    folder = Path(__file__).parent
    ran = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    return ran.stdout.strip()
