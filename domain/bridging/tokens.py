"""Tokens whose type 2.2.1 does not know: said as OTHER, and known again when they come back.

2.2.1 knows a token by its owner, its uid and its type. So a token that is said as OTHER must not
be taken for one that is OTHER.
"""

from collections.abc import Mapping

from domain.bridging.classes import VALUES
from domain.bridging.losses import Inexpressible
from domain.documents import JsonValue, ci

OTHER = "OTHER"
TokenKey = tuple[str, str, str]
"""Country, party and uid of a token, in upper case."""
TokenTypes = Mapping[TokenKey, str]
"""The real types of tokens that 2.2.1 knows as OTHER, of those that are OTHER too."""


def key_of(token: Mapping[str, JsonValue]) -> TokenKey | None:
    """What the token is known by beside its type; None if it does not say so."""
    names = [token.get(name) for name in ("country_code", "party_id", "uid")]
    if not all(isinstance(name, str) and name for name in names):
        return None
    country, party, uid = map(ci, names)
    return country, party, uid


def said_type(real: str) -> str:
    """The type as 2.2.1 has it."""
    return real if real in VALUES["TokenType"] else OTHER


def real_type(known: TokenTypes, key: TokenKey | None, said: str) -> str:
    """The type that a token has which a partner on 2.2.1 calls `said`, in a query or a body."""
    if said != OTHER or key is None:
        return said
    return known.get(key, OTHER)


def remembered(known: TokenTypes, key: TokenKey, real: str) -> TokenTypes:
    """What is known once this token is told to partners on 2.2.1. Safe to repeat.

    :raises Inexpressible: if another token of the same owner and uid is OTHER there: the two
        could not be told apart.
    """
    if said_type(real) != OTHER or known.get(key) == real:
        return known
    if key in known:
        raise Inexpressible("type", f"{known[key]} and {real} of one uid are both OTHER in 2.2.1")
    return {**known, key: real}
