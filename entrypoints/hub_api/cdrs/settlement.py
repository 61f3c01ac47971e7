"""What CDRs come to, by pair of parties, currency and month; a partner sees the pairs it is in.

Every number has all its digits: nothing is rounded between a CDR and its sum (D-21).
"""

from collections.abc import Mapping
from datetime import datetime

from application.hub import Hub
from domain.cdrs.clearing import SettlementPosition, Total, by_currency
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.listing import check_period, moment_asked
from entrypoints.hub_api.shapes import Shape, party_text, time_text
from entrypoints.ocpi.replies import Reply, of_value


def get_settlement(hub: Hub, call: HubApiCall) -> Reply:
    """GET: totals of the CDRs that the hub accepted `from` then on and before `to`."""
    since, before = moment_asked(call, "from"), moment_asked(call, "to")
    check_period(since, before, "from", "to")
    found = hub.cdr_accounting.settlement(since=since, before=before, by=call.caller)
    return of_value(settlement_shape(found, since=since, before=before))


def settlement_shape(
    found: Mapping[SettlementPosition, Total], *, since: datetime | None, before: datetime | None
) -> Shape:
    """The positions, and for each currency the total that they add up to, to the last digit."""
    return {
        "from": time_text(since),
        "to": time_text(before),
        "positions": [{**_named(each), **_sums(total)} for each, total in found.items()],
        "totals": [{"currency": each, **_sums(sum_)} for each, sum_ in by_currency(found).items()],
    }


def _named(position: SettlementPosition) -> Shape:
    return {
        "cpo": party_text(position.cpo),
        "emsp": party_text(position.emsp),
        "currency": position.currency,
        "period": position.period,
    }


def _sums(total: Total) -> Shape:
    return {
        "cdrs": total.cdrs,
        "credits": total.credits,
        "kwh": total.kwh,
        "net": total.net,
        "taxes": total.taxes,
        "gross": total.gross,
        "hub_share": total.hub_share,
        "due_to_cpo": total.due_to_cpo,
    }
