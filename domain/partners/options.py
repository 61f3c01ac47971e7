"""What an operator sets for one connection, because the partner's software is as it is."""

from dataclasses import dataclass

from domain.partners.pace import Pace
from domain.validation import Validation


class RawToken(str):
    """A credentials token that goes out as it is, without base64 around it."""

    __slots__ = ()


@dataclass(frozen=True)
class ConnectionOptions:
    """`validation`: how strictly what comes is judged. `raw_in`: the partner may write its token
    without base64; `raw_out`: it wants the hub's so. `created_is_200`: its POST of credentials is
    answered 200 instead of 201. `pace`: how fast it is sent what it is owed.
    """

    validation: Validation = Validation()
    raw_in: bool = False
    raw_out: bool = False
    created_is_200: bool = False
    pace: Pace = Pace()

    def spelt(self, token: str) -> str:
        """The token as the partner wants it in the hub's Authorization header."""
        return RawToken(token) if self.raw_out else token


PLAIN = ConnectionOptions()
"""As OCPI has it, and the hub's own default."""
