"""What the hub keeps itself, as it looks outside: to the hub API and the command line.

Nothing here is secret but what is shown once: an invitation's token, a new webhook's secret.
"""

from collections.abc import Collection
from datetime import datetime

from adapters.ocpi import json
from application.objects.quotes import Offer, Quote
from application.webhooks.subscriptions import Subscribed
from domain.delivery.answers import Attempt
from domain.objects.quarantine import Quarantined, Remarked
from domain.objects.stored import Stored
from domain.objects.tariffs import Candidate, Price
from domain.partners.agreements import Agreement, Fee
from domain.partners.party import PartyId
from domain.times import format_time
from domain.webhooks.events import Subscription
from entrypoints.hub_api.names import Names, Shape

__all__ = ["Shape"]


def agreement_shape(made: Agreement) -> Shape:
    """That two parties see each other."""
    return {
        "id": made.id,
        "one": party_text(made.one),
        "other": party_text(made.other),
        "made": time_text(made.made_at),
        "fees": [_fee(fee) for fee in made.fees],
    }


def quarantined_shape(found: Quarantined, names: Names) -> Shape:
    """What was set aside, why, and what it was; `accepted`: an operator let it in."""
    return {
        "id": found.ref,
        "partner": names.partner(found.partner_id),
        "module": found.module,
        "object": found.name,
        "problems": list(found.problems),
        "since": time_text(found.since),
        "seen": time_text(found.seen_at),
        "accepted": time_text(found.accepted_at),
        "document": json.parse(found.body),
    }


def remarked_shape(found: Remarked, names: Names) -> Shape:
    """What was taken and is odd: the first 20 remarks, and how many there are."""
    return {
        "partner": names.partner(found.partner_id),
        "module": found.key.module,
        "owner": party_text(found.key.owner),
        "object": found.key.id,
        "kind": found.key.kind or None,
        "seen": time_text(found.at),
        "count": found.remarks.count,
        "remarks": list(found.remarks.said),
    }


def quote_shape(quote: Quote) -> Shape:
    """What charging costs at a connector at a moment; tariffs and components word for word."""
    evse_uid, connector_id = quote.path
    return {
        "at": time_text(quote.at),
        "local_time": quote.local.replace(tzinfo=None).isoformat(timespec="seconds"),
        "time_zone": quote.time_zone,
        "owner": party_text(quote.owner),
        "location_id": quote.location_id,
        "evse_uid": evse_uid,
        "connector_id": connector_id,
        "tariffs": [_offer(offer) for offer in quote.offers],
        "not_valid": list(quote.not_valid),
        "unknown": list(quote.unknown),
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
        "owner": party_text(stored.key.owner),
        "id": stored.key.id,
        "status": None if watched is None else watched.status,
        "last_updated": time_text(stored.last_updated),
        "heard": None if watched is None else time_text(watched.heard_at),
        "reader": None if stored.reader is None else party_text(stored.reader),
    }


def subscription_shape(
    subscription: Subscription, names: Names, over_cap: Collection[str] = ()
) -> Shape:
    """Where which events go; the secret is no part of it. Those `over_cap` are told nothing."""
    return {
        "id": subscription.id,
        "partner": names.partner(subscription.partner_id),
        "url": subscription.url,
        "events": sorted(event.value for event in subscription.events),
        "created": time_text(subscription.created_at),
        "over_cap": subscription.id in over_cap,
    }


def subscribed_shape(subscribed: Subscribed, names: Names) -> Shape:
    """A new subscription with its secret, which is shown this once."""
    return {**subscription_shape(subscribed.subscription, names), "secret": subscribed.secret}


def party_text(party: PartyId) -> str:
    """`DE-ABC`."""
    return party.spelled


def time_text(moment: datetime | None) -> str | None:
    """As OCPI writes times."""
    return None if moment is None else format_time(moment)


def _fee(fee: Fee) -> Shape:
    return {"currency": fee.currency, "fixed": fee.fixed, "percent": fee.percent}
