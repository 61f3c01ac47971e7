"""What an administrative act is about, and how that looks: for the record before and after it.

The hub API and the command line name things alike, so one table reads them for both.
"""

from collections.abc import Callable, Mapping
from typing import Any

from application.cdrs.accounting import CdrWithDelivery
from application.hub import Hub
from domain import errors
from domain.delivery.deliveries import Delivery
from domain.noted_text import storable
from domain.objects.stored import ObjectKey
from domain.operators.alarms import shown
from domain.operators.changes import Subject, told
from domain.partners.agreements import Agreement
from domain.partners.naming import partner_id_of
from domain.partners.party import PartyId
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.operators.shapes import operator_shape
from entrypoints.hub_api.partners.shapes import agreement_shape, partner_shape
from entrypoints.hub_api.shapes import Shape, time_text
from entrypoints.hub_api.webhooks.shapes import subscription_shape

Named = Mapping[str, str]
"""What an act names, by kind: partner, agreement, delivery, webhook, cdr, operator, alarm, ..."""

_CALLED = {
    "again": "partner",
    "agreement_id": "agreement",
    "delivery_id": "delivery",
    "webhook_id": "webhook",
    "ref": "cdr",
    "accepted": "quarantined",
}
_LONGEST = 100
_KINDS = frozenset(
    {"partner", "agreement", "delivery", "webhook", "cdr", "quarantined", "operator", "alarm"}
)
_ASKED = (
    *("party", "since", "whole", "compromised", "allowed", "announce", "currency", "role"),
    *("days", "expires_in_days", "correlation_id"),
)
"""What is told of what was asked for: nothing of it can be a secret."""
_OF_AN_ALARM = ("id", "state", "acknowledged")


def named_by(act: str, given: Mapping[str, Any]) -> Named:
    """What the parameters of a command, or the path and body of a request, name."""
    named = {_CALLED.get(name, name): value for name, value in given.items()}
    found = {kind: value for kind, value in named.items() if kind in _KINDS and value}
    if act == "operator.add":
        found["operator"] = given.get("name")
    if "one" in given and "other" in given:
        found["agreement"] = f"{given['one']}~{given['other']}"
    if "cdr_id" in given:
        found["cdr"] = f"{given['country_code']}-{given['party_id']}/{given['cdr_id']}"
    return {kind: value for kind, value in found.items() if isinstance(value, str)}


def asked_by(given: Mapping[str, Any]) -> str:
    """What else was asked for, as the record tells it."""
    said = {name: given[name] for name in _ASKED if given.get(name)}
    return told(
        {
            name: each if isinstance(each, bool | int) else storable(str(each), _LONGEST)
            for name, each in said.items()
        }
    )


def subject(hub: Hub, act: str, named: Named) -> Subject:
    """What the act is about at this moment; only its name where there is no such thing."""
    look = _SUBJECTS.get(act) or _SUBJECTS[act.partition(".")[0]]
    try:
        return look(hub, named)
    except (errors.UnknownPartner, errors.UnknownObject, errors.InvalidParameter, ValueError):
        return _unknown(next(iter(named.values()), ""))


def _unknown(name: str) -> Subject:
    return Subject(storable(name, _LONGEST))


def _partner(hub: Hub, named: Named) -> Subject:
    if "partner" not in named:
        return Subject()
    partner = hub.administration.find(named["partner"])
    return Subject(partner_id_of(partner) or partner.id, partner_shape(partner))


def _legs(_: Hub, __: Named) -> Subject:
    """What was looked for is in what was asked."""
    return Subject()


def _agreement(hub: Hub, named: Named) -> Subject:
    if "agreement" not in named:
        return Subject()
    one, _, other = named["agreement"].partition("~")
    agreement_id = Agreement.id_of(PartyId.parse(one), PartyId.parse(other))
    made = (each for each in hub.administration.agreed() if each.id == agreement_id)
    return Subject(agreement_id, next(map(agreement_shape, made), {}))


def _delivery(hub: Hub, named: Named) -> Subject:
    """All that a partner is owed is not told one by one: only whose it is."""
    if "delivery" not in named:
        return Subject(_partner(hub, named).name)
    delivery = hub.delivery_overview.find(named["delivery"])
    if delivery is None:
        return _unknown(named["delivery"])
    return Subject(delivery.id, _state_of(delivery))


def _cdr(hub: Hub, named: Named) -> Subject:
    if "cdr" not in named:
        return Subject()
    party, slash, cdr_id = named["cdr"].partition("/")
    key = ObjectKey("cdrs", PartyId.parse(party), cdr_id) if slash else named["cdr"]
    handed: CdrWithDelivery = hub.cdr_accounting.find(key, by=None)
    shape = {} if handed.delivery is None else _state_of(handed.delivery)
    return Subject(handed.filed.ref, shape)


def _webhook(hub: Hub, named: Named) -> Subject:
    if "webhook" not in named:
        return Subject()
    found = hub.webhook_subscriptions.find(named["webhook"], partner_id=None)
    return Subject(found.id, subscription_shape(found, Names.of(hub)))


def _quarantined(hub: Hub, named: Named) -> Subject:
    """Without the object: it may be about a person."""
    found = hub.quarantine.get(named.get("quarantined", ""))
    if found is None:
        return _unknown(named.get("quarantined", ""))
    return Subject(found.ref, {"module": found.module, "accepted": time_text(found.accepted_at)})


def _operator(hub: Hub, named: Named) -> Subject:
    found = hub.operator_tokens.find(named.get("operator", ""))
    return Subject(found.name, operator_shape(found))


def _alarm(hub: Hub, named: Named) -> Subject:
    """What passes by itself is no part of what an operator did."""
    found = hub.operator_alarms.find(named.get("alarm", ""))
    said = shown(found)
    return Subject(
        f"{found.kind.value} of {found.whom}", {each: said[each] for each in _OF_AN_ALARM}
    )


def _state_of(delivery: Delivery) -> Shape:
    return {"state": delivery.state.value, "receiver": delivery.receiver.spelled}


_SUBJECTS: Mapping[str, Callable[[Hub, Named], Subject]] = {
    "partner": _partner,
    "partner.quarantine": _quarantined,
    "interest": _partner,
    "agreement": _agreement,
    "delivery": _delivery,
    "cdr": _cdr,
    "webhook": _webhook,
    "operator": _operator,
    "alarm": _alarm,
    "trace": _legs,
    "journal": _legs,
    "bundle": _legs,
}
"""By the act, else by its group."""
