"""The end of a history: all become well, time passes, and the hub puts everything right."""

from datetime import UTC, datetime

from domain.cdrs.custody import ref_of_delivery
from domain.delivery.deliveries import DeliveryState, is_of_cdr
from domain.partners.party import PartyId
from tests.charging import handover_of
from tests.unit.simulation import platforms
from tests.unit.simulation.market import EMSPS, Market
from tests.unit.simulation.receivers import Mood
from tests.unit.simulation.subscribers import Listening

_HOUR = 3600.0
_ROUNDS_S = (3.0, 61.0, 61.0, 61.0, 301.0, 1300.0, 2200.0, _HOUR, 5 * _HOUR, 13 * _HOUR, 25 * _HOUR)
_MOST_ROUNDS = 40
_LATE = datetime(9999, 1, 1, tzinfo=UTC)


def settle_down(market: Market) -> None:
    """Only time and the sweeper help, until only operators can: then they replay."""
    for party in EMSPS:
        market.receivers.moods[party] = Mood.WELL
    market.subscribers.listening = Listening.WELL
    if not platforms.platform_of(market.stores, platforms.MOV).is_registered:
        platforms.resume(market.stores, platforms.MOV)
    _let_time_pass(market)
    _replay(market)
    _let_time_pass(market)
    hub = market.process("web")
    platforms.pull(hub, market.receivers, platforms.MOV)
    market.promises.at_rest()
    for party in EMSPS:
        _check_lists(market, party)


def _check_lists(market: Market, party: PartyId) -> None:
    """GET is the recovery path (H-CDR-4): what is in custody is in it, whole, and nothing else."""
    bills = platforms.pull(market.process("web"), market.receivers, party)
    archive = market.stores.archive.held
    owed = [
        archive[ref_of_delivery(each.id)].body
        for each in market.stores.deliveries.held.values()
        if is_of_cdr(each)
        and each.receiver == party
        and handover_of(each).judgement.counts
        and each.state is not DeliveryState.DECLINED
    ]
    assert sorted(bills) == sorted(owed), f"H-CDR-4: {party} is shown other CDRs than its own"


def _let_time_pass(market: Market) -> None:
    for number in range(_MOST_ROUNDS):
        if number and is_quiet(market):
            return
        market.clock.advance(_ROUNDS_S[min(number, len(_ROUNDS_S) - 1)])
        market.sweep(idle_s=10.0)
        market.promises.check()
    assert is_quiet(market), f"I9: the hub does not come to rest: {_restless(market)}"


def is_quiet(market: Market) -> bool:
    """Whether nothing is left to do but for operators."""
    return not _restless(market)


def _restless(market: Market) -> list[str]:
    stores = market.stores
    found = [str(each.key) for each in stores.objects.unpublished(before=_LATE, limit=9)]
    found += sorted(stores.ledger.unowed(list(stores.archive.held)))
    found += [each.id for each in stores.ledger.untold(limit=9)]
    for each in stores.deliveries.held.values():
        is_behind_a_parked_one = each.state is DeliveryState.WAITING and _waits(market, each.id)
        if each.state in (DeliveryState.DUE, DeliveryState.WAITING) and not is_behind_a_parked_one:
            found.append(f"{each.id} {each.state}")
    return found


def _waits(market: Market, name: str) -> bool:
    handover = handover_of(market.stores.deliveries.held[name])
    ahead = None if handover is None else market.stores.deliveries.get(handover.behind)
    return ahead is not None and ahead.state is DeliveryState.PARKED


def _replay(market: Market) -> None:
    for each in list(market.stores.deliveries.held.values()):
        if each.state is DeliveryState.PARKED and is_of_cdr(each):
            market.operate("replay", ref_of_delivery(each.id))
        elif each.state is DeliveryState.PARKED:
            market.stores.deliveries.retry(each.id, now=market.clock.now())
