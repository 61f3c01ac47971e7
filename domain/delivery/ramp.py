"""Slow at first: a platform that is back is not run over by what it is owed."""

from datetime import datetime

FIRST_PER_S = 10.0
_DOUBLES_S = 2.0


def ramp_per_s(closed_at: datetime | None, now: datetime, *, ramp_s: int) -> float | None:
    """Requests a second, `now`, after the breaker closed; None: as many as ever.

    It begins with ten and doubles every two seconds, until `ramp_s` seconds are over. A clock that
    was put back meanwhile makes it no longer.
    """
    if closed_at is None or not ramp_s:
        return None
    gone_s = abs((now - closed_at).total_seconds())
    return None if gone_s >= ramp_s else FIRST_PER_S * 2 ** (gone_s / _DOUBLES_S)
