"""How long CDRs are refused while MongoDB elects a new primary, and that none of them is lost.

A hub on three mongods takes CDRs at a steady rate, as a CPO sends them that posts again what was
not taken. After a while the primary is killed. Every CDR that was answered 1000 has to be in the
archive, once.
"""

import json
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from entrypoints.sandbox.charging import cdr, cdr_token
from entrypoints.sandbox.routing import routing_headers
from entrypoints.sandbox.wire import authorization, encode
from tests.e2e.hub_process import until
from tests.faults.matrix.cluster import Cluster, running_cluster
from tests.faults.matrix.replica_set import ReplicaSet

CPO, EMSP = ("DE", "ABC"), ("NL", "EMS")
_PATIENCE_S = 20.0
_AGAIN_AFTER_S = 0.25
_WITHIN_S = 120.0


@dataclass(frozen=True)
class Load:
    """CDRs a second, for how long, and after how many seconds the primary is killed."""

    cdrs_per_s: int = 50
    seconds: float = 40.0
    killed_after_s: float = 10.0
    election_timeout_s: int = 10


@dataclass
class Told:
    """What the CPO saw; times are seconds since the load began."""

    refused_at: list[float] = field(default_factory=list)
    waited_s: list[float] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


@dataclass(frozen=True)
class Election:
    """What came of it."""

    load: Load
    told: Told
    lost: int
    twice: int

    @property
    def refused_for_s(self) -> float:
        """From the first refusal to the last."""
        at = self.told.refused_at
        return max(at) - min(at) if at else 0.0

    @property
    def is_within_limit(self) -> bool:
        return not (self.lost or self.twice)

    def __str__(self) -> str:
        load, told = self.load, self.told
        verdict = "kept" if self.is_within_limit else "BROKEN"
        return f"""\
election: {load.cdrs_per_s} CDRs/s for {load.seconds:g} s on three mongods, the primary killed \
after {load.killed_after_s:g} s (electionTimeoutMillis {load.election_timeout_s},000)
  answered 1000     {len(told.taken)}
  refused           {len(told.refused_at)} times, for {self.refused_for_s:.1f} s in all
  longest wait      {max(told.waited_s):.1f} s until a CDR was taken
  lost {self.lost}, twice in the archive {self.twice}, at most 0: {verdict}"""


def main() -> int:
    """The exit status."""
    with tempfile.TemporaryDirectory() as folder, running_cluster(Path(folder)) as cluster:
        election = measured(cluster, Load())
    print(election, flush=True)
    return 0 if election.is_within_limit else 1


def measured(cluster: Cluster, load: Load) -> Election:
    """The load, and the primary's death in the midst of it."""
    _elects_after(cluster.replicas, load.election_timeout_s)
    told, post = Told(), _poster(cluster)
    begun = time.monotonic()
    with ThreadPoolExecutor(4 * load.cdrs_per_s) as pool:
        killer = pool.submit(_kill_primary, cluster, begun + load.killed_after_s)
        for number in range(int(load.cdrs_per_s * load.seconds)):
            time.sleep(max(0.0, begun + number / load.cdrs_per_s - time.monotonic()))
            pool.submit(_until_taken, post, f"E{number}", told, begun)
        killer.result()
    until(lambda: not _owed(cluster), _WITHIN_S)
    archived = [each["key"] for each in cluster.database["cdrs"].find({}, {"key": 1})]
    names = [f"cdrs/{'/'.join(CPO)}/{name}" for name in told.taken]
    lost = sum(name not in set(archived) for name in names)
    return Election(load, told, lost, len(archived) - len(set(archived)))


def _elects_after(replicas: ReplicaSet, seconds: int) -> None:
    with replicas.member(replicas.wait()) as client:
        config = client.admin.command("replSetGetConfig")["config"]
        config["version"] += 1
        config["settings"]["electionTimeoutMillis"] = seconds * 1000
        client.admin.command("replSetReconfig", config)


def _poster(cluster: Cluster) -> Callable[[str], int]:
    """Posts a CDR; OCPI's status code, 0 where none came."""
    folder = cluster.folder
    cluster.register("emsp", "EMSP", [list(EMSP)], folder / "emsp.jsonl")
    cpo = cluster.register("cpo", "CPO", [list(CPO)], folder / "cpo.jsonl")
    parts = urlsplit(cpo["endpoints"]["RECEIVER cdrs"])
    parties = routing_headers(tuple(cpo["hub"]), CPO)
    headers = {name: value for name, value in parties.items() if value is not None}
    headers |= {"Authorization": authorization(cpo["token"]), "Content-Type": "application/json"}

    def post(name: str) -> int:
        body = encode(cdr(*CPO, name, cdr_token=cdr_token(*EMSP)))
        connection = HTTPConnection(str(parts.hostname), parts.port, timeout=_PATIENCE_S)
        try:
            connection.request("POST", parts.path, body, headers)
            return _code_in(connection.getresponse().read())
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()

    return post


def _code_in(body: bytes) -> int:
    envelope: dict[str, Any] = json.loads(body)
    return int(envelope["status_code"])


def _until_taken(post: Callable[[str], int], name: str, told: Told, begun: float) -> None:
    asked = time.monotonic()
    while (code := post(name)) != 1000:
        with told.lock:
            told.refused_at.append(time.monotonic() - begun)
        assert code in (0, 3000), f"{name} was answered {code}"
        time.sleep(_AGAIN_AFTER_S)
    with told.lock:
        told.taken.add(name)
        told.waited_s.append(time.monotonic() - asked)


def _kill_primary(cluster: Cluster, at: float) -> None:
    time.sleep(max(0.0, at - time.monotonic()))
    primary = cluster.replicas.primary()
    cluster.replicas.members[primary].kill()


def _owed(cluster: Cluster) -> int:
    return cluster.database["deliveries"].count_documents({"state": "due"})
