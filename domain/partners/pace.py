"""How fast the hub sends to a partner what it is owed. What is asked of it live is never held."""

from dataclasses import dataclass

MOST_PER_S = 10_000


@dataclass(frozen=True)
class Pace:
    """`per_s`: requests a second; `at_once`: under way in each of its lanes. 0: as is usual."""

    per_s: int = 0
    at_once: int = 0

    def over(self, usual: "Pace") -> "Pace":
        """This one, and what is usual where it says nothing."""
        if not (self.per_s or self.at_once):
            return usual
        return Pace(self.per_s or usual.per_s, self.at_once or usual.at_once)


@dataclass(frozen=True)
class UsualPace:
    """Of partners without one of their own; `per_s` 0: any number.

    For `ramp_s` seconds after a lane was held back it sends slowly at first; 0: at once as ever.
    """

    pace: Pace = Pace()
    ramp_s: int = 0
