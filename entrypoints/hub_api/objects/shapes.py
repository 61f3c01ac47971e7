"""Objects as operators and partners see them: pulled, quarantined, odd, watched; and quotes."""

from adapters.ocpi import exact_json
from application.objects.quotes import Offer, Quote
from domain.objects.pulls import ListRead
from domain.objects.quarantine import Quarantined, Remarked
from domain.objects.stored import Stored
from domain.objects.tariffs import Candidate, DimensionPrice
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape, party_text, time_text


def pulled_shape(read: ListRead) -> Shape:
    """What reading one party's list came to; `goes_on`: a worker reads the rest."""
    return {
        "module": read.module,
        "party": party_text(read.party),
        "began": time_text(read.began),
        "read": time_text(read.read_at),
        "whole": read.since is None,
        "goes_on": read.goes_on,
        "seen": read.seen,
        "stored": read.stored,
        "quarantined": read.quarantined,
        "total": read.total,
        "failure": read.failure or None,
        "remark": read.remark or None,
    }


def quarantined_shape(found: Quarantined, names: Names) -> Shape:
    """What is quarantined, why, and what it was; `accepted`: an operator let it in."""
    return {
        "id": found.ref,
        "partner": names.partner(found.partner_id),
        "module": found.module,
        "object": found.name,
        "problems": list(found.problems),
        "since": time_text(found.since),
        "seen": time_text(found.seen_at),
        "accepted": time_text(found.accepted_at),
        "document": exact_json.parse(found.body),
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


def _price(price: DimensionPrice) -> Shape:
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
