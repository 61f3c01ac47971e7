"""What the hub keeps itself, as it looks outside: to the hub API and the command line.

Nothing here is secret but what is shown once: an invitation's token, a new webhook's secret.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from adapters.ocpi import json
from application.quoting import Offer, Quote
from application.subscribing import Subscribed
from domain.agreements import Agreement
from domain.answers import Attempt
from domain.clearing import Fee
from domain.deliveries import Delivery, LaneId
from domain.documents import JsonValue
from domain.lanes import LaneHealth
from domain.objects import Stored
from domain.party import PartyId
from domain.quarantine import Quarantined
from domain.tariffs import Candidate, Price
from domain.times import format_time
from domain.webhooks import Subscription

Shape = Mapping[str, JsonValue]


def agreement_shape(made: Agreement) -> Shape:
    """That two parties see each other."""
    return {
        "id": made.id,
        "one": party_text(made.one),
        "other": party_text(made.other),
        "made": time_text(made.made_at),
        "fees": [_fee(fee) for fee in made.fees],
    }


def quarantined_shape(found: Quarantined) -> Shape:
    """What was set aside, why, and what it was."""
    return {
        "partner": found.partner_id,
        "module": found.module,
        "object": found.name,
        "problems": list(found.problems),
        "seen": time_text(found.seen_at),
        "document": json.parse(found.body),
    }


def delivery_shape(delivery: Delivery) -> Shape:
    """What one receiver is owed of one object; `short_id` names it as well as `id`."""
    return {
        "id": delivery.id,
        "short_id": delivery.short_id,
        "partner": delivery.lane.partner_id,
        "receiver": party_text(delivery.receiver),
        "module": delivery.key.module,
        "object": {"owner": party_text(delivery.key.owner), "id": delivery.key.id},
        "since": time_text(delivery.since),
        "due": time_text(delivery.due),
        "state": delivery.state.value,
        "event": delivery.event or None,
        "attempts": delivery.attempts,
        "last": attempt_shape(delivery.last) if delivery.last is not None else None,
    }


def quote_shape(quote: Quote) -> Shape:
    """What charging costs at a connector at a moment; tariffs and components word for word."""
    evse_uid, connector_id = quote.path
    return {
        "at": time_text(quote.at),
        "local_time": quote.local.replace(tzinfo=None).isoformat(timespec="seconds"),
        "time_zone": quote.time_zone,
        "country_code": quote.owner.country_code,
        "party_id": quote.owner.party_id,
        "location_id": quote.location_id,
        "evse_uid": evse_uid,
        "connector_id": connector_id,
        "tariffs": [_offer(offer) for offer in quote.offers],
        "not_valid": list(quote.not_valid),
        "unknown": list(quote.unknown),
    }


def lane_shape(lane: LaneId, health: LaneHealth) -> Shape:
    """How well sending to one platform goes."""
    return {
        "partner": lane.partner_id,
        "class": lane.delivery_class.value,
        "breaker": health.breaker.value,
        "failures_in_a_row": health.failures_in_a_row,
        "probe_at": time_text(health.probe_at),
        "reason": health.reason,
    }


def _offer(offer: Offer) -> Shape:
    return {
        "tariff": offer.tariff.document,
        "elements": list(offer.elements),
        "prices": [_price(price) for price in offer.prices],
    }


def _price(price: Price) -> Shape:
    return {
        "dimension": price.dimension,
        "purpose": price.purpose,
        "candidates": [_candidate(candidate) for candidate in price.candidates],
    }


def _candidate(candidate: Candidate) -> Shape:
    return {
        "element": candidate.element,
        "price_component": candidate.component,
        "conditions": candidate.conditions,
    }


def attempt_shape(attempt: Attempt) -> Shape:
    """One try; `http` and `ocpi` are None where no answer came, `unsure` that it may have it."""
    return {
        "at": time_text(attempt.at),
        "http": attempt.http,
        "ocpi": attempt.ocpi,
        "reason": attempt.reason,
        "unsure": attempt.is_unsure,
    }


def watched_shape(stored: Stored) -> Shape:
    """A session that a watchdog found; `heard` is when the hub last heard of it."""
    watched = stored.watched
    return {
        "country_code": stored.key.owner.country_code,
        "party_id": stored.key.owner.party_id,
        "id": stored.key.id,
        "status": None if watched is None else watched.status,
        "last_updated": time_text(stored.last_updated),
        "heard": None if watched is None else time_text(watched.heard_at),
        "reader": None if stored.reader is None else party_text(stored.reader),
    }


def subscription_shape(subscription: Subscription, over_cap: Collection[str] = ()) -> Shape:
    """Where which events go; the secret is no part of it. Those `over_cap` are told nothing."""
    return {
        "id": subscription.id,
        "partner": subscription.partner_id,
        "url": subscription.url,
        "events": sorted(event.value for event in subscription.events),
        "created": time_text(subscription.created_at),
        "over_cap": subscription.id in over_cap,
    }


def subscribed_shape(subscribed: Subscribed) -> Shape:
    """A new subscription with its secret, which is shown this once."""
    return {**subscription_shape(subscribed.subscription), "secret": subscribed.secret}


def party_text(party: PartyId) -> str:
    """`DE-ABC`."""
    return f"{party.country_code}-{party.party_id}"


def time_text(moment: datetime | None) -> str | None:
    """As OCPI writes times."""
    return None if moment is None else format_time(moment)


def _fee(fee: Fee) -> Shape:
    return {"currency": fee.currency, "fixed": fee.fixed, "percent": fee.percent}
