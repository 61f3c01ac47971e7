"""How a Credit CDR stands to what it credits: its delivery goes, waits or is parked by that."""

from dataclasses import dataclass
from enum import StrEnum


class Judgement(StrEnum):
    """Whether a CDR may be delivered for what it is.

    SOUND: it credits nothing, or fits what it credits. AWAITS: its original has not come. UNFIT:
    it does not fit. ALONE: its original did not come in time, so the receiver has to judge.
    """

    SOUND = "sound"
    AWAITS = "awaits"
    UNFIT = "unfit"
    ALONE = "alone"

    @property
    def counts(self) -> bool:
        """Whether its figures are part of the settlement, and its receiver is shown it."""
        return self in (Judgement.SOUND, Judgement.ALONE)


UNCOUNTED = tuple(each for each in Judgement if not each.counts)


@dataclass(frozen=True)
class Standing:
    """A judgement, the delivery that must be done first (empty: none), and what people should know.

    `remark` names the fields that differ, or says why it does not fit.
    """

    judgement: Judgement = Judgement.SOUND
    behind: str = ""
    remark: str = ""
