"""Webhooks: who is told of events without speaking OCPI; a partner's own, for operators all (D-12).

A URL is looked at when it is written here, its addresses each time that something is sent there.
"""

from collections.abc import Mapping
from typing import Any

from application.hub import Hub
from domain import errors
from domain.delivery.what import EventType
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.forms import fill_in
from entrypoints.hub_api.listing import cut
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.webhooks.forms import WebhookForm
from entrypoints.hub_api.webhooks.shapes import subscribed_shape, subscription_shape
from entrypoints.ocpi.replies import Reply, of_value


def list_webhooks(hub: Hub, call: HubApiCall) -> Reply:
    """GET: the subscriptions, oldest first, without their secrets."""
    found, over_cap = (
        hub.webhook_subscriptions.of(_partner(call)),
        hub.webhook_subscriptions.over_cap(),
    )
    names = Names.of(hub)
    return cut(call, [subscription_shape(each, names, over_cap) for each in found])


def add_webhook(hub: Hub, call: HubApiCall) -> Reply:
    """POST: these events go there from now on; the secret is in this answer and nowhere else."""
    form = fill_in(WebhookForm(), call.json_object())
    events = [EventType(event) for event in form["events"]]
    made = hub.webhook_subscriptions.subscribe(
        form["url"], events, partner_id=_on_behalf(hub, call, form)
    )
    return of_value(subscribed_shape(made, Names.of(hub)), status=201)


def get_webhook(hub: Hub, call: HubApiCall) -> Reply:
    """GET of one."""
    found = hub.webhook_subscriptions.find(call.path["webhook_id"], partner_id=_partner(call))
    return of_value(subscription_shape(found, Names.of(hub), hub.webhook_subscriptions.over_cap()))


def remove_webhook(hub: Hub, call: HubApiCall) -> Reply:
    """DELETE: nothing goes there any more, not even what was still to be told."""
    hub.webhook_subscriptions.unsubscribe(call.path["webhook_id"], partner_id=_partner(call))
    return Reply()


def _on_behalf(hub: Hub, call: HubApiCall, form: Mapping[str, Any]) -> str | None:
    """Whose it is: the caller's; the operator may name a partner, and it is told of its own."""
    if form["partner"] is None:
        return _partner(call)
    if call.caller is not None:
        raise errors.WrongToken("partner: the operator's token may name one; leave it out")
    return hub.administration.find(form["partner"]).id


def _partner(call: HubApiCall) -> str | None:
    return None if call.caller is None else call.caller.id
