"""The checker: decides I1 to I10 of one cell from outside the system.

It reads what CPO and eMSP wrote down, the bytes in MongoDB, logs and Redis; never the hub's code.
"""

import base64
import json
import time
from collections import Counter
from typing import Any

from tests.faults.matrix.scene import HUB, Line, Scene

WITHIN_S = 75.0
"""Invariant I9: from repair to an empty backlog."""
_DONE = ("delivered", "delivered_unconfirmed")
_OPEN = ("due", "waiting", "parked", "refused")


def settle(scene: Scene, *, within_s: float = WITHIN_S) -> float:
    """I9: seconds from the repair until nothing is owed and the eMSP holds what it is to hold."""
    while backlog := _backlog(scene):
        late = time.monotonic() > scene.repaired_at + within_s
        assert not late, f"I9: not empty after {within_s} s: {backlog}"
        time.sleep(0.1)
    return time.monotonic() - scene.repaired_at


def check(scene: Scene) -> str:
    """All that can be said once the cell is at rest; what was counted, for its line.

    :raises AssertionError: naming the invariant that does not hold.
    """
    taken = _taken(scene)
    _i1_archived(scene, taken)
    _i2_delivered_once(scene, taken)
    _i3_one_effect(scene, taken)
    changes = _i4_present_state(scene)
    _i7_own_data_only(scene)
    _i8_adds_up(scene)
    _i10_no_secret(scene)
    return f"{len(taken)} CDRs, {changes} changes of a session"


def _taken(scene: Scene) -> dict[str, bytes]:
    """The CDRs that were answered 1000, as the CPO sent them."""
    answered = scene.answered("cdr")
    return {each["id"]: each["body"].encode() for each in answered if each["code"] == 1000}


def _key(scene: Scene, module: str, id_: str) -> str:
    return f"{module}/{'/'.join(scene.cpo)}/{id_.upper()}"


def _backlog(scene: Scene) -> list[str]:
    """What is not done yet, in words; asked for in the order in which it goes its way."""
    database, lanes = scene.cluster.database, [scene.lane("cdr"), scene.lane("state")]
    mine = {"owner": _party(scene), "unpublished": {"$exists": True}}
    found = [f"unpublished {each['_id']}" for each in database["objects_sessions"].find(mine)]
    owed = database["deliveries"].find({"lane": {"$in": lanes}, "state": {"$in": _OPEN}})
    found += [f"owed {each['_id']} {each['state']} {each['last']}" for each in owed]
    return found[:5]


def _party(scene: Scene) -> str:
    return "/".join(scene.cpo)


def _i1_archived(scene: Scene, taken: dict[str, bytes]) -> None:
    for id_, body in taken.items():
        found = list(scene.cluster.database["cdrs"].find({"key": _key(scene, "cdrs", id_)}))
        assert body in [each["body"] for each in found], f"I1: {id_} is not in the archive"


def _i2_delivered_once(scene: Scene, taken: dict[str, bytes]) -> None:
    for id_ in taken:
        of_it = {"what.key": _key(scene, "cdrs", id_), "what.kind": "cdr"}
        owed = list(scene.cluster.database["deliveries"].find(of_it))
        states = [each["state"] for each in owed if each["state"] != "declined"]
        assert len(states) == 1, f"I2: {id_} has the deliveries {states}"
        assert states[0] in _DONE, f"I2: {id_} is {states[0]}"


def _i3_one_effect(scene: Scene, taken: dict[str, bytes]) -> None:
    """The eMSP acted upon each, upon nothing else, and all that came again was the very same."""
    bodies: dict[str, set[str]] = {}
    for each in scene.received("cdrs"):
        if each["applied"]:
            bodies.setdefault(json.loads(each["body"])["id"], set()).add(each["body"])
    for id_, body in taken.items():
        effects = bodies.get(id_, set())
        assert effects == {body.decode()}, f"I3: {id_} had {len(effects)} effects at the eMSP"
    asked = {line["id"] for line in scene.answered("cdr")}
    assert bodies.keys() <= asked, f"I3: never asked for: {bodies.keys() - asked}"
    held = Counter(each["id"] for each in scene.held("cdrs"))
    assert set(held.values()) <= {1}, f"I3: held twice: {held}"


def _i4_present_state(scene: Scene) -> int:
    """CPO, hub and eMSP hold the same session at rest; it never went back; how many changes."""
    told = [each for each in scene.answered("session") if each["code"] == 1000]
    if not told:
        return 0
    expected = _session_of(told)
    key = f"{_key(scene, 'sessions', expected['id'])}|*"
    stored = scene.cluster.database["objects_sessions"].find_one({"_id": key})
    assert stored is not None, "I4: the hub has no session"
    held = json.loads(stored["body"])
    assert held == expected, f"I4: its CPO has {_differing(expected, held)}"
    [seen] = scene.held("sessions")
    assert seen == expected, f"I4: the eMSP holds {_differing(seen, expected)}"
    applied = [each for each in scene.received("sessions") if each["applied"]]
    applied.sort(key=lambda each: int(each["applied"]))
    times = [json.loads(each["body"])["last_updated"] for each in applied]
    assert times == sorted(times), f"I4: the session went back: {times}"
    return len(told)


def _differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What `one` has of that in which they differ; of lists, how long they are."""
    found = {name: one.get(name) for name in one | other if one.get(name) != other.get(name)}
    return {n: f"{len(v)} of them" if isinstance(v, list) else v for n, v in found.items()}


def _session_of(told: list[Line]) -> dict[str, Any]:
    """What a PUT and PATCHes that each append a period come to."""
    whole: dict[str, Any] = {}
    for each in told:
        change = json.loads(each["body"])
        periods = [*whole.get("charging_periods", []), *change.get("charging_periods", [])]
        whole |= change
        if periods:
            whole["charging_periods"] = periods
    return whole


def _i7_own_data_only(scene: Scene) -> None:
    for each in scene.received():
        body = json.loads(each["body"] or "{}")
        owner = [body.get("country_code"), body.get("party_id")]
        if each["method"] != "PATCH":
            token = body.get("cdr_token", {})
            assert [token.get("country_code"), token.get("party_id")] == scene.emsp, f"I7: {each}"
            assert owner == scene.cpo, f"I7: {each}"
        to = [each["headers"].get(f"ocpi-to-{half}") for half in ("country-code", "party-id")]
        assert to in (scene.emsp, HUB), f"I7: {each}"


def _i8_adds_up(scene: Scene) -> None:
    """Of this CPO: each CDR in the archive has one delivery, and each delivery its CDR."""
    database, keys = scene.cluster.database, f"^cdrs/{_party(scene)}/"
    archived = {each["_id"] for each in database["cdrs"].find({"key": {"$regex": keys}})}
    found = database["deliveries"].find({"what.key": {"$regex": keys}, "what.kind": "cdr"})
    owed = {str(each["_id"]).removeprefix("cdr|"): each["state"] for each in found}
    assert archived == owed.keys(), f"I8: {archived ^ owed.keys()} do not add up"
    refused = [each for each in scene.answered("cdr") if each["code"] != 1000]
    declined = [each for each in owed.values() if each == "declined"]
    assert len(declined) >= len(refused), f"I8: refused {refused}, but {owed}"


def _i10_no_secret(scene: Scene) -> None:
    """Neither in what was logged since, nor in Redis, nor in what the CPO was answered."""
    tokens = scene.cluster.tokens | {
        base64.b64decode(each["headers"]["authorization"].split()[1]).decode()
        for each in scene.received()
    }
    secret = [*tokens, *(base64.b64encode(token.encode()).decode() for token in tokens)]
    logged = [_since(path, size) for path, size in _logs(scene).items()]
    answered = [str(each.get("answer", "")) for each in scene.answered()]
    with scene.cluster.redis as redis:
        kept = [repr((key, redis.dump(key))) for key in redis.scan_iter()]
    everywhere = "\n".join([*logged, *answered, *kept])
    assert logged, "I10: what is looked through holds nothing"
    for each in secret:
        assert each not in everywhere, "I10: a secret was written"


def _logs(scene: Scene) -> dict[Any, int]:
    return {path: scene.logs_before.get(path, 0) for path in scene.cluster.logged()}


def _since(path: Any, size: int) -> str:
    with path.open("rb") as log:
        log.seek(size)
        return str(log.read().decode(errors="replace"))
