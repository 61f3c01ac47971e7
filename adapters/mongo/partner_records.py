"""Partners as MongoDB keeps them. Business details are their own words: JSON bytes, never BSON."""

from typing import Any

from bson import Binary

from adapters.mongo.client import Record
from domain.documents import as_document
from domain.partner import InboundToken, Invited, Partner, PartnerState, TokenUse
from domain.party import Endpoint, Interface, PartyId, PartyRole, Role
from domain.ports import Json

LIVE = frozenset({PartnerState.INVITED, PartnerState.REGISTERED, PartnerState.SUSPENDED})
"""The states in which a partner's roles are nobody else's."""

_PLAIN = (
    "name",
    "created_at",
    "outbound_token",
    "versions_url",
    "version",
    "registered_at",
    "is_announced",
    "stand_in",
    "revision",
)
_NOTED_PLAIN = (
    "last_seen",
    "reachable",
    "ailing",
    "suspected",
    "probe_failures",
    "probed_at",
    "told",
    "untold",
    "untold_since",
)
NOTED = frozenset({*_NOTED_PLAIN, "synced"})
"""What is noted beside the revision, and never by a save but the first."""


def of_partner(partner: Partner, json: Json) -> Record:
    """`role_keys`, which is unique over all partners, is there only where it holds something."""
    record: Record = {name: getattr(partner, name) for name in (*_PLAIN, *_NOTED_PLAIN)}
    record |= {
        "_id": partner.id,
        "state": partner.state.value,
        "invited": [
            {"role": each.role.value, "party": str(each.party)} for each in partner.invited
        ],
        "roles": [_of_role(role, json) for role in partner.roles],
        "dropped": [_of_role(role, json) for role in partner.dropped],
        "synced": dict(partner.synced),
        "hub_party": None if partner.hub_party is None else str(partner.hub_party),
        "tokens": [_of_token(token) for token in partner.tokens],
        "endpoints": [_of_endpoint(endpoint) for endpoint in partner.endpoints],
    }
    if partner.roles and partner.state in LIVE:
        record["role_keys"] = [role.key for role in partner.roles]
    return record


def as_partner(record: Record, json: Json) -> Partner:
    plain: dict[str, Any] = {name: record[name] for name in (*_PLAIN, *_NOTED_PLAIN)}
    hub = record["hub_party"]
    return Partner(
        id=record["_id"],
        state=PartnerState(record["state"]),
        invited=tuple(
            Invited(Role(each["role"]), PartyId.parse(each["party"])) for each in record["invited"]
        ),
        roles=tuple(_as_role(role, json) for role in record["roles"]),
        dropped=tuple(_as_role(role, json) for role in record["dropped"]),
        synced=tuple(sorted(record["synced"].items())),
        hub_party=None if hub is None else PartyId.parse(hub),
        tokens=tuple(_as_token(token) for token in record["tokens"]),
        endpoints=tuple(_as_endpoint(endpoint) for endpoint in record["endpoints"]),
        **plain,
    )


def _of_role(role: PartyRole, json: Json) -> Record:
    return {
        "role": role.role.value,
        "party": str(role.party),
        "business_details": Binary(json.dump(role.business_details)),
    }


def _as_role(record: Record, json: Json) -> PartyRole:
    return PartyRole(
        role=Role(record["role"]),
        party=PartyId.parse(record["party"]),
        business_details=as_document(json.parse(record["business_details"])),
    )


def _of_token(token: InboundToken) -> Record:
    return {
        "fingerprint": token.fingerprint,
        "use": token.use.value,
        "expires_at": token.expires_at,
    }


def _as_token(record: Record) -> InboundToken:
    return InboundToken(record["fingerprint"], TokenUse(record["use"]), record["expires_at"])


def _of_endpoint(endpoint: Endpoint) -> Record:
    return {
        "identifier": endpoint.identifier,
        "role": endpoint.role.value,
        "url": endpoint.url,
    }


def _as_endpoint(record: Record) -> Endpoint:
    return Endpoint(record["identifier"], Interface(record["role"]), record["url"])
