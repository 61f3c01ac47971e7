"""Where a cell plays: a CPO party and an eMSP of its own, a load, and what both wrote down."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from entrypoints.sandbox.charging import cdr, cdr_token, session
from entrypoints.sandbox.wire import encode
from entrypoints.tether import tethered
from tests.e2e.hub_process import until
from tests.faults.matrix import load as load_program
from tests.faults.matrix.cluster import Cluster
from tests.faults.matrix.supervising import state_of

HUB = ["NL", "HUB"]
_GOES_ON_WITHIN_S = 60.0
_HITS_WITHIN_S = 40.0
Line = dict[str, Any]


@dataclass
class Scene:
    """`repaired_at` is when all that was broken was put right, by time.monotonic."""

    cluster: Cluster
    name: str
    seed: int
    folder: Path
    cpo: list[str]
    emsp: list[str]
    cpo_platform: dict[str, Any]
    repaired_at: float = 0.0
    notes: list[str] = field(default_factory=list)
    logs_before: dict[Path, int] = field(default_factory=dict)
    partner_id: str = ""
    _load: "subprocess.Popen[bytes] | None" = None

    @classmethod
    def prepare(
        cls, cluster: Cluster, name: str, number: int, seed: int, cpo: dict[str, Any]
    ) -> "Scene":
        """A fresh eMSP is registered; the CPO's parties are, already."""
        parties = ["DE", f"C{number:02}"], ["NL", f"M{number:02}"]
        return cls(cluster, name, seed, cluster.folder / f"cell{number}", *parties, cpo)._opened()

    def beside(self) -> "Scene":
        """Another eMSP of the same CPO."""
        emsp = [self.emsp[0], self.emsp[1].replace("M", "N")]
        folder = self.folder / "beside"
        same = self.cluster, self.name, self.seed, folder, self.cpo, emsp, self.cpo_platform
        return Scene(*same)._opened()

    def _opened(self) -> "Scene":
        self.folder.mkdir()
        self.logs_before = self.cluster.logged()
        self.cluster.register(self.emsp_name, "EMSP", [self.emsp], self.emsp_ledger)
        named = self.cluster.ask("GET", f"/partners/{'-'.join(self.emsp)}")
        self.partner_id = named["id"]
        return self

    @property
    def emsp_name(self) -> str:
        return ":".join(self.emsp)

    @property
    def emsp_ledger(self) -> Path:
        return self.folder / "emsp.jsonl"

    @property
    def cpo_ledger(self) -> Path:
        return self.folder / "cpo.jsonl"

    def lane(self, delivery_class: str) -> str:
        return f"{self.partner_id}/{delivery_class}"

    # The load

    def begin_load(
        self,
        *,
        url: str = "",
        prefix: str = "",
        work: Sequence[str] = ("bills", "reports"),
        cdrs_to: Sequence[str] = ("emsp", "hub"),
        sessions_to: Sequence[str] = ("hub", "hub", "emsp"),
        least: int = 3,
        most: int = 10**9,
        patience: float = 12.0,
        pause: float = 0.1,
        paced: bool = False,
    ) -> None:
        """The CPO begins; `url`: of another web process than the cluster's; `paced`: see `step`."""
        base, endpoints = self.cluster.url, self.cpo_platform["endpoints"]
        plan = {
            "cdrs_url": endpoints["RECEIVER cdrs"].replace(base, url or base),
            "sessions_url": endpoints["RECEIVER sessions"].replace(base, url or base),
            "token": self.cpo_platform["token"],
            "cpo": self.cpo,
            "emsp": self.emsp,
            "hub": HUB,
            "prefix": f"{prefix or self.cpo[1]}-{self.seed}",
            "cdr": cdr(*self.cpo, cdr_token=cdr_token(*self.emsp)),
            "session": session(*self.cpo, cdr_token=cdr_token(*self.emsp)),
            "period": _PERIOD,
            "ledger": str(self.cpo_ledger),
            "seed": self.seed,
            "work": work,
            "cdrs_to": cdrs_to,
            "sessions_to": sessions_to,
            "least": least,
            "most": most,
            "patience": patience,
            "pause": pause,
            "paced": paced,
        }
        file = self.folder / "plan.json"
        file.write_bytes(encode(plan))
        with (self.folder / "load.txt").open("ab") as said:
            self._load = subprocess.Popen(
                tethered([sys.executable, "-I", str(load_program.__file__), str(file)]),
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
            )

    def step(self) -> None:
        """One request more; a paced session begins with a PUT by itself."""
        assert self._load is not None
        assert self._load.stdin is not None
        self._load.stdin.write(b"\n")
        self._load.stdin.flush()

    def end_load(self) -> None:
        """Let it finish what it has begun; everything that it asked was answered then."""
        assert self._load is not None
        self._load.communicate(timeout=120)
        said = (self.folder / "load.txt").read_text()
        assert self._load.returncode == 0, said

    def drop_load(self) -> None:
        """However it went, the process is gone."""
        if self._load is not None and self._load.poll() is None:
            self._load.kill()
            self._load.communicate()

    @contextmanager
    def load(self, **how: Any) -> Iterator[None]:
        self.begin_load(**how)
        yield
        self.end_load()

    def goes_on(self, answers: int = 3, within_s: float = _GOES_ON_WITHIN_S) -> None:
        """Return once so many more requests of this CPO were answered for good."""
        enough = len(self.answered()) + answers
        until(lambda: len(self.answered()) >= enough, within_s)

    def answered(self, kind: str = "") -> list[Line]:
        """What was answered for good, in that order."""
        found = [line for line in lines_of(self.cpo_ledger) if line["event"] == "answered"]
        return [line for line in found if kind in ("", line["kind"])]

    # The eMSP

    def received(self, module: str = "") -> list[Line]:
        """Pushes that came in at the eMSP."""
        found = [line for line in lines_of(self.emsp_ledger) if line["kind"] == "received"]
        pushes = [line for line in found if line["role"] == "RECEIVER"]
        return [line for line in pushes if module in ("", line["module"])]

    def behave(self, how: str, **scope: Any) -> None:
        self.cluster.partners.tell("behave", name=self.emsp_name, how=how, **scope)

    def held(self, module: str) -> list[Line]:
        found: list[Line] = self.cluster.partners.tell("held", name=self.emsp_name, module=module)
        return found

    # Faults

    def hit(self, point: str, *, stands: bool = False) -> int:
        """The process that has come to this point and died, or stands still there; its pid."""
        file = self.folder / f"hit-{point}"
        until(lambda: file.exists() and file.read_text(), _HITS_WITHIN_S)
        pid = int(file.read_text())
        ended = ("T",) if stands else ("Z", "")
        until(lambda: state_of(pid) in ended, within_s=60)
        return pid

    def holder(self, delivery_class: str = "cdr") -> str:
        """`HOST:PID` of the pump that has leased this eMSP's lane, or had when it died."""
        found = self.cluster.database["lanes"].find_one({"_id": self.lane(delivery_class)})
        return str((found or {}).get("holder"))

    def is_repaired(self) -> None:
        """From now on the backlog has 75 seconds to be emptied (I9)."""
        self.repaired_at = time.monotonic()


_PERIOD = {
    "start_date_time": "2026-01-15T07:00:00Z",
    "dimensions": [{"type": "ENERGY", "volume": 1}],
}


def lines_of(ledger: Path) -> list[Line]:
    """All whole lines; the last one may just be in the writing."""
    if not ledger.exists():
        return []
    whole, _, _ = ledger.read_text().rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]
