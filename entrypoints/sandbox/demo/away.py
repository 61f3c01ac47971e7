"""The chapter of the eMSP that is away for a while: no party waits, and it misses nothing."""

import time
from collections.abc import Iterator, Sequence

from entrypoints.sandbox.demo.day import Day, Push, name_of, shown, shown_request
from entrypoints.sandbox.demo.telling import Unexpected, expect
from entrypoints.sandbox.fixtures import DEMO_LOCATIONS
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.platform import Platform

_BACK_WITHIN_S = 40.0
"""It is at once, unless the hub has to come back to it by itself: then it is within the minute."""


def an_emsp_catches_up(day: Day) -> None:
    """Stopped, passed over, started again: it gets the present state, one request per object."""
    gone, there = day.emsps
    with day.tell.step(f"The platform of {name_of(gone)} goes down"):
        had = len(gone.received)
        gone.stop()
        day.tell.say(f"{gone.url} refuses connections")
    with day.tell.step("Life goes on"):
        changed = _live_on(day, there)
    with day.tell.step(f"{name_of(gone)} comes back, and says so with GET credentials"):
        missed = sorted(set(changed))
        up_to_date = set(missed) - set(day.missing_at(gone, missed))
        expect(not up_to_date, "that it has missed all of that", f"it has {', '.join(up_to_date)}")
        back = _come_back(day, gone, had, missed)
        got = _locations(gone, had)
        _tell_what_came(day, got, back)
        expect(len(got) == len(missed), f"{len(missed)} requests", f"{len(got)}")
        day.tell.say(
            f"{len(changed)} changes of {len(missed)} locations were missed; {len(got)} requests"
            f" made up for them, {got[-1].at - back:.2f} s after it was back"
        )


def _live_on(day: Day, there: Platform) -> list[str]:
    """The location of each change; each is told once it is at the eMSP that is up."""
    changed, took = [], []
    for what, location_id, push in _changes(day):
        changed.append(location_id)
        took.append(push.ms_to(there))
        day.tell.say(f"{what}: {name_of(there)} had it after {took[-1]:.0f} ms")
    day.tell.say(
        f"{name_of(there)} got all {len(took)} as they happened, the slowest after"
        f" {max(took):.0f} ms"
    )
    return changed


def _changes(day: Day) -> Iterator[tuple[str, str, Push]]:
    """What happens, to which location, and the push about it."""
    for status in ("AVAILABLE", "RESERVED", "CHARGING", "AVAILABLE"):
        push = day.change("BER-ALEX", ("BER-ALEX-1",), status=status)
        yield f"Alexanderplatz 1 is {status}", "BER-ALEX", push
    for number in (3, 4):
        push = day.change("LYO-PARTD", (f"LYO-PARTD-{number}",), status="AVAILABLE")
        yield f"Gare Part-Dieu {number} is AVAILABLE", "LYO-PARTD", push
    push = day.change("BCN-SANTS", ("BCN-SANTS-1",), status="OUTOFORDER")
    yield "Estació de Sants 1 is OUTOFORDER", "BCN-SANTS", push
    push = day.change("BCN-SANTS", name="Estació de Sants, P2")
    yield "Estació de Sants has a new name", "BCN-SANTS", push
    new = DEMO_LOCATIONS[-1]
    yield f"{new['name']} in {new['city']} opens", new["id"], day.publish(new)


def _come_back(day: Day, emsp: Platform, had: int, missed: Sequence[str]) -> float:
    """Start it and wait until it is up to date; when it was back.

    :raises Unexpected: naming what it still misses after a while.
    """
    back = time.time()
    emsp.start()
    greeted = emsp.hub.credentials()
    expect(greeted.ok, "success for GET credentials", shown(greeted))
    try:
        emsp.wait_for(lambda _: _is_up_to_date(day, emsp, had, missed), _BACK_WITHIN_S)
    except TimeoutError as late:
        expected = f"{name_of(emsp)} is up to date within {_BACK_WITHIN_S:.0f} s"
        missing = ", ".join(day.missing_at(emsp, missed))
        raise Unexpected(expected, f"it still misses {missing}") from late
    return back


def _is_up_to_date(day: Day, emsp: Platform, had: int, missed: Sequence[str]) -> bool:
    """Whether the present state is there, and written down how it came."""
    return len(_locations(emsp, had)) >= len(missed) and not day.missing_at(emsp, missed)


def _locations(emsp: Platform, had: int) -> list[Received]:
    """What came about locations, after the first `had` requests."""
    return [request for request in emsp.received[had:] if request.module == "locations"]


def _tell_what_came(day: Day, got: Sequence[Received], back: float) -> None:
    for request in got:
        took = request.at - back
        day.tell.say(f"{shown_request(request)} -> {request.answer_status}, after {took:.2f} s")
