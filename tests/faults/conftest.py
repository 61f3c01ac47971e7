"""One hub, one owner and three readers for all that is broken here; each test has its locations."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from entrypoints.sandbox import Platform
from tests.e2e.hub_process import HubProcess, until
from tests.faults.breaking import PARTS
from tests.faults.ledgers import times_applied
from tests.faults.market import OWNER, Owner, ask, fresh_hub, registered

REPAIRED_WITHIN_S = 75.0
"""Invariant I9."""


@dataclass(frozen=True)
class Market:
    """The hub, all partners, and the locations that this test is about."""

    hub: HubProcess
    owner: Owner
    readers: list[Platform]
    ids: tuple[str, ...]
    ledgers: Path

    @property
    def expected(self) -> dict[str, object]:
        """The locations of this test as their owner has told them last."""
        return {id_: self.owner.state[id_] for id_ in self.ids}

    def held(self, reader: Platform) -> dict[str, object]:
        return {id_: reader.holds("locations", *OWNER, id_) for id_ in self.ids}

    def listed(self, reader: Platform) -> dict[str, object]:
        """The same in the hub's own list, as this reader sees it."""
        found = reader.hub.objects("locations", to=reader.hub.hub_party)
        return {each["id"]: each for each in found if each["id"] in self.ids}

    def settles(self, within_s: float = REPAIRED_WITHIN_S) -> None:
        """Owner, hub and every reader come to hold the same, and no reader ever went back (I4)."""
        until(lambda: all(self.held(each) == self.expected for each in self.readers), within_s)
        for reader in self.readers:
            assert self.listed(reader) == self.expected
            for times in self.applied(reader).values():
                assert times == sorted(times)

    def applied(self, reader: Platform) -> dict[str, list[str]]:
        """By location, the last_updated of its EVSE in the order that the reader acted in."""
        party_id = reader.profile.parties[0].party_id
        return times_applied(self.ledgers / f"{party_id}.jsonl", self.ids)

    def is_held_back(self, reader: Platform) -> bool:
        """Whether the hub has stopped sending to this reader, but for probes."""
        party = "-".join(reader.profile.parties[0].id)
        partner = ask(self.hub, self.owner.platform, "GET", f"/partners/{party}")
        lanes = ask(self.hub, self.owner.platform, "GET", "/lanes")
        return ("open", partner["id"]) in [
            (lane["breaker"], (lane["partner"] or {}).get("id")) for lane in lanes
        ]


@pytest.fixture(scope="package")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    ledgers = tmp_path_factory.mktemp("ledgers")
    names = ("NL:MS1", "NL:MS2", "NL:MS3")
    with (
        fresh_hub(tmp_path_factory.mktemp("faults") / "hub") as hub,
        registered(hub, "CPO", [":".join(OWNER)]) as [cpo],
        registered(hub, "EMSP", names, ledgers=ledgers) as readers,
    ):
        yield Market(hub, Owner(cpo), readers, (), ledgers)


@pytest.fixture
def market(_whole: Market) -> Iterator[Market]:
    """Everything runs and all partners are well; two new locations are known to all."""
    hub = _whole.hub
    assert hub.process.poll() is None, "an earlier test has left no hub"
    until(lambda: all(hub.processes(part) for part in PARTS), within_s=30)
    until(lambda: hub.get("/readyz") == 200, within_s=30)
    ids = (f"A-{uuid4().hex[:8]}", f"B-{uuid4().hex[:8]}")
    market = Market(hub, _whole.owner, _whole.readers, ids, _whole.ledgers)
    market.owner.opens(*ids)
    market.settles()
    yield market
    for reader in market.readers:
        reader.behave("well")
        reader.start()
