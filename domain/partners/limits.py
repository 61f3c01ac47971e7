"""How many requests a partner may make in a minute, by what they are about.

Each class has a number of its own, so that a flood of one keeps out no other: what a partner lists
too often costs it no CDR. A minute is one of the clock's, so that all processes count the same.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MINUTE_S = 60


class LimitClass(StrEnum):
    """What is counted together. FAILED is by address and before any partner is known.

    RESULTS are of commands and charging profiles: a partner sends each once. ACTS are changes of a
    partner's own settings, which are on record for ever. RELAYED are requests that the hub passed
    on to it.
    """

    LOCATIONS = "locations"
    CDRS = "cdrs"
    AUTHORIZE = "authorize"
    COMMANDS = "commands"
    RESULTS = "results"
    LISTS = "lists"
    OTHERS = "others"
    HUB_API = "hub_api"
    ACTS = "acts"
    RELAYED = "relayed"
    FAILED = "failed_authentications"


OF_PARTNERS = tuple(each for each in LimitClass if each is not LimitClass.FAILED)
UNBOUNDED = 2**31
"""Counted, and never held."""
ALWAYS: Mapping[LimitClass, int] = {LimitClass.ACTS: 60, LimitClass.RELAYED: UNBOUNDED}
"""No settings: each act leaves two records that are kept for ever."""
USUAL: Mapping[LimitClass, int] = {
    LimitClass.LOCATIONS: 10_000,
    LimitClass.CDRS: 1_750,
    LimitClass.AUTHORIZE: 1_000,
    LimitClass.COMMANDS: 500,
    LimitClass.RESULTS: 10_000,
    LimitClass.LISTS: 1_200,
    LimitClass.OTHERS: 10_000,
    LimitClass.HUB_API: 1_200,
}
"""A minute, where the settings say nothing else."""


@dataclass(frozen=True)
class RequestLimits:
    """Requests a minute, by class; 0, or none named: any number."""

    per_minute: Mapping[LimitClass, int]

    def of(self, limited: LimitClass) -> int:
        """How many requests of this class are let in; 0: all."""
        return self.per_minute.get(limited, 0)


@dataclass(frozen=True)
class Use:
    """What a partner has made use of in this minute; `used` None: the shared counts are away.

    `limit` 0 or UNBOUNDED: any number. `frees_in_s`: seconds until the minute is over.
    """

    limited: LimitClass
    limit: int
    used: int | None
    frees_in_s: int


def minute_of(timestamp: float) -> int:
    """The number of the minute, of seconds since 1970."""
    return int(timestamp // MINUTE_S)


def left_of_minute(timestamp: float) -> int:
    """Whole seconds until the next minute, one at least."""
    return max(1, math.ceil(MINUTE_S - timestamp % MINUTE_S))
