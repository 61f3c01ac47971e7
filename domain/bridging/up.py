"""From 2.2.1 to 2.3.0: what the hub reads of a partner on 2.2.1.

2.3.0 can say all that 2.2.1 says, but for the role HUB. Fields that 2.2.1 does not name travel on;
one that 2.3.0 has a meaning for has to be what 2.3.0 expects there.
"""

from domain.bridging.classes import KINDS, PATCHED
from domain.bridging.crossing import Crossing
from domain.bridging.dialect import USUAL, Dialect
from domain.bridging.losses import Converted
from domain.bridging.tokens import TokenTypes
from domain.bridging.up_rules import RULES
from domain.documents import JsonValue

_NONE: TokenTypes = {}


def whole(
    kind: str,
    document: JsonValue,
    dialect: Dialect = USUAL,
    *,
    tokens: TokenTypes = _NONE,
) -> Converted:
    """A whole object, answer or list of 2.2.1 in 2.3.0.

    `kind` is one of `classes.KINDS`. `tokens`: the real types of those that 2.2.1 knows as OTHER.

    :raises Inexpressible: of a tariff that contradicts 2.2.1 about taxes.
    """
    return _through(kind, document, Crossing(dialect, tokens=tokens))


def patch(
    kind: str,
    document: JsonValue,
    dialect: Dialect = USUAL,
    *,
    tokens: TokenTypes = _NONE,
) -> Converted:
    """The body of a PATCH.

    :raises InexpressiblePatch: if a price in it is none.
    """
    if kind not in PATCHED:
        raise KeyError(kind)
    return _through(kind, document, Crossing(dialect, is_patch=True, tokens=tokens))


def _through(kind: str, document: JsonValue, crossing: Crossing) -> Converted:
    rule = RULES.get(KINDS[kind] or "")
    return crossing.over(document if rule is None else rule(document, None, crossing), document)
