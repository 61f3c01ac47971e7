"""One line of the hub API's table: what it serves, who may call it, what it leaves on record."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from application.hub import Hub
from domain import errors
from domain.operators.operator import Right
from domain.partners.limits import LimitClass
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.ocpi.paging import AFTER, Query
from entrypoints.ocpi.replies import Reply

Handler = Callable[[Hub, HubApiCall], Reply]


class Who(StrEnum):
    """Whose token opens an endpoint."""

    EITHER = "either"
    PARTNER = "partner"
    OPERATOR = "operator"

    def includes(self, *, operator: bool) -> bool:
        """Whether the operator's token, or else a partner's, is among them."""
        return self is Who.EITHER or (self is Who.OPERATOR) is operator


_TRAFFIC = ("/locations/", "/commands/")
"""What partners send here is for others: no act of administration."""
_REPEATED = frozenset({"connector_type", "status"})
_LIMITED = {"/locations/": LimitClass.LOCATIONS, "/commands/": LimitClass.COMMANDS}
_OF_LIMITS = "/limits"
"""What says how long to wait is answered also when the hub API's own limit is used up."""


@dataclass(frozen=True)
class Route:
    """One endpoint; the path is below `/hub/v1`. `takes` are the parameters of its query.

    `command` is the command that does the same, as `partner list`: all but a partner's own acts
    have one. `tests/test_parity.py` says what is missing on either side. `right` is what an
    operator needs where that is neither to see nor to run.
    """

    method: str
    path: str
    who: Who
    handler: Handler
    takes: tuple[str, ...] = ()
    command: str = ""
    right: Right | None = None

    @property
    def needs(self) -> Right:
        """What an operator's role must have; where the line says nothing, its method does."""
        return self.right or (Right.SEE if self.method == "GET" else Right.RUN)

    @property
    def act(self) -> str:
        """The dotted name that the audit trail has for it; empty: it reads, or is traffic."""
        if self.method == "GET" or self.path.startswith(_TRAFFIC):
            return ""
        return self.command.replace(" ", ".") or "interest.set"

    @property
    def limited(self) -> tuple[LimitClass, ...]:
        """What a partner's request counts for: traffic as it does over OCPI."""
        if self.path == _OF_LIMITS:
            return (LimitClass.OTHERS,)
        if self.method != "GET":
            for begins, limited in _LIMITED.items():
                if self.path.startswith(begins):
                    return (limited,)
        return (LimitClass.HUB_API, LimitClass.ACTS) if self.act else (LimitClass.HUB_API,)

    def check(self, query: Query) -> None:
        """Refuse what would have no effect: a script that asks wrongly is to hear of it.

        :raises InvalidParameter: for a parameter that is not known, is empty, or is there twice.
        """
        seen = set[str]()
        for name, value in query:
            if name not in self.takes:
                known = ", ".join(each for each in self.takes if each != AFTER) or "none"
                raise errors.InvalidParameter(f"{name[:40]}: not known here; known: {known}")
            if not value:
                raise errors.InvalidParameter(f"{name}: is empty")
            if name in seen and name not in _REPEATED:
                raise errors.InvalidParameter(f"{name}: is there twice")
            seen.add(name)
