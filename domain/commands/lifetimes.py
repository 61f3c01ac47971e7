"""How long commands, and the URLs that operators answer them at, are good for (H-CM-4, H-CP-4)."""

from datetime import datetime, timedelta

from domain.commands.kinds import RESERVE_NOW
from domain.commands.requests import CommandRequest

SEND_WITHIN = timedelta(seconds=30)
"""A command that could not be sent by then is not sent: its driver has gone."""

LEFT_BEHIND = timedelta(seconds=2)
"""A command that no worker has sent by then is the sweeper's: its wake-up was lost."""

RESPONSE_WITHIN = timedelta(seconds=60)
"""A command that was sent and not answered by then is over: its sender has died."""

RESULT_WITHIN = timedelta(seconds=30)
"""How long a result is waited for where no response has said it."""

PROFILE_URL_LIVES_ON = timedelta(hours=1)

PROFILE_KNOWN_FOR = timedelta(days=30)
"""How long the hub remembers who set a session's profile: longer than any charge."""

_URL_LIVES = timedelta(hours=24)
_LONGEST_RESERVATION = timedelta(days=400)


def url_expires(request: CommandRequest, *, now: datetime) -> datetime:
    """When the hub's `response_url` ends: a day from now, or from a reservation's end."""
    ends = request.reserved_until if request.kind.name == RESERVE_NOW else None
    if ends is None:
        return now + _URL_LIVES
    return min(max(ends, now), now + _LONGEST_RESERVATION) + _URL_LIVES
