"""What the measured partners push: sound objects, each change with a `last_updated` of its own."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from bench.calling import Call
from bench.costs.platforms import Lean
from entrypoints.sandbox.charging import cdr, cdr_token, tariff
from entrypoints.sandbox.fixtures import UPDATED, evse, location
from entrypoints.sandbox.wire import encode

_EVSES = 61
_FIRST = datetime(2026, 2, 1, tzinfo=UTC)
_STATUSES = ("CHARGING", "AVAILABLE", "BLOCKED", "RESERVED")
_numbers = count(1)


@dataclass(frozen=True)
class Change:
    """One call of an owner, and the `last_updated` by which the readers know it."""

    call: Call
    stamp: str


def stamp() -> str:
    """A later time than the one before."""
    return f"{_FIRST + timedelta(seconds=next(_numbers)):%Y-%m-%dT%H:%M:%SZ}"


def location_put(owner: Lean, id_: str) -> Change:
    """The whole location of 20.5 kB, changed in all its parts."""
    evses = [evse(f"EVSE{number}") for number in range(_EVSES)]
    body = location(*owner.party, id_, evses=evses)
    return _broadcast(owner, "PUT", "locations", (*owner.party, id_), body)


def status_patch(owner: Lean, id_: str) -> Change:
    """The status of one EVSE of that location."""
    number = next(_numbers)
    change = {"status": _STATUSES[number % len(_STATUSES)], "last_updated": UPDATED}
    return _broadcast(owner, "PATCH", "locations", (*owner.party, id_, "EVSE7"), change)


def tariff_put(owner: Lean, id_: str) -> Change:
    return _broadcast(owner, "PUT", "tariffs", (*owner.party, id_), tariff(*owner.party, id_))


def cdr_post(owner: Lean, id_: str, issuer: Lean) -> Change:
    """A CDR of a card of the issuer's, for a session of its own, with TO = the hub."""
    token = cdr_token(*issuer.party)
    body = cdr(*owner.party, id_, cdr_token=token, session_id=f"SESSION-{id_}")
    return _broadcast(owner, "POST", "cdrs", (), body)


def as_2_2_1(cdr: bytes) -> bytes:
    """This CDR with its total cost as OCPI 2.2.1 writes it; a location needs no change."""
    document = json.loads(cdr)
    cost = document["total_cost"]
    without = cost["before_taxes"]
    taxes = sum(tax["amount"] for tax in cost["taxes"])
    document["total_cost"] = {"excl_vat": without, "incl_vat": without + taxes}
    return json.dumps(document).encode()


def listed(reader: Lean, module: str, query: str) -> Call:
    """GET of a list of all parties' objects that the hub stores."""
    url = reader.hub.url(module, "SENDER", (), query)
    return Call.of(reader, "GET", url, to=reader.hub.hub_party)


def authorize(operator: Lean, issuer: Lean, uid: str, *, directly: bool) -> Call:
    """Real-time authorization of a token, asked of the hub or of the issuer itself."""
    own = f"{issuer.profile.endpoint('tokens', 'SENDER')}/{uid}/authorize"
    url = own if directly else operator.hub.url("tokens", "SENDER", (uid, "authorize"))
    return Call.of(operator, "POST", url, to=issuer.party)


def _broadcast(
    owner: Lean, method: str, module: str, segments: tuple[str, ...], body: object
) -> Change:
    at = stamp()
    url = owner.hub.url(module, "RECEIVER", segments)
    call = Call.of(owner, method, url, to=owner.hub.hub_party, body=json.loads(encode(body)))
    content = (call.body or b"").replace(UPDATED.encode(), at.encode())
    return Change(Call(method, url, call.headers, content), at)
