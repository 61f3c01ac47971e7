"""From 2.3.0 to 2.2.1: what a partner on 2.2.1 is sent.

It is sent nothing that 2.2.1 has no words for; each thing that is left out, or said otherwise, is
named. What its amounts would then mean is decided by the document's own words, or not at all.
"""

from collections.abc import Mapping

from domain.bridging.classes import KINDS, PATCHED, VALUES
from domain.bridging.crossing import Crossing, Gone
from domain.bridging.dialect import USUAL, Dialect
from domain.bridging.down_rules import RULES
from domain.bridging.losses import Converted, Loss, LossClass, glimpse
from domain.bridging.tokens import said_type
from domain.documents import Document, JsonValue, ci

_PARTY = 5
"""Characters of a country and a party together."""


def whole(
    kind: str,
    document: JsonValue,
    dialect: Dialect = USUAL,
    *,
    withheld: frozenset[str] = frozenset(),
) -> Converted:
    """A whole object, answer or list of 2.3.0 in 2.2.1.

    `kind` is one of `classes.KINDS`. `withheld`: ids, in upper case, of the owner's tariffs that
    the partner is not sent; no connector names them.

    :raises Inexpressible: of a tariff whose prices cannot be said net.
    """
    return _through(kind, document, Crossing(dialect, withheld=withheld))


def patch(
    kind: str,
    document: JsonValue,
    dialect: Dialect = USUAL,
    *,
    withheld: frozenset[str] = frozenset(),
) -> Converted:
    """The body of a PATCH; `is_emptied` if there is nothing in it that 2.2.1 has.

    :raises InexpressiblePatch: if the change can be said as a whole object alone.
    """
    if kind not in PATCHED:
        raise KeyError(kind)
    return _through(kind, document, Crossing(dialect, is_patch=True, withheld=withheld))


def credentials(
    document: Document, dialect: Dialect = USUAL, *, business_details: Document
) -> Converted:
    """The hub's credentials: its own role HUB, and the parties behind it if the partner wants them.

    `business_details` are the hub's, for that role. Credentials without `hub_party_id` keep all
    their roles.
    """
    crossing = Crossing(dialect)
    said = _as_a_hub(document, business_details, crossing)
    return crossing.over(_each_role_once(RULES["Credentials"](said, None, crossing)), document)


def token_type(said: str) -> tuple[str, tuple[Loss, ...]]:
    """The `type` of a query about a token, and what is lost by it."""
    old = said_type(said)
    return old, () if old == said else (Loss("type", LossClass.WIDENED, glimpse(said)),)


def has_command(name: str) -> bool:
    """Whether 2.2.1 has the command. If not, it is answered NOT_SUPPORTED and nothing is sent."""
    return name in VALUES["CommandType"]


def _through(kind: str, document: JsonValue, crossing: Crossing) -> Converted:
    name = KINDS[kind]
    rule = RULES.get(name or "")
    return crossing.over(document if rule is None else rule(document, None, crossing), document)


def _as_a_hub(document: Document, business_details: Document, crossing: Crossing) -> Document:
    """The hub says in `roles` what `hub_party_id` has said, and of others what is wanted."""
    hub, roles = document.get("hub_party_id"), document.get("roles")
    if not isinstance(hub, str) or len(hub) != _PARTY or not isinstance(roles, list):
        return document
    own: Document = {
        "role": "HUB",
        "business_details": business_details,
        "party_id": hub[2:],
        "country_code": hub[:2],
    }
    if roles and not crossing.dialect.roles_in_credentials:
        crossing.note((None, "roles"), LossClass.DROPPED, roles)
        roles = []
    plain = {name: value for name, value in document.items() if name != "hub_party_id"}
    return {**plain, "roles": [*roles, own]}


def _each_role_once(credentials: JsonValue | Gone) -> JsonValue | Gone:
    """PTP and OTHER of one party are the same to 2.2.1."""
    roles = credentials.get("roles") if isinstance(credentials, Mapping) else None
    if not isinstance(credentials, Mapping) or not isinstance(roles, list):
        return credentials
    named: dict[str, JsonValue] = {}
    for at, role in enumerate(roles):
        named.setdefault(_name_of(role) or str(at), role)
    return credentials if len(named) == len(roles) else {**credentials, "roles": [*named.values()]}


def _name_of(role: JsonValue) -> str | None:
    """What makes a role one of its kind; None if it does not say so."""
    if not isinstance(role, Mapping):
        return None
    said = [role.get(name) for name in ("role", "country_code", "party_id")]
    return "/".join(map(ci, said)) if all(isinstance(each, str) for each in said) else None
