"""Partners as MongoDB keeps them. Business details are their own words: JSON bytes, never BSON."""

from collections.abc import Iterable
from typing import Any

from bson import Binary

from adapters.mongo.client import Record, known_of
from adapters.mongo.interest_records import as_interests, of_interests
from domain.documents import as_document
from domain.partners.approval import EVERY_PARTY, Approved, Invited
from domain.partners.options import PLAIN, ConnectionOptions
from domain.partners.pace import Pace
from domain.partners.partner import InboundToken, Partner, PartnerState, TokenUse
from domain.partners.party import Endpoint, Interface, PartyId, PartyRole, Role
from domain.ports import Json
from domain.validation import Direction, Mode, Validation

_PLAIN = (
    "name",
    "created_at",
    "outbound_token",
    "versions_url",
    "version",
    "registered_at",
    "is_announced",
    "stand_in",
    "behind_since",
    "resumed_at",
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
    "joined_at",
)
_NOT_IN_OLD_ONES = frozenset({"joined_at", "behind_since", "resumed_at"})
NOTED = frozenset({*_NOTED_PLAIN, "synced"})
"""What is noted beside the revision, and never by a save but the first."""


def of_partner(partner: Partner, json: Json) -> Record:
    """`role_keys`, which is unique over all partners, is there only where it holds something."""
    record: Record = {name: getattr(partner, name) for name in (*_PLAIN, *_NOTED_PLAIN)}
    record |= {
        "_id": partner.id,
        "state": partner.state.value,
        "approved": _of_approved(partner.approved),
        "waiting": [_of_role(role, json) for role in partner.waiting],
        "waiting_hub": _of_party(partner.waiting_hub),
        "held": list(partner.held),
        "to_review": partner.to_review,
        "options": _of_options(partner.options),
        "interests": of_interests(partner.interests),
        "roles": [_of_role(role, json) for role in partner.roles],
        "dropped": [_of_role(role, json) for role in partner.dropped],
        "synced": dict(partner.synced),
        "hub_party": _of_party(partner.hub_party),
        "tokens": [_of_token(token) for token in partner.tokens],
        "spent": list(partner.spent),
        "endpoints": [_of_endpoint(endpoint) for endpoint in partner.endpoints],
    }
    if partner.holds:
        record["role_keys"] = sorted(partner.holds)
    return record


def as_partner(record: Record, json: Json) -> Partner:
    plain: dict[str, Any] = {
        name: record.get(name) if name in _NOT_IN_OLD_ONES else record[name]
        for name in (*_PLAIN, *_NOTED_PLAIN)
    }
    roles = tuple(_as_role(role, json) for role in record["roles"])
    hub_party = _as_party(record["hub_party"])
    return Partner(
        id=record["_id"],
        state=PartnerState(record["state"]),
        approved=_as_approved(record, Approved.of(roles, hub_party)),
        waiting=tuple(_as_role(role, json) for role in record.get("waiting", ())),
        waiting_hub=_as_party(record.get("waiting_hub")),
        held=tuple(record["held"] if "held" in record else record.get("role_keys", ())),
        to_review=record.get("to_review", True),
        options=_as_options(record.get("options")),
        interests=as_interests(record.get("interests")),
        roles=roles,
        dropped=tuple(_as_role(role, json) for role in record["dropped"]),
        synced=tuple(sorted(record["synced"].items())),
        hub_party=hub_party,
        tokens=tuple(_as_token(token) for token in record["tokens"]),
        spent=tuple(record.get("spent", ())),
        endpoints=tuple(_as_endpoint(endpoint) for endpoint in record["endpoints"]),
        **plain,
    )


def _of_options(options: ConnectionOptions) -> Record:
    said = {each.value: options.validation.of(each) for each in Direction}
    return {
        "validation": {name: mode.value for name, mode in said.items() if mode is not None},
        "raw_in": options.raw_in,
        "raw_out": options.raw_out,
        "created_is_200": options.created_is_200,
        "pace": {"per_s": options.pace.per_s, "at_once": options.pace.at_once},
    }


def _as_options(record: Record | None) -> ConnectionOptions:
    """A record from before there were options has none."""
    if record is None:
        return PLAIN
    held = record["validation"]
    said = {each.value: Mode(held[each.value]) for each in Direction if each.value in held}
    flags = {name: record[name] for name in ("raw_in", "raw_out", "created_is_200")}
    pace = Pace(**known_of(record.get("pace", {}), Pace))
    return ConnectionOptions(Validation(**said), **flags, pace=pace)


def _of_approved(approved: Approved) -> Record:
    return {
        "roles": [{"role": each.role.value, "party": str(each.party)} for each in approved.roles],
        "hub_party": _of_party(approved.hub_party),
    }


def _as_approved(record: Record, present: Approved) -> Approved:
    """A record from before there were sets: what it was invited for, and what it has."""
    if "approved" not in record:
        return Approved(_as_invited(record["invited"])).and_also(present)
    held = record["approved"]
    return Approved(_as_invited(held["roles"]), _as_party(held["hub_party"]))


def _as_invited(records: Iterable[Record]) -> tuple[Invited, ...]:
    return tuple(Invited(Role(each["role"]), _as_any_party(each["party"])) for each in records)


def _as_any_party(text: str) -> PartyId:
    """`DE/ABC`, or the pattern `DE/*`."""
    country_code, _, party_id = text.partition("/")
    return PartyId(country_code, party_id) if party_id == EVERY_PARTY else PartyId.parse(text)


def _of_party(party: PartyId | None) -> str | None:
    return None if party is None else str(party)


def _as_party(text: str | None) -> PartyId | None:
    return None if text is None else PartyId.parse(text)


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
        **({"fault": endpoint.fault} if endpoint.fault else {}),
    }


def _as_endpoint(record: Record) -> Endpoint:
    return Endpoint(
        record["identifier"], Interface(record["role"]), record["url"], record.get("fault", "")
    )
