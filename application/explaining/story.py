"""An explanation: the checks in the order in which the hub makes them, until one decides.

A check that tells of one partner's own affairs has other words for other partners.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.partners.partner import Partner


class Outcome(StrEnum):
    """YES: it did, or would. NOT_YET: it will, without a change by people. NO: not as it is."""

    YES = "yes"
    NOT_YET = "not_yet"
    NO = "no"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, and what it came to, in words.

    `outcome` None: nothing is decided by it. `advice` says who can do what about it. `of` is the id
    of the partner whose affair it is; every other partner is told `others` in its place.
    """

    name: str
    said: str
    outcome: Outcome | None = None
    advice: str = ""
    of: str = ""
    others: "Check | None" = None

    @property
    def is_passed(self) -> bool:
        """Whether nothing is in the way here."""
        return self.outcome in (None, Outcome.YES)

    def within(self, partner_id: str, others: "Check") -> "Check":
        """The same, as the affair of this partner."""
        return replace(self, of=partner_id, others=others)

    def for_ears_of(self, partner: Partner | None) -> "Check":
        """What this partner may hear of it; None: the hub's operators."""
        if self.others is None or partner is None or partner.id == self.of:
            return self
        return self.others


@dataclass(frozen=True)
class Explanation:
    """A question, and its checks: the last one decides."""

    question: str
    checks: tuple[Check, ...]

    @property
    def decided(self) -> Check:
        return self.checks[-1]

    @property
    def outcome(self) -> Outcome:
        return self.decided.outcome or Outcome.NO

    def for_ears_of(self, partner: Partner | None) -> "Explanation":
        """What this partner may hear of it; None: the hub's operators."""
        return replace(self, checks=tuple(each.for_ears_of(partner) for each in self.checks))


def passed(name: str, said: str) -> Check:
    """Nothing is in the way here."""
    return Check(name, said)


def yes(name: str, said: str) -> Check:
    """It did, or would."""
    return Check(name, said, Outcome.YES)


def later(name: str, said: str, advice: str = "") -> Check:
    """It will, and without people if `advice` is empty."""
    return Check(name, said, Outcome.NOT_YET, advice)


def no(name: str, said: str, advice: str) -> Check:
    """It does not, and what can be done."""
    return Check(name, said, Outcome.NO, advice)


def until_decided(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks up to the first that decides; none behind it is made."""
    made = list[Check]()
    for check in checks:
        made.append(check)
        if check.outcome is not None:
            break
    return tuple(made)
