"""What partners have made use of in this minute, of each class of requests that has a limit."""

from application.hub import Hub
from domain.partners.limits import UNBOUNDED, Use
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.listing import asked_partner, cut
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape
from entrypoints.ocpi.replies import Reply


def get_limits(hub: Hub, call: HubApiCall) -> Reply:
    """GET: a row for each partner and class; a partner sees its own."""
    return cut(call, limits_of(hub, asked_partner(hub, call)))


def limits_of(hub: Hub, partner_id: str | None) -> list[Shape]:
    """Of one partner, or of all: first what is nearest to its limit. Asks no database."""
    known = hub.directories.recent().by_id
    names, asked = Names(known, {}), list(known) if partner_id is None else [partner_id]
    rows = [(key, use) for key, uses in hub.request_gates.uses(asked).items() for use in uses]
    rows.sort(key=lambda row: _share(row[1]), reverse=True)
    return [_row(names.partner(key), use) for key, use in rows]


def _share(use: Use) -> float:
    return (use.used or 0) / use.limit if use.limit else 0.0


def _row(partner: Shape | None, use: Use) -> Shape:
    return {
        "partner": partner,
        "class": use.limited.value,
        "limit": None if use.limit in (0, UNBOUNDED) else use.limit,
        "used": use.used,
        "frees_in_s": use.frees_in_s,
    }
