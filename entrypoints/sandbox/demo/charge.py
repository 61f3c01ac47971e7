"""The chapter of one charge: a session from start to bill, and a bill that nothing can lose.

The eMSP goes down before it is over and a worker of the hub is killed; the CDR is there once all
the same, byte for byte, and the hub's ledger says so.
"""

import time
from decimal import Decimal
from hashlib import sha256

from entrypoints.sandbox import wire
from entrypoints.sandbox.charging import cdr, session
from entrypoints.sandbox.demo.day import Day, name_of, shown
from entrypoints.sandbox.demo.telling import Unexpected, expect
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.platform import Platform
from entrypoints.sandbox.wire import Answer, Document, stamp

_SESSION, _BILL = ("DE", "ABC", "CHARGE-1"), "BILL-1"
_TOLD_WITHIN_S = 5.0
_BACK_WITHIN_S = 60.0


def a_charge_is_billed(day: Day) -> None:
    """Start, progress, end, CDR: each told to the one eMSP whose card it is."""
    emsp, other = day.emsps
    began = stamp()
    with day.tell.step(f"A driver of {name_of(emsp)} plugs in at Alexanderplatz"):
        started = session(*_SESSION, status="ACTIVE", start_date_time=began, last_updated=began)
        _tell(day, emsp, "PUT", started | {"kwh": Decimal("0"), "location_id": "BER-ALEX"})
    with day.tell.step("It charges: the CPO says so twice, as platforms do that got no answer"):
        period = _period("6.5")
        change = {"kwh": Decimal("6.5"), "charging_periods": [period], "last_updated": stamp()}
        _tell(day, emsp, "PATCH", change)
        again = _push(day, emsp, "PATCH", change)
        expect(again.ok, "success, and nothing done", shown(again))
        held = emsp.holds("sessions", *_SESSION) or {}
        count = len(held.get("charging_periods", ()))
        expect(count == 1, f"one charging period at {name_of(emsp)}", f"{count}")
        day.tell.say(f"{name_of(emsp)} has {count} charging period, {held.get('kwh')} kWh")
    with day.tell.step(f"No other eMSP hears of it: {name_of(other)} knows of no session"):
        heard = [each for each in other.received if each.module in ("sessions", "cdrs")]
        expect(not heard, "no session of another eMSP's driver", f"{len(heard)} requests")
    with day.tell.step(f"{name_of(emsp)} goes down; the driver unplugs all the same"):
        had = len(emsp.received)
        emsp.stop()
        over = {"status": "COMPLETED", "kwh": Decimal("20"), "last_updated": stamp()}
        day.tell.say(f"PATCH session COMPLETED -> {shown(_push(day, emsp, 'PATCH', over))}")
    with day.tell.step("The CPO bills it: the hub takes custody of the CDR"):
        bill = cdr(*_SESSION[:2], _BILL, session_id=_SESSION[2], last_updated=stamp())
        taken = day.cpo.hub.push("POST", "cdrs", (), bill, to=emsp.profile.parties[0].id)
        location = taken.headers.get("location", "")
        expect(taken.status == 201 and bool(location), "201 and a Location", shown(taken))
        day.tell.say(f"-> {shown(taken)}; it is the hub's to deliver from here on: {location}")
    with day.tell.step("A worker of the hub is killed (kill -9)"):
        day.tell.say(f"process {day.hub.kill('--queue pump')} is gone")
    with day.tell.step(f"{name_of(emsp)} comes back"):
        _come_back(day, emsp, had, bill)
    with day.tell.step("The ledger: nothing is missing, and every byte is as it was posted"):
        _prove(day, emsp, bill, taken.headers["location"])


def _tell(day: Day, emsp: Platform, method: str, body: Document) -> None:
    """Push it and say how soon the eMSP had it."""
    began = time.time()
    answer = _push(day, emsp, method, body)
    expect(answer.ok, f"success for {method} of the session", shown(answer))
    try:
        got = emsp.wait_for(
            lambda got: got.headers.get("x-correlation-id") == answer.correlation_id,
            _TOLD_WITHIN_S,
        )
    except TimeoutError as late:
        raise Unexpected(f"{name_of(emsp)} is told within {_TOLD_WITHIN_S:.0f} s", "no") from late
    after_ms = (got.at - began) * 1000
    day.tell.say(f"{method} -> {shown(answer)}; {name_of(emsp)} had it after {after_ms:.0f} ms")


def _push(day: Day, emsp: Platform, method: str, body: Document) -> Answer:
    to = emsp.profile.parties[0].id
    return day.cpo.hub.push(method, "sessions", _SESSION, body, to=to, from_=_SESSION[:2])


def _come_back(day: Day, emsp: Platform, had: int, bill: Document) -> None:
    back = time.time()
    emsp.start()
    greeted = emsp.hub.credentials()
    expect(greeted.ok, "success for GET credentials", shown(greeted))

    def is_it(request: Received) -> bool:
        return request.module == "cdrs" and request.method == "POST" and bool(request.applied)

    def is_over(_: Received) -> bool:
        held = emsp.holds("sessions", *_SESSION) or {}
        return bool(held.get("status") == "COMPLETED")

    try:
        got = emsp.wait_for(is_it, _BACK_WITHIN_S)
        emsp.wait_for(is_over, _BACK_WITHIN_S)
    except TimeoutError as late:
        raise Unexpected(f"the CDR and the session within {_BACK_WITHIN_S:.0f} s", "no") from late
    posts = [each for each in emsp.received[had:] if is_it(each)]
    expect(len(posts) == 1, "one POST of the CDR", f"{len(posts)}")
    expect(got.json() == bill, "the CDR as the CPO posted it", "another")
    day.tell.say(f"it has the CDR after {got.at - back:.2f} s, once, and the session COMPLETED")


def _prove(day: Day, emsp: Platform, bill: Document, location: str) -> None:
    printed = day.hub.operate("cdr", "verify")
    for line in printed.strip().splitlines():
        day.tell.say(line)
    ref = location.rpartition("/")[2]
    kept = day.cpo.hub.get("cdrs", (ref,), role="RECEIVER")
    expect(kept.data == bill, "the CDR at its Location, for its owner", shown(kept))
    posted = sha256(wire.encode(bill)).hexdigest()[:16]
    got = next(each for each in emsp.received if each.module == "cdrs" and each.method == "POST")
    arrived = sha256(got.body).hexdigest()[:16]
    expect(posted == arrived, f"the bytes that were posted, {posted}", arrived)
    day.tell.say(f"sha256 {posted}... when it was posted, {arrived}... when it arrived")


def _period(kwh: str) -> Document:
    energy = {"type": "ENERGY", "volume": Decimal(kwh)}
    return {"start_date_time": stamp(), "dimensions": [energy]}
