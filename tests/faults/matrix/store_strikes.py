"""MongoDB and Redis die, hang, forget, are deposed, or answer with errors."""

from collections.abc import Iterator
from typing import Any

from tests.e2e.hub_process import until
from tests.faults.matrix.scene import Scene
from tests.faults.matrix.supervising import freeze, thaw, wait_s

_LAGS_S = 1.5
_HELD_UP_MS = 6000
"""Less than the hub waits for MongoDB."""
_TRIES = 10
_MINUTE_S = 60.0
_HANGS_S = 20.0
_WRITES = ["insert", "update", "findAndModify"]


def lagging_primary(scene: Scene) -> Iterator[None]:
    """What only the primary has is answered to no partner: it dies, and another one rules."""
    replicas = scene.cluster.replicas
    old = replicas.wait()
    member = replicas.members[old]
    with scene.load(cdrs_to=("hub",), sessions_to=("hub",), patience=2.0, pause=0.02):
        scene.goes_on()
        with replicas.nothing_replicated(old):
            wait_s(_LAGS_S)
            member.wanted = False
            member.kill()
        until(lambda: replicas.primary() not in (0, old), within_s=30)
        scene.goes_on()
        member.start()
    replicas.wait()
    scene.is_repaired()
    yield


def primary_killed(scene: Scene) -> Iterator[None]:
    replicas = scene.cluster.replicas
    with scene.load():
        for _ in range(2):
            scene.goes_on()
            replicas.members[replicas.wait()].kill()
            until(replicas.primary, within_s=30)
        scene.goes_on()
    replicas.wait()
    scene.is_repaired()
    yield


def primary_frozen(scene: Scene) -> Iterator[None]:
    """It comes back as one that believes that it still rules."""
    replicas = scene.cluster.replicas
    with scene.load():
        scene.goes_on()
        old = replicas.wait()
        pid = replicas.members[old].pid
        freeze(pid)
        until(lambda: replicas.primary_among(set(replicas.members) - {old}), within_s=30)
        scene.goes_on()
        thaw(pid)
        scene.goes_on()
    replicas.wait()
    scene.is_repaired()
    yield


def stepped_down(scene: Scene) -> Iterator[None]:
    with scene.load():
        for _ in range(2):
            scene.goes_on()
            scene.cluster.replicas.step_down()
        scene.goes_on()
    scene.is_repaired()
    yield


def whole_set_killed(scene: Scene) -> Iterator[None]:
    replicas = scene.cluster.replicas
    with scene.load():
        scene.goes_on()
        for member in replicas.members.values():
            member.kill()
        replicas.wait()
        scene.goes_on()
    scene.is_repaired()
    yield


def connections_closed(scene: Scene) -> Iterator[None]:
    yield from _failing(scene, times=6, failCommands=_WRITES, closeConnection=True)


def not_for_sure(scene: Scene) -> Iterator[None]:
    """The write is made, but MongoDB cannot say that it is safe."""
    unsafe = {"code": 64, "codeName": "WriteConcernFailed", "errmsg": "waiting timed out"}
    yield from _failing(scene, times=6, failCommands=["insert"], writeConcernError=unsafe)


def not_primary(scene: Scene) -> Iterator[None]:
    yield from _failing(scene, times=6, failCommands=_WRITES, errorCode=10107)


def cleared_late(scene: Scene) -> Iterator[None]:
    """A session changes again between the sending of its change before and the noting of that.

    The noting is held up in MongoDB; it must not be taken for that of the change in between (D6),
    which no sweeper is there to make up for.
    """
    sweeper = scene.cluster["sweeper"]
    scene.begin_load(work=("reports",), sessions_to=("hub",), least=0, paced=True)
    until(lambda: scene.held("sessions") and not _is_unpublished(scene), within_s=30)
    sweeper.halt()
    try:
        _change_while_the_noting_is_held_up(scene)
    finally:
        sweeper.start()
    scene.is_repaired()
    yield


def _change_while_the_noting_is_held_up(scene: Scene) -> None:
    tries = next((each for each in range(1, _TRIES) if _holds_a_noting_up(scene)), None)
    assert tries is not None, "no noting was held up"
    scene.step()
    until(lambda: len(scene.answered()) == 1 + tries + 1, within_s=30)
    scene.end_load()
    until(lambda: not _is_unpublished(scene), within_s=60)


def _holds_a_noting_up(scene: Scene) -> bool:
    """Make one change, and hold its noting up; False if that was over before it could be seen."""
    replicas, sent = scene.cluster.replicas, len(scene.received("sessions"))
    port = replicas.fail(
        skip=1,
        failCommands=["update"],
        namespace="ocpi_hub.objects_sessions",
        blockConnection=True,
        blockTimeMS=_HELD_UP_MS,
    )
    try:
        scene.step()
        until(lambda: len(scene.received("sessions")) == sent + 1, within_s=60)
        is_unpublished = _is_unpublished(scene)
    finally:
        held_up = replicas.failed(port)
    if is_unpublished and held_up:
        return True
    until(lambda: not _is_unpublished(scene), within_s=60)
    return False


def _is_unpublished(scene: Scene) -> bool:
    wanted = {"owner": "/".join(scene.cpo), "unpublished": {"$exists": True}}
    return scene.cluster.database["objects_sessions"].find_one(wanted) is not None


def redis_killed(scene: Scene) -> Iterator[None]:
    redis = scene.cluster["redis"]
    with scene.load():
        for _ in range(2):
            scene.goes_on()
            redis.dies()
        scene.goes_on()
    scene.is_repaired()
    yield


def redis_flushed(scene: Scene) -> Iterator[None]:
    with scene.load(), scene.cluster.redis as redis:
        for _ in range(3):
            scene.goes_on()
            redis.set("kept", "until now")
            redis.flushall()
            assert not redis.exists("kept")
        scene.goes_on()
    scene.is_repaired()
    yield


def redis_frozen(scene: Scene) -> Iterator[None]:
    pid = scene.cluster["redis"].pid
    with scene.load(pause=0.5):
        scene.goes_on()
        freeze(pid)
        wait_s(_HANGS_S)
        scene.goes_on()
        thaw(pid)
        scene.goes_on()
    scene.is_repaired()
    yield


def redis_away(scene: Scene) -> Iterator[None]:
    """Redis is down for a minute; owners are answered all the same."""
    redis = scene.cluster["redis"]
    with scene.load(pause=0.5):
        scene.goes_on()
        redis.halt()
        wait_s(_MINUTE_S)
        scene.goes_on()
        redis.start()
        scene.goes_on()
    scene.is_repaired()
    yield


def redis_cut_off(scene: Scene) -> Iterator[None]:
    """Answers of Redis end in the middle, with a reset."""
    yield from _broken_way(scene, "cut")


def redis_silenced(scene: Scene) -> Iterator[None]:
    """Redis does as it is asked, and its answers are lost."""
    yield from _broken_way(scene, "swallow")


def _broken_way(scene: Scene, how: str) -> Iterator[None]:
    """A hub that has just missed Redis asks it nothing for a while, so the load goes on."""
    way = scene.cluster.redis_way
    with scene.load():
        scene.goes_on()
        way.goes(how)

        def has_broken_something() -> bool:
            scene.goes_on(6)
            return way.goes(how) > 0

        until(has_broken_something, within_s=120)
        way.goes("pass")
        scene.goes_on()
    scene.is_repaired()
    yield


def _failing(scene: Scene, *, times: int, **data: Any) -> Iterator[None]:
    replicas = scene.cluster.replicas
    with scene.load():
        scene.goes_on()
        port = replicas.fail(times=times, **data)
        scene.goes_on(6)
    assert replicas.failed(port) > 0, "nothing has failed"
    scene.is_repaired()
    yield
