"""What contract tests store: each builder states only what matters to the test that calls it."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from domain.deliveries import (
    Attempt,
    Delivery,
    DeliveryClass,
    DeliveryState,
    LaneId,
    Mark,
    Settled,
    Verdict,
    settle,
)
from domain.objects import EVERYONE, Change, Facets, Missed, ObjectKey, Plug, Stored
from domain.paging import Viewer
from domain.partner import Partner, PartnerState
from domain.party import PartyId, PartyRole, Role

_T = TypeVar("_T")

MODULES = ("locations", "tokens", "hubclientinfo")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CPO = PartyId("DE", "ABC")
OTHER_CPO = PartyId("DE", "XYZ")
EMSP = PartyId("NL", "EMS")
OTHER_EMSP = PartyId("NL", "TNM")
LANE = LaneId("partner-1")


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def location(name: str = "LOC1", *, owner: PartyId = CPO) -> ObjectKey:
    return ObjectKey("locations", owner, name)


def stored(
    key: ObjectKey | None = None,
    *,
    audience: str = EVERYONE,
    body: bytes = b"{}",
    updated: datetime = NOON,
    deleted: bool = False,
    facets: Facets | None = None,
) -> Stored:
    return Stored(
        key=key or location(),
        audience=audience,
        body=body,
        last_updated=updated,
        origin="partner-1",
        deleted=deleted,
        facets=facets,
    )


def viewer(party: PartyId = EMSP, *owners: PartyId) -> Viewer:
    return Viewer(party, frozenset(owners or (CPO, OTHER_CPO)))


def facets(
    latitude: float = 52.0,
    longitude: float = 5.0,
    *,
    plugs: Iterable[Plug] = (Plug("IEC_62196_T2", 22_000, "AVAILABLE"),),
    operator: str = "",
    owner: PartyId = CPO,
) -> Facets:
    return Facets(
        latitude=latitude,
        longitude=longitude,
        operator=operator,
        country_code=owner.country_code,
        party_id=owner.party_id,
        plugs=tuple(plugs),
    )


def partner(
    partner_id: str = "partner-1",
    *roles: tuple[Role, PartyId],
    state: PartnerState = PartnerState.REGISTERED,
    created_at: datetime = NOON,
) -> Partner:
    return Partner(
        id=partner_id,
        name=partner_id,
        state=state,
        created_at=created_at,
        roles=tuple(PartyRole(role, party, {"name": "Charge"}) for role, party in roles),
    )


def patch(evse: str = "E1", *, body: bytes = b'{"status":"CHARGING"}') -> Change:
    return Change("PATCH", (evse,), body, f"correlation-{evse}")


def mark(
    revision: int = 1,
    *,
    key: ObjectKey | None = None,
    lane: LaneId = LANE,
    receiver: PartyId = EMSP,
    missed: Missed | None = None,
) -> Mark:
    return Mark(lane, receiver, key or location(), revision, missed or Missed.one(patch()))


def cdr_lane(partner_id: str = "partner-1") -> LaneId:
    return LaneId(partner_id, DeliveryClass.CDR)


def attempted(delivery: Delivery, verdict: Verdict, *, at: datetime = NOON) -> Settled:
    """The delivery after an attempt that ended so, without jitter."""
    return settle(delivery, Attempt(at, verdict, verdict.value, http=200), spread=0.5)


def failed(delivery: Delivery, *, due: datetime) -> Settled:
    """The delivery after an attempt at noon that failed, to be tried again at `due`."""
    attempt = Attempt(NOON, Verdict.SICK, "HTTP 500", http=500)
    return Settled(delivery, attempt, DeliveryState.DUE, due)


def at_once(*calls: Callable[[], _T]) -> list[_T | Exception]:
    """What each returned, or raised, when all were made at the same time."""
    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        futures = [pool.submit(call) for call in calls]
    outcomes: list[_T | Exception] = []
    for future in futures:
        error = future.exception()
        if error is None:
            outcomes.append(future.result())
        elif isinstance(error, Exception):
            outcomes.append(error)
    return outcomes
