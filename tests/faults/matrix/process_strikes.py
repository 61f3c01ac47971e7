"""Processes of the hub die, or stand still, at crash points and anywhere else."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rq import Queue
from rq.serializers import JSONSerializer

from tests.e2e.hub_process import until
from tests.faults.matrix.scene import Scene
from tests.faults.matrix.supervising import children_of, freeze, state_of, thaw, wait_s

_TO_BE_DELIVERED_AT_ONCE = ("leased", "sent", "read")
_TRIES = 3
_WAKES = 15
_QUIET_TRIES = 20
_LEASE_S = 20.0


def pump_dies(scene: Scene, *, point: str, work: str = "bills") -> Iterator[None]:
    """The pump is killed there, with this eMSP's lane in its hands, and started again."""
    _armed_pump(scene, point, "kill", work=(work,))
    scene.end_load()
    scene.is_repaired()
    yield


def pump_stands_still(scene: Scene, *, point: str) -> Iterator[None]:
    """It stands still there for longer than its lease; another one takes over; then it goes on."""
    pump = scene.cluster["pump"]
    pid = _armed_pump(scene, point, "stop")
    left = pump.leave()
    scene.end_load()
    scene.is_repaired()
    try:
        yield
        thaw(pid)
        wait_s(2.0)
    finally:
        left.kill()
        left.wait()


def pump_comes_back_too_late(scene: Scene) -> Iterator[None]:
    """What a pump knows of an attempt counts for nothing once the lane is another one's.

    The eMSP fails the first attempt; the pump that knows it stands still before it can say so.
    """
    _let_others_be_served(scene)
    scene.behave("http:500", module="cdrs", times=1)
    pump = scene.cluster["pump"]
    pid = _armed_pump(scene, "read", "stop", work=("bills",), least=1, most=1)
    left = pump.leave()
    scene.end_load()
    scene.is_repaired()
    try:
        yield
        [known] = _deliveries(scene)
        before = _attempts(scene, known["_id"])
        thaw(pid)
        until(lambda: _attempts(scene, known["_id"]) > before, within_s=60)
        wait_s(0.5)
        assert _deliveries(scene) == [known], "I2: a lost lease has had its say"
    finally:
        left.kill()
        left.wait()


def pump_killed_again_and_again(scene: Scene) -> Iterator[None]:
    pump = scene.cluster["pump"]
    with scene.load(cdrs_to=("hub",)):
        for _ in range(2):
            scene.goes_on()
            pump.dies()
        scene.goes_on()
    scene.is_repaired()
    yield


def web_dies(scene: Scene, *, point: str) -> Iterator[None]:
    """A gunicorn worker is killed there while it answers this CPO, who asks again."""
    web = f"web-{scene.emsp[1]}"
    url = scene.cluster.another_web(web, f"{point}=kill", scene.folder)
    with scene.load(url=url, work=("bills",), cdrs_to=_addressed(point)):
        scene.hit(point)
        scene.goes_on()
    scene.is_repaired()
    scene.cluster[web].halt()
    yield


def web_stands_still(scene: Scene, *, point: str) -> Iterator[None]:
    """It stands still there, the CPO asks another one, and then it goes on."""
    web = f"web-{scene.emsp[1]}"
    url = scene.cluster.another_web(web, f"{point}=stop", scene.folder, workers=2)
    with scene.load(url=url, work=("bills",), cdrs_to=_addressed(point), patience=3.0):
        pid = scene.hit(point, stands=True)
        scene.goes_on()
    thaw(pid)
    scene.is_repaired()
    yield
    assert state_of(pid) not in ("T", ""), "it did not go on"
    scene.cluster[web].halt()


def parent_dies(scene: Scene) -> Iterator[None]:
    """gunicorn's parent alone: its workers notice, and make room for those of the next one."""
    web = f"web-{scene.emsp[1]}"
    url = scene.cluster.another_web(web, "", scene.folder)
    component = scene.cluster[web]
    with scene.load(url=url):
        scene.goes_on()
        workers = children_of(component.pid)
        assert workers, "gunicorn has no workers"
        component.kill()
        until(lambda: not any(state_of(pid) not in ("Z", "") for pid in workers), within_s=60)
        scene.goes_on()
    scene.is_repaired()
    component.halt()
    yield


def dies_anywhere(scene: Scene, *, part: str) -> Iterator[None]:
    component = scene.cluster[part]
    with scene.load():
        for _ in range(2):
            scene.goes_on()
            component.dies()
        scene.goes_on()
    scene.is_repaired()
    yield


def stands_anywhere(scene: Scene, *, part: str) -> Iterator[None]:
    """For longer than a lease."""
    pid = scene.cluster[part].pid
    with scene.load():
        scene.goes_on()
        freeze(pid)
        wait_s(_LEASE_S + 2)
        thaw(pid)
        scene.goes_on()
    scene.is_repaired()
    yield


def publisher_dies(scene: Scene, *, point: str) -> Iterator[None]:
    """The worker is killed there with changes in hand; its mark keeps others from waking."""
    scene.cluster.arm("publish", f"{point}=kill", scene.folder)
    with scene.load(work=("reports",), sessions_to=("hub",)):
        scene.hit(point)
        scene.goes_on()
    scene.is_repaired()
    yield


def sweeper_alone(scene: Scene) -> Iterator[None]:
    """With every worker gone the sweeper publishes and sends all by itself."""
    workers = [scene.cluster[name] for name in ("publish", "pump")]
    for worker in workers:
        worker.halt()
    with scene.load(cdrs_to=("hub",), sessions_to=("hub",)):
        scene.goes_on()
    scene.is_repaired()
    yield
    assert not any(worker.wanted or state_of(worker.pid) for worker in workers)
    scene.notes.append("by the sweeper")
    for worker in workers:
        worker.start()


def workers_alone(scene: Scene) -> Iterator[None]:
    """Without the sweeper the workers' normal path is enough."""
    sweeper = scene.cluster["sweeper"]
    sweeper.halt()
    with scene.load(cdrs_to=("hub",), sessions_to=("hub",)):
        scene.goes_on()
    scene.is_repaired()
    yield
    assert not sweeper.wanted
    assert not state_of(sweeper.pid)
    scene.notes.append("by the workers")
    sweeper.start()


def sweeper_dies_pumping(scene: Scene, *, point: str) -> Iterator[None]:
    """With every worker gone it pumps by itself; killed there, it is started again and goes on."""
    workers = [scene.cluster[name] for name in ("publish", "pump")]
    for worker in workers:
        worker.halt()
    sweeper = scene.cluster.arm("sweeper", f"{point}=kill", scene.folder)
    with scene.load(cdrs_to=("hub",), sessions_to=("hub",)):
        scene.goes_on()
    scene.hit(point)
    until(lambda: sweeper.process is not None and sweeper.process.poll() is None, within_s=60)
    scene.is_repaired()
    yield
    assert not any(worker.wanted or state_of(worker.pid) for worker in workers)
    scene.notes.append("by the sweeper")
    for worker in workers:
        worker.start()
    sweeper.start(HUB_FAIL_POINTS="")


def _armed_pump(scene: Scene, point: str, fault: str, **how: Any) -> int:
    """The pump is at this point with this eMSP's lane; were it another's, it is armed again.

    At `popped` it has no lane yet.
    """
    mark, sweeper = scene.folder / f"hit-{point}", scene.cluster["sweeper"]
    sweeper.halt()  # it would pump by itself if the armed pump were slow to start
    _arm(scene, f"{point}={fault}")
    scene.begin_load(**{"cdrs_to": ("hub",), "sessions_to": ("hub",), **how})
    for _ in range(_TRIES):
        _wake_until_hit(scene, mark)
        pid = scene.hit(point, stands=fault == "stop")
        mine = [scene.holder(name).endswith(f":{pid}") for name in ("cdr", "state")]
        if point == "popped" or any(mine):
            sweeper.start()
            return pid
        if fault == "stop":
            os.kill(pid, signal.SIGKILL)
        mark.unlink()
        _arm(scene, f"{point}={fault}")
    sweeper.start()
    raise AssertionError(f"{point} was never hit with this lane")


def _let_others_be_served(scene: Scene) -> None:
    """Else the pump may stand still where it writes what became of another partner's deliveries.

    What waits for a partner that is away may go on waiting.
    """
    database = scene.cluster.database
    due = {"state": "due", "$expr": {"$lte": ["$due", "$$NOW"]}}
    for _ in range(_QUIET_TRIES):
        told = database["objects_hubclientinfo"].find_one({"unpublished": {"$exists": True}})
        if told is None and database["deliveries"].find_one(due) is None:
            return
        wait_s(0.5)


def _wake_until_hit(scene: Scene, mark: Path) -> None:
    """A wake-up may be lost with Redis, and the sweeper, which makes up for that, is halted."""
    for _ in range(_WAKES):
        if mark.exists():
            return
        with scene.cluster.redis as redis:
            queue = Queue("pump", connection=redis, serializer=JSONSerializer)
            queue.enqueue_call("entrypoints.jobs.pump", timeout=600, result_ttl=0, ttl=60)
        wait_s(2.0)


def _arm(scene: Scene, points: str) -> None:
    """The pump before took its wake-up along: without this, wake-ups would be skipped for 15 s."""
    scene.cluster.arm("pump", points, scene.folder)
    with scene.cluster.redis as redis:
        redis.delete("wake:pump")


def _addressed(point: str) -> tuple[str, ...]:
    """Where the eMSP is named it is asked within the request (D-9)."""
    if point in _TO_BE_DELIVERED_AT_ONCE:
        return ("emsp",)
    return ("hub",) if point == "owed" else ("emsp", "hub")


def _deliveries(scene: Scene) -> list[dict[str, object]]:
    lane = {"lane": scene.lane("cdr")}
    found = scene.cluster.database["deliveries"].find(lane, {"untold": 0}).sort("_id")
    return list(found)


def _attempts(scene: Scene, delivery: object) -> int:
    return scene.cluster.database["cdr_attempts"].count_documents({"delivery": delivery})
