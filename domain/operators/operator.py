"""Operators, and what each role may do: least rights, said in one table that the guide is made of.

The command line asks for no role: its user has the hub's settings, and with them every secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain import errors


class OperatorRole(StrEnum):
    """What an operator's token is for."""

    OBSERVER = "observer"
    OPERATOR = "operator"
    FINANCE = "finance"
    ADMIN = "admin"


class Right(StrEnum):
    """What the hub API lets an operator do, in words that follow `may`."""

    SEE = "see partners, objects, commands, deliveries, CDRs, webhooks and alarms"
    SETTLE = "see the settlement"
    AUDIT = "read the audit trail"
    RUN = "change partners, agreements, deliveries, webhooks, quarantine; acknowledge alarms"
    REPLAY = "have CDRs delivered again"
    PRICE = "set fees"
    ADMINISTER = "see, make and revoke operators' tokens"


_OBSERVER, _OPERATOR, _FINANCE, _ADMIN = OperatorRole
RIGHTS: Mapping[Right, frozenset[OperatorRole]] = {
    Right.SEE: frozenset(OperatorRole),
    Right.SETTLE: frozenset({_OBSERVER, _FINANCE, _ADMIN}),
    Right.AUDIT: frozenset({_OBSERVER, _ADMIN}),
    Right.RUN: frozenset({_OPERATOR, _ADMIN}),
    Right.REPLAY: frozenset({_OPERATOR, _FINANCE, _ADMIN}),
    Right.PRICE: frozenset({_FINANCE, _ADMIN}),
    Right.ADMINISTER: frozenset({_ADMIN}),
}
"""THE TABLE of roles and rights."""


@dataclass(frozen=True)
class Operator:
    """A named token: `fingerprint` is its keyed hash, for it is never stored in clear.

    A name stays taken after it was revoked, so that a record's name means one person for ever.
    """

    name: str
    role: OperatorRole
    fingerprint: str = field(repr=False)
    made_at: datetime
    revoked_at: datetime | None = None

    def check(self, right: Right) -> None:
        """:raises WrongToken: saying which roles may do it, if this operator's may not."""
        if self.role not in RIGHTS[right]:
            fitting = " or ".join(role for role in OperatorRole if role in RIGHTS[right])
            raise errors.WrongToken(f"the role {self.role} may not {right}: {fitting} may")
