"""THE TABLE of the hub API: one line an endpoint, and who may call it."""

from domain.operators.operator import Right
from entrypoints.hub_api.cdrs import cdrs, settlement
from entrypoints.hub_api.commands import commands
from entrypoints.hub_api.delivery import deliveries
from entrypoints.hub_api.explaining import why
from entrypoints.hub_api.journal import figures, journal
from entrypoints.hub_api.objects import (
    locations,
    quarantine,
    remarks,
    search,
    sessions,
    tariffs,
    tokens,
)
from entrypoints.hub_api.operators import alarms, audit, operators
from entrypoints.hub_api.partners import agreements, interest, limits, partners
from entrypoints.hub_api.route import Route, Who
from entrypoints.hub_api.webhooks import webhooks
from entrypoints.ocpi.paging import AFTER

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
_OPERATOR = "/operators/<operator>"
_ALARM = "/alarms/<alarm>/acknowledge"
_ADMIN = Right.ADMINISTER


PAGED = ("offset", "limit", AFTER)
AT = ("at",)
OWNED = (*PAGED, "date_from", "date_to", "party")
OF_PARTNER = (*PAGED, "partner")
OWED = (*OF_PARTNER, "state")
REMARKED = (*OF_PARTNER, "module")
FOUND = (
    *(*PAGED, "party", "state", "session", "since", "before"),
    *("least", "most", "currency"),
)
FIGURED = ("by", "partner", "direction", "module", "outcome", "since", "before", "limit")
NOTED = (
    *("limit", "about", "partner", "party", "other", "module", "outcome", "slower_than_ms"),
    *("since", "before"),
)
SEARCHED = (
    *PAGED,
    *("lat", "lon", "radius_m", "bbox", "connector_type", "min_power_w", "status"),
    *("party", "operator"),
)
ALARMED = (*PAGED, "state", "kind")
RECORDED = (*PAGED, "actor", "act", "object", "since", "before")
ROUTES = (
    Route("GET", "/locations/search", EITHER, search.search_locations, SEARCHED, "location search"),
    Route("GET", "/locations", EITHER, locations.list_locations, OWNED, "location list"),
    Route("GET", _OWNED, EITHER, locations.get_location, (), "location show"),
    Route("GET", _OWNED + _EVSE, EITHER, locations.get_location, (), "location show"),
    Route("GET", _OWNED + _CONNECTOR, EITHER, locations.get_location, (), "location show"),
    Route("GET", _LOCATION, EITHER, locations.get_location, (), "location show"),
    Route("GET", _LOCATION + _EVSE, EITHER, locations.get_location, (), "location show"),
    Route("GET", _LOCATION + _CONNECTOR, EITHER, locations.get_location, (), "location show"),
    Route(
        "GET", _OWNED + _CONNECTOR + "/tariffs", EITHER, tariffs.quote_connector, AT, "tariff quote"
    ),
    Route(
        "GET",
        _LOCATION + _CONNECTOR + "/tariffs",
        EITHER,
        tariffs.quote_connector,
        AT,
        "tariff quote",
    ),
    Route("PUT", _LOCATION, PARTNER, locations.push_location),
    Route("PUT", _LOCATION + _EVSE, PARTNER, locations.push_location),
    Route("PUT", _LOCATION + _CONNECTOR, PARTNER, locations.push_location),
    Route("PATCH", _LOCATION, PARTNER, locations.push_location),
    Route("PATCH", _LOCATION + _EVSE, PARTNER, locations.push_location),
    Route("PATCH", _LOCATION + _CONNECTOR, PARTNER, locations.push_location),
    Route("GET", "/tariffs", EITHER, tariffs.list_tariffs, OWNED, "tariff list"),
    Route("GET", _TARIFF, EITHER, tariffs.get_tariff, (), "tariff show"),
    Route("GET", _UID, EITHER, tokens.get_token, ("type",), "token show"),
    Route("GET", "/commands", EITHER, commands.list_commands, PAGED, "command list"),
    Route("GET", "/commands/<command>", EITHER, commands.get_command, (), "command show"),
    Route("POST", "/commands/<command>", PARTNER, commands.send_command),
    Route("GET", "/sessions", EITHER, sessions.list_sessions, OWNED, "session list"),
    Route("GET", "/sessions/quiet", OPERATOR, sessions.list_quiet, PAGED, "session quiet"),
    Route("GET", "/sessions/unbilled", OPERATOR, sessions.list_unbilled, PAGED, "session unbilled"),
    Route("GET", _SESSION, EITHER, sessions.get_session, (), "session show"),
    Route("GET", "/cdrs", EITHER, cdrs.list_cdrs, OWNED, "cdr export"),
    Route("GET", "/cdrs/deliveries", OPERATOR, cdrs.list_handed, FOUND, "cdr list"),
    Route("GET", "/cdrs/conflicts", OPERATOR, cdrs.list_conflicts, PAGED, "cdr conflicts"),
    Route("GET", "/cdrs/doubtful", OPERATOR, cdrs.list_doubtful, PAGED, "cdr doubtful"),
    Route("GET", "/cdrs/verify", OPERATOR, cdrs.verify_cdrs, (), "cdr verify"),
    Route("POST", "/cdrs/replay", OPERATOR, cdrs.replay_cdrs, (), "cdr replay", Right.REPLAY),
    Route("GET", _CDR, EITHER, cdrs.get_cdr, (), "cdr show"),
    Route("GET", _CDR + "/delivery", EITHER, cdrs.get_cdr_delivery, (), "cdr show"),
    Route("POST", _CDR + "/replay", OPERATOR, cdrs.replay_cdr, (), "cdr replay", Right.REPLAY),
    Route("GET", _OWNED_CDR, EITHER, cdrs.get_cdr, (), "cdr show"),
    Route("GET", _OWNED_CDR + "/delivery", EITHER, cdrs.get_cdr_delivery, (), "cdr show"),
    Route(
        "POST", _OWNED_CDR + "/replay", OPERATOR, cdrs.replay_cdr, (), "cdr replay", Right.REPLAY
    ),
    Route("GET", "/journal", EITHER, journal.list_legs, NOTED, "journal"),
    Route("GET", "/figures", EITHER, figures.list_figures, FIGURED, "figures"),
    Route("GET", "/trace", EITHER, journal.get_trace, ("of",), "trace"),
    Route(
        "GET",
        "/settlement",
        EITHER,
        settlement.get_settlement,
        ("from", "to"),
        "settlement",
        Right.SETTLE,
    ),
    Route("GET", "/webhooks", EITHER, webhooks.list_webhooks, PAGED, "webhook list"),
    Route("POST", "/webhooks", EITHER, webhooks.add_webhook, (), "webhook add"),
    Route("GET", _WEBHOOK, EITHER, webhooks.get_webhook, (), "webhook show"),
    Route("DELETE", _WEBHOOK, EITHER, webhooks.remove_webhook, (), "webhook remove"),
    Route("GET", "/partners", OPERATOR, partners.list_partners, PAGED, "partner list"),
    Route("POST", "/partners", OPERATOR, partners.invite_partner, (), "partner invite"),
    Route("POST", "/partners/connect", OPERATOR, partners.connect_partner, (), "partner connect"),
    Route("POST", "/partners/announce", OPERATOR, partners.announce_to_all, (), "partner announce"),
    Route("GET", _PARTNER, OPERATOR, partners.get_partner, (), "partner show"),
    Route("DELETE", _PARTNER, OPERATOR, partners.remove_partner, (), "partner remove"),
    Route(
        "POST", _PARTNER + "/invite", OPERATOR, partners.invite_partner_again, (), "partner invite"
    ),
    Route("PUT", _PARTNER + "/approved", OPERATOR, partners.set_approved, (), "partner set"),
    Route("PATCH", _PARTNER + "/options", OPERATOR, partners.set_options, (), "partner set"),
    Route("GET", "/interest", PARTNER, interest.get_interest),
    Route("PUT", "/interest", PARTNER, interest.set_interest),
    Route("DELETE", "/interest", PARTNER, interest.reset_interest),
    Route("GET", _PARTNER + "/interest", OPERATOR, interest.get_interest, (), "partner show"),
    Route("PUT", _PARTNER + "/interest", OPERATOR, interest.set_interest, (), "partner set"),
    Route("DELETE", _PARTNER + "/interest", OPERATOR, interest.reset_interest, (), "partner set"),
    Route("POST", _PARTNER + "/approve", OPERATOR, partners.approve_partner, (), "partner approve"),
    Route("POST", _PARTNER + "/reject", OPERATOR, partners.reject_partner, (), "partner reject"),
    Route("POST", _PARTNER + "/release", OPERATOR, partners.release_partner, (), "partner release"),
    Route("POST", _PARTNER + "/suspend", OPERATOR, partners.suspend_partner, (), "partner suspend"),
    Route("POST", _PARTNER + "/resume", OPERATOR, partners.resume_partner, (), "partner resume"),
    Route("POST", _PARTNER + "/rotate", OPERATOR, partners.rotate_partner, (), "partner rotate"),
    Route("POST", _PARTNER + "/sync", OPERATOR, partners.synchronize_partner, (), "partner sync"),
    Route(
        "POST",
        _PARTNER + "/announce",
        OPERATOR,
        partners.announce_to_partner,
        (),
        "partner announce",
    ),
    Route(
        "PUT",
        _PARTNER + "/stand-in",
        OPERATOR,
        partners.let_partner_stand_in,
        (),
        "partner stand-in",
    ),
    Route(
        "GET", "/quarantine", EITHER, quarantine.list_quarantined, OF_PARTNER, "partner quarantine"
    ),
    Route(
        "POST",
        "/quarantine/<quarantined>/accept",
        OPERATOR,
        quarantine.accept_quarantined,
        (),
        "partner quarantine",
    ),
    Route("GET", "/remarks", EITHER, remarks.list_remarks, REMARKED, "partner remarks"),
    Route("GET", "/agreements", OPERATOR, agreements.list_agreements, PAGED, "agreement list"),
    Route("POST", "/agreements", OPERATOR, agreements.make_agreement, (), "agreement add"),
    Route("DELETE", _AGREEMENT, OPERATOR, agreements.end_agreement, (), "agreement remove"),
    Route(
        "PUT",
        _AGREEMENT + "/fees/<currency>",
        OPERATOR,
        agreements.price_agreement,
        (),
        "agreement fee",
        Right.PRICE,
    ),
    Route("GET", "/deliveries", EITHER, deliveries.list_deliveries, OWED, "delivery list"),
    Route("POST", "/deliveries/retry", OPERATOR, deliveries.retry_deliveries, (), "delivery retry"),
    Route("GET", _DELIVERY, EITHER, deliveries.get_delivery, (), "delivery show"),
    Route("POST", _DELIVERY + "/retry", OPERATOR, deliveries.retry_delivery, (), "delivery retry"),
    Route("POST", _DELIVERY + "/park", OPERATOR, deliveries.park_delivery, (), "delivery park"),
    Route("GET", "/limits", EITHER, limits.get_limits, OF_PARTNER, "limits"),
    Route("GET", "/lanes", OPERATOR, deliveries.list_lanes, OF_PARTNER, "lane list"),
    Route("GET", "/alarms", OPERATOR, alarms.list_alarms, ALARMED, "alarm list"),
    Route("POST", _ALARM, OPERATOR, alarms.acknowledge_alarm, (), "alarm acknowledge"),
    Route("GET", "/audit", OPERATOR, audit.list_audit, RECORDED, "audit list", Right.AUDIT),
    Route(
        "GET", "/audit/verify", OPERATOR, audit.verify_audit, ("head",), "audit verify", Right.AUDIT
    ),
    Route("GET", "/operators", OPERATOR, operators.list_operators, PAGED, "operator list", _ADMIN),
    Route("POST", "/operators", OPERATOR, operators.add_operator, (), "operator add", _ADMIN),
    Route("DELETE", _OPERATOR, OPERATOR, operators.revoke_operator, (), "operator revoke", _ADMIN),
    Route("GET", "/explain/object", EITHER, why.of_object, ("object", "to", "type"), "why object"),
    Route("GET", "/explain/party", EITHER, why.of_party, ("party", "to"), "why party"),
    Route("GET", "/explain/token", EITHER, why.of_token, ("token", "at", "type"), "why token"),
    Route("GET", "/explain/cdr", EITHER, why.of_cdr, ("cdr", "to"), "why cdr"),
)
