"""How large an object may become by what its owner adds to it, push by push.

Without a bound each PATCH of a few bytes reads and writes all that came before it.
"""

from dataclasses import dataclass

from domain.errors import InvalidDocument, Problem
from domain.objects.carried import OcpiObject
from domain.objects.sessions import Session

_ROOM_FOR_OTHERS = 2
_PARTS = "EVSE, connector, parking place or charging period"


@dataclass(frozen=True)
class Growth:
    """`most_bytes`: of an object's JSON; `most_periods`: charging periods of a session.

    What adds a part is refused there. All else is taken up to twice the bytes, so that a session
    that has become too large can still be closed.
    """

    most_bytes: int = 2 * 1_048_576
    most_periods: int = 20_000

    def check(self, changed: OcpiObject, before: OcpiObject | None, *, size: int) -> None:
        """Whether what a push has made of the object, `size` bytes of it, may be kept.

        :raises InvalidDocument: saying what is too large, and what is taken all the same.
        """
        if size <= self.most_bytes and not isinstance(changed, Session):
            return
        adds = changed.parts > (0 if before is None else before.parts)
        if isinstance(changed, Session) and adds and changed.parts > self.most_periods:
            said = f"{changed.parts:,} with this change, at most {self.most_periods:,} are kept"
            raise InvalidDocument((Problem("charging_periods", said),))
        if size > self.most_bytes * (1 if adds else _ROOM_FOR_OTHERS):
            said = (
                f"the object would be too large: {size:,} bytes, at most {self.most_bytes:,}"
                f" are kept; a small change that adds no {_PARTS} is taken"
            )
            raise InvalidDocument((Problem("", said),))
