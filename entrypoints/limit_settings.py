"""The settings of what is let in, from where, and how fast partners are sent what they are owed."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.delivery.lanes import THREADS
from domain.partners.limits import ALWAYS, USUAL, LimitClass, RequestLimits
from domain.partners.pace import MOST_PER_S, Pace, UsualPace
from entrypoints.given import Given
from entrypoints.places import Network

NAMES: Mapping[LimitClass, str] = {
    LimitClass.LOCATIONS: "HUB_LIMIT_LOCATIONS",
    LimitClass.CDRS: "HUB_LIMIT_CDRS",
    LimitClass.AUTHORIZE: "HUB_LIMIT_AUTHORIZE",
    LimitClass.COMMANDS: "HUB_LIMIT_COMMANDS",
    LimitClass.RESULTS: "HUB_LIMIT_RESULTS",
    LimitClass.LISTS: "HUB_LIMIT_LISTS",
    LimitClass.OTHERS: "HUB_LIMIT_OTHERS",
    LimitClass.HUB_API: "HUB_LIMIT_HUB_API",
}


@dataclass(frozen=True, kw_only=True)
class LimitSettings:
    """`requests` are let in a minute; `pace` is what is sent to partners in the background;
    `proxies` say where a request comes from.
    """

    requests: RequestLimits
    pace: UsualPace
    proxies: tuple[Network, ...]

    @classmethod
    def read(cls, given: Given, *, embedded: bool) -> "LimitSettings":
        """What the environment says; `embedded`: partners have no limit unless it says one.

        :raises SettingsError:
        """
        per_minute = dict(ALWAYS)
        for limited, usual in USUAL.items():
            number = given.number(NAMES[limited], 0 if embedded else usual, least=0)
            per_minute[limited] = number
        per_minute[LimitClass.FAILED] = given.number("HUB_WRONG_TOKENS_PER_MINUTE", 60)
        return cls(
            requests=RequestLimits(per_minute),
            pace=_pace(given),
            proxies=given.networks("HUB_TRUSTED_PROXIES", ""),
        )


def _pace(given: Given) -> UsualPace:
    pace = Pace(
        given.number("HUB_SENDS_PER_S", 0, least=0, most=MOST_PER_S),
        given.number("HUB_SENDS_AT_ONCE", THREADS, most=THREADS),
    )
    return UsualPace(pace, given.number("HUB_RAMP_S", 20, least=0, most=600))
