"""`ocpi-hub webhook`: who is told of events without speaking OCPI (D-12)."""

import click

from domain.delivery.what import EventType
from entrypoints.hub_api.forms import fill_in
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.webhooks.forms import WebhookForm
from entrypoints.hub_api.webhooks.shapes import subscribed_shape, subscription_shape
from entrypoints.operations.acting import acts
from entrypoints.operations.output import as_json, open_hub, print_json, print_one, print_table, say

_COLUMNS = ("id", "partner", "url", "events", "created", "over_cap")


@click.group()
def commands() -> None:
    """Tell others of events by HTTP, signed by the Standard Webhooks scheme."""


@commands.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List every webhook, oldest first; those without a partner are the operators'."""
    hub = open_hub()
    names, over_cap = Names.of(hub), hub.webhook_subscriptions.over_cap()
    found = hub.webhook_subscriptions.of(None)
    shapes = [subscription_shape(each, names, over_cap) for each in found]
    if as_json:
        print_json(shapes)
        return
    owners = [each.partner_id and names.in_short(each.partner_id) for each in found]
    rows = [{**each, "partner": owner} for each, owner in zip(shapes, owners, strict=True)]
    print_table(rows, _COLUMNS)


@commands.command()
@click.argument("webhook", metavar="ID")
@as_json
def show(webhook: str, as_json: bool) -> None:
    """Show one webhook, without its secret."""
    hub = open_hub()
    found = hub.webhook_subscriptions.find(webhook, partner_id=None)
    shape = subscription_shape(found, Names.of(hub), hub.webhook_subscriptions.over_cap())
    print_one(shape, as_json=as_json)


@commands.command()
@click.option("--url", required=True, help="Where events are POSTed; https, but for trying out.")
@click.option(
    "--event",
    "events",
    required=True,
    multiple=True,
    type=click.Choice([event.value for event in EventType]),
    help="May be repeated.",
)
@click.option("--partner", help="On behalf of a partner, told of its own alone; else of all.")
@as_json
@acts("webhook.add")
def add(url: str, events: tuple[str, ...], partner: str | None, as_json: bool) -> str:
    """Subscribe a URL, and print the secret that its signatures are verified by, this once."""
    form = fill_in(WebhookForm(), {"url": url, "events": list(events)})
    hub = open_hub()
    partner_id = None if partner is None else hub.administration.find(partner).id
    wanted = [EventType(event) for event in form["events"]]
    made = hub.webhook_subscriptions.subscribe(form["url"], wanted, partner_id=partner_id)
    print_one(subscribed_shape(made, Names.of(hub)), as_json=as_json)
    return made.subscription.id


@commands.command()
@click.argument("webhook", metavar="ID")
@as_json
@acts("webhook.remove")
def remove(webhook: str, as_json: bool) -> None:
    """End a webhook; what was still to be told is not told any more."""
    open_hub().webhook_subscriptions.unsubscribe(webhook, partner_id=None)
    say({"id": webhook}, as_json, f"{webhook} is ended")
