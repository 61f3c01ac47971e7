"""THE TABLE of the hub API: one line an endpoint, and who may call it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from application.hub import Hub
from domain import errors
from entrypoints.hub_api import (
    agreements,
    cdrs,
    commands,
    deliveries,
    locations,
    partners,
    quarantine,
    search,
    sessions,
    settlement,
    tariffs,
    tokens,
    webhooks,
)
from entrypoints.hub_api.calls import Call
from entrypoints.ocpi.paging import AFTER, Query
from entrypoints.ocpi.replies import Reply

Handler = Callable[[Hub, Call], Reply]


class Who(StrEnum):
    """Whose token opens an endpoint."""

    EITHER = "either"
    PARTNER = "partner"
    OPERATOR = "operator"

    def includes(self, *, operator: bool) -> bool:
        """Whether the operator's token, or else a partner's, is among them."""
        return self is Who.EITHER or (self is Who.OPERATOR) is operator


EITHER, PARTNER, OPERATOR = Who.EITHER, Who.PARTNER, Who.OPERATOR

_LOCATION = "/locations/<location_id>"
_OWNED = "/locations/<country_code>/<party_id>/<location_id>"
_EVSE = "/evses/<evse_id>"
_CONNECTOR = _EVSE + "/connectors/<connector_id>"
_TARIFF = "/tariffs/<country_code>/<party_id>/<tariff_id>"
_UID = "/tokens/<country_code>/<party_id>/<uid>"
_PARTNER = "/partners/<partner>"
_DELIVERY = "/deliveries/<delivery_id>"
_SESSION = "/sessions/<country_code>/<party_id>/<session_id>"
_CDR = "/cdrs/<ref>"
_OWNED_CDR = "/cdrs/<country_code>/<party_id>/<cdr_id>"
_AGREEMENT = "/agreements/<agreement_id>"
_WEBHOOK = "/webhooks/<webhook_id>"


PAGED = ("offset", "limit", AFTER)
DATED = (*PAGED, "date_from", "date_to")
SEARCHED = (
    *("lat", "lon", "radius_m", "bbox", "connector_type", "min_power_w", "status"),
    *("country_code", "party_id", "operator"),
)
_REPEATED = frozenset({"connector_type", "status"})


@dataclass(frozen=True)
class Route:
    """One endpoint; the path is below `/hub/v1`. `takes` are the parameters of its query."""

    method: str
    path: str
    who: Who
    handler: Handler
    takes: tuple[str, ...] = ()

    def check(self, query: Query) -> None:
        """Refuse what would have no effect: a script that asks wrongly is to hear of it.

        :raises InvalidParameter: for a parameter that is not known, is empty, or is there twice.
        """
        seen = set[str]()
        for name, value in query:
            if name not in self.takes:
                known = ", ".join(each for each in self.takes if each != AFTER) or "none"
                raise errors.InvalidParameter(f"{name[:40]}: not known here; known: {known}")
            if not value:
                raise errors.InvalidParameter(f"{name}: is empty")
            if name in seen and name not in _REPEATED:
                raise errors.InvalidParameter(f"{name}: is there twice")
            seen.add(name)


ROUTES = (
    Route("GET", "/locations/search", EITHER, search.search_locations, PAGED + SEARCHED),
    Route("GET", "/locations", EITHER, locations.list_locations, DATED),
    Route("GET", _OWNED, EITHER, locations.get_location),
    Route("GET", _OWNED + _EVSE, EITHER, locations.get_location),
    Route("GET", _OWNED + _CONNECTOR, EITHER, locations.get_location),
    Route("GET", _LOCATION, EITHER, locations.get_location),
    Route("GET", _LOCATION + _EVSE, EITHER, locations.get_location),
    Route("GET", _LOCATION + _CONNECTOR, EITHER, locations.get_location),
    Route("GET", _OWNED + _CONNECTOR + "/tariffs", EITHER, tariffs.quote_connector, ("at",)),
    Route("GET", _LOCATION + _CONNECTOR + "/tariffs", EITHER, tariffs.quote_connector, ("at",)),
    Route("PUT", _LOCATION, PARTNER, locations.push_location),
    Route("PUT", _LOCATION + _EVSE, PARTNER, locations.push_location),
    Route("PUT", _LOCATION + _CONNECTOR, PARTNER, locations.push_location),
    Route("PATCH", _LOCATION, PARTNER, locations.push_location),
    Route("PATCH", _LOCATION + _EVSE, PARTNER, locations.push_location),
    Route("PATCH", _LOCATION + _CONNECTOR, PARTNER, locations.push_location),
    Route("GET", "/tariffs", EITHER, tariffs.list_tariffs, DATED),
    Route("GET", _TARIFF, EITHER, tariffs.get_tariff),
    Route("GET", _UID, EITHER, tokens.get_token, ("type",)),
    Route("GET", "/commands", EITHER, commands.list_commands, PAGED),
    Route("GET", "/commands/<command>", EITHER, commands.get_command),
    Route("POST", "/commands/<command>", PARTNER, commands.send_command),
    Route("GET", "/sessions", EITHER, sessions.list_sessions, DATED),
    Route("GET", "/sessions/quiet", OPERATOR, sessions.list_quiet, PAGED),
    Route("GET", "/sessions/unbilled", OPERATOR, sessions.list_unbilled, PAGED),
    Route("GET", _SESSION, EITHER, sessions.get_session),
    Route("GET", "/cdrs", EITHER, cdrs.list_cdrs, DATED),
    Route("GET", "/cdrs/conflicts", OPERATOR, cdrs.list_conflicts, PAGED),
    Route("GET", "/cdrs/doubtful", OPERATOR, cdrs.list_doubtful, PAGED),
    Route("GET", "/cdrs/verify", OPERATOR, cdrs.verify_cdrs),
    Route("POST", "/cdrs/replay", OPERATOR, cdrs.replay_cdrs),
    Route("GET", _CDR, EITHER, cdrs.get_cdr),
    Route("GET", _CDR + "/delivery", EITHER, cdrs.get_cdr_delivery),
    Route("POST", _CDR + "/replay", OPERATOR, cdrs.replay_cdr),
    Route("GET", _OWNED_CDR, EITHER, cdrs.get_cdr),
    Route("GET", _OWNED_CDR + "/delivery", EITHER, cdrs.get_cdr_delivery),
    Route("GET", "/settlement", EITHER, settlement.get_settlement, ("from", "to")),
    Route("GET", "/webhooks", EITHER, webhooks.list_webhooks, PAGED),
    Route("POST", "/webhooks", EITHER, webhooks.add_webhook),
    Route("GET", _WEBHOOK, EITHER, webhooks.get_webhook),
    Route("DELETE", _WEBHOOK, EITHER, webhooks.remove_webhook),
    Route("GET", "/partners", OPERATOR, partners.list_partners, PAGED),
    Route("POST", "/partners", OPERATOR, partners.invite_partner),
    Route("POST", "/partners/connect", OPERATOR, partners.connect_partner),
    Route("GET", _PARTNER, OPERATOR, partners.get_partner),
    Route("DELETE", _PARTNER, OPERATOR, partners.remove_partner),
    Route("POST", _PARTNER + "/invite", OPERATOR, partners.invite_partner_again),
    Route("PUT", _PARTNER + "/approved", OPERATOR, partners.set_approved),
    Route("POST", _PARTNER + "/approve", OPERATOR, partners.approve_partner),
    Route("POST", _PARTNER + "/reject", OPERATOR, partners.reject_partner),
    Route("POST", _PARTNER + "/release", OPERATOR, partners.release_partner),
    Route("POST", _PARTNER + "/suspend", OPERATOR, partners.suspend_partner),
    Route("POST", _PARTNER + "/resume", OPERATOR, partners.resume_partner),
    Route("POST", _PARTNER + "/rotate", OPERATOR, partners.rotate_partner),
    Route("POST", _PARTNER + "/sync", OPERATOR, partners.synchronize_partner),
    Route("POST", _PARTNER + "/announce", OPERATOR, partners.announce_to_partner),
    Route("GET", "/quarantine", EITHER, quarantine.list_quarantined, (*PAGED, "partner")),
    Route("GET", "/agreements", OPERATOR, agreements.list_agreements, PAGED),
    Route("POST", "/agreements", OPERATOR, agreements.make_agreement),
    Route("DELETE", _AGREEMENT, OPERATOR, agreements.end_agreement),
    Route("PUT", _AGREEMENT + "/fees/<currency>", OPERATOR, agreements.price_agreement),
    Route("GET", "/deliveries", EITHER, deliveries.list_deliveries, (*PAGED, "partner", "state")),
    Route("GET", _DELIVERY, EITHER, deliveries.get_delivery),
    Route("POST", _DELIVERY + "/retry", OPERATOR, deliveries.retry_delivery),
    Route("POST", _DELIVERY + "/park", OPERATOR, deliveries.park_delivery),
    Route("GET", "/lanes", OPERATOR, deliveries.list_lanes, PAGED),
)
