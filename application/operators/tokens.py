"""Operators' tokens: made, listed, revoked, and known again.

A token has the hub's own signature in it: one that the hub never made is turned away without a
question to the store.
"""

import re
from dataclasses import dataclass, field

from domain import errors
from domain.operators.operator import Operator, OperatorRole
from domain.ports import Clock, OperatorStore, Secrets

_PREFIX = "operator_"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}\Z")
ENVIRONMENT = "HUB_ADMIN_TOKEN"
"""What the operator is called who has the token from the environment; a name has no capitals."""


@dataclass(frozen=True)
class MadeOperator:
    """A new operator with its token in clear: it is shown this once."""

    operator: Operator
    token: str

    def __repr__(self) -> str:
        return f"MadeOperator({self.operator!r})"


@dataclass(frozen=True)
class OperatorTokens:
    """Asks the store at every use: a token that is revoked opens nothing from then on.

    `ended` are the fingerprints of those that were found to be revoked: none comes back.
    """

    operators: OperatorStore
    secrets: Secrets
    clock: Clock
    ended: set[str] = field(default_factory=set, repr=False)

    def add(self, name: str, role: OperatorRole) -> MadeOperator:
        """A token of this name and role.

        :raises InvalidParameter: for a name that is none. :raises WrongState: if it is or was used.
        """
        if not _NAME.match(name):
            raise errors.InvalidParameter(
                "a name has 1 to 40 of a-z, 0-9, dot, dash and underscore, a letter or digit first"
            )
        payload = self.secrets.new_token()
        token = f"{_PREFIX}{payload}.{self.secrets.sign(_signed(payload))}"
        made = Operator(name, role, self.secrets.fingerprint(token), self.clock.now())
        if not self.operators.add(made):
            raise errors.WrongState(f"{name} is taken: names of revoked tokens are not used again")
        return MadeOperator(made, token)

    def all(self) -> tuple[Operator, ...]:
        """Every operator there is or was, by name."""
        return self.operators.all()

    def find(self, name: str) -> Operator:
        """:raises UnknownObject: if no operator has or had this name."""
        found = self.operators.get(name)
        if found is None:
            raise errors.UnknownObject(f"no operator is called {name!r}")
        return found

    def revoke(self, name: str) -> Operator:
        """End the token, at once. Safe to repeat.

        :raises UnknownObject: if no operator has or had this name.
        """
        self.find(name)
        self.operators.revoke(name, at=self.clock.now())
        return self.find(name)

    def known(self, token: str) -> Operator | None:
        """Whose token this is; None if it is no operator's.

        :raises UnknownCaller: if it is revoked.
        """
        payload, _, signature = token.removeprefix(_PREFIX).partition(".")
        if not token.startswith(_PREFIX) or not self.secrets.verify(_signed(payload), signature):
            return None
        fingerprint = self.secrets.fingerprint(token)
        found = None if fingerprint in self.ended else self.operators.by_fingerprint(fingerprint)
        if found is not None and found.revoked_at is not None:
            self.ended.add(fingerprint)
        if fingerprint in self.ended:
            raise errors.UnknownCaller("this operator's token is revoked")
        return found


def _signed(payload: str) -> bytes:
    return b"operator\0" + payload.encode("utf-8", "surrogatepass")
