"""eMSPs that fail in every way that partners do, and what their neighbours notice of it."""

import time
from collections.abc import Iterator
from statistics import quantiles

from tests.e2e.hub_process import until
from tests.faults.matrix.replica_set import Document
from tests.faults.matrix.scene import Scene

FAULTS = (
    "hang",
    "drip",
    "reset",
    "half",
    "garbage",
    "html",
    "endless",
    "http:401",
    "http:429",
    "http:500",
    "http:503:5",
    "ocpi:3000",
)
_FAILS_FOR_S = 20.0
_SENT_WITHIN_S = 40.0
_REFUSED_WITHIN_S = 180.0


def hangs(scene: Scene) -> Iterator[None]:
    """It accepts two CDRs and never answers, and has not got them."""
    scene.behave("hang", module="cdrs", times=2)
    with scene.load(work=("bills",), cdrs_to=("emsp",), least=2, most=2):
        until(lambda: _behaved(scene, "hang"), _SENT_WITHIN_S)
    until(lambda: _behaved(scene, "hang") == 2, _SENT_WITHIN_S)
    scene.is_repaired()
    yield


def applies_then_resets(scene: Scene) -> Iterator[None]:
    """It has what it did not answer for, and gets it again: one effect all the same."""
    scene.behave("apply_then_reset", module="cdrs", times=2)
    scene.behave("apply_then_reset", module="sessions", times=1)
    with scene.load():
        until(lambda: _behaved(scene, "apply_then_reset") == 3, _SENT_WITHIN_S)
    scene.is_repaired()
    yield


def refuses_one(scene: Scene) -> Iterator[None]:
    """What it refuses is tried three times in an hour; its neighbours are not held up by it."""
    poison = f"{scene.cpo[1]}-{scene.seed}-1"
    scene.behave("ocpi:2001", module="cdrs", object_id=poison)
    with scene.load(cdrs_to=("hub",)):
        until(lambda: _behaved(scene, "ocpi:2001"), _SENT_WITHIN_S)
        scene.goes_on()
    until(lambda: len(_owed(scene)) == 1, within_s=30)
    [owed] = _owed(scene)
    assert owed["what"]["key"].endswith(poison)
    assert owed["handover"]["refusals"] == 1
    scene.behave("well", module="cdrs", object_id=poison)
    scene.cluster.ask("POST", f"/deliveries/{owed['_id'].replace('|', '%7C')}/retry", {})
    scene.is_repaired()
    yield


def refuses_at_once(scene: Scene) -> Iterator[None]:
    """Its refusal reaches the CPO that named it, and the CDR is not in custody (H-CDR-3)."""
    scene.behave("ocpi:2001", module="cdrs", times=1)
    with scene.load(work=("bills",), cdrs_to=("emsp",)):
        scene.goes_on()
    refused = [each["code"] for each in scene.answered("cdr") if each["code"] != 1000]
    assert refused == [2001]
    scene.is_repaired()
    yield


def refuses_after_trouble(scene: Scene) -> Iterator[None]:
    """Refusals whose words are of something else are refusals, of what was sent and what was not.

    The lane opens after five failures; the other CDRs were claimed by then, and never sent.
    """
    scene.behave("http:500", module="cdrs")
    with scene.load(work=("bills",), cdrs_to=("hub",), least=12, most=12, pause=0.02):
        until(lambda: _behaved(scene, "http:500") >= 1, _SENT_WITHIN_S)
    until(lambda: _behaved(scene, "http:500") >= 5, _SENT_WITHIN_S)
    scene.behave("unknown_token", module="cdrs")
    until(lambda: all(_refusals(each) for each in _owed(scene)), _REFUSED_WITHIN_S)
    assert len(_owed(scene)) == 12, "a CDR that was refused is booked as delivered"
    scene.behave("well", module="cdrs")
    scene.is_repaired()
    until(lambda: not _retried(scene), within_s=60)
    yield


def is_down(scene: Scene) -> Iterator[None]:
    """The eMSP is down; it calls the hub when it is back, as partners do."""
    partners = scene.cluster.partners
    with scene.load(pause=0.5):
        scene.goes_on()
        partners.tell("stop", name=scene.emsp_name)
        until(lambda: any(_failures(scene)), _SENT_WITHIN_S)
        _wait_failing()
    partners.tell("start", name=scene.emsp_name)
    assert partners.tell("calls", name=scene.emsp_name) == 1000
    scene.is_repaired()
    yield


def misbehaves(scene: Scene, *, how: str) -> Iterator[None]:
    """For twenty seconds; then it is well, and does not say so."""
    with scene.load(pause=0.5):
        scene.goes_on()
        for module in ("cdrs", "sessions"):
            scene.behave(how, module=module)
        until(lambda: _behaved(scene, how), _SENT_WITHIN_S)
        _wait_failing()
        scene.behave("well")
    scene.is_repaired()
    yield


def redirects(scene: Scene) -> Iterator[None]:
    """A 301 to the hub's own loopback is never followed."""
    yield from misbehaves(scene, how=f"redirect:{scene.cluster.url}/hub/v1/partners")


def neighbour(scene: Scene) -> Iterator[None]:
    """I6: beside one that hangs, this eMSP is served within twice the time that it takes alone."""
    with scene.load(cdrs_to=("hub",), sessions_to=("hub",), pause=0.05):
        scene.goes_on(60)
    until(lambda: not _owed(scene), within_s=60)
    alone = _p95(_latencies(scene, since=0.0))
    other = scene.beside()
    other.behave("hang")
    with other.load(cdrs_to=("hub",), sessions_to=("hub",), prefix="O", pause=0.2):
        until(lambda: _behaved(other, "hang"), _SENT_WITHIN_S)
        begun = time.time()
        with scene.load(work=("bills",), cdrs_to=("hub",), prefix="N", pause=0.05):
            scene.goes_on(60)
        until(lambda: not _owed(scene), within_s=60)
    other.behave("well")
    beside = _p95(_latencies(scene, since=begun))
    scene.notes.append(f"p95 {alone:.2f} s alone, {beside:.2f} s beside")
    assert beside <= max(2 * alone, 1.0), f"I6: {scene.notes[-1]}"
    scene.is_repaired()
    yield


def _behaved(scene: Scene, how: str) -> int:
    return sum(each["behaviour"] == how for each in scene.received())


def _owed(scene: Scene) -> list[Document]:
    lane = {"lane": scene.lane("cdr"), "state": {"$in": ["due", "waiting"]}}
    return list(scene.cluster.database["deliveries"].find(lane))


def _retried(scene: Scene) -> int:
    """Have all tried again that are owed still; how many. One under way may be refused yet."""
    for owed in (found := _owed(scene)):
        scene.cluster.ask("POST", f"/deliveries/{owed['_id'].replace('|', '%7C')}/retry", {})
    return len(found)


def _refusals(owed: Document) -> int:
    return int(owed["handover"]["refusals"])


def _failures(scene: Scene) -> list[object]:
    return [owed["last"] for owed in _owed(scene) if owed["last"]]


def _wait_failing() -> None:
    time.sleep(_FAILS_FOR_S)


def _latencies(scene: Scene, *, since: float) -> list[float]:
    """Seconds from a CDR's answer to its arrival at the eMSP, of those answered since then."""
    answered = {each["body"]: each["at"] for each in scene.answered("cdr") if each["at"] > since}
    arrived = {each["body"]: each["at"] for each in reversed(scene.received("cdrs"))}
    return [max(0.0, arrived[body] - at) for body, at in answered.items()]


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]
