"""`ocpi-hub partner`, the part that says who may speak for whom: invite, connect, approve, set.

Apart from the rest of `partner`, because these alone change what a partner is approved for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any

import click

from domain.partners.approval import EVERY_PARTY, Approved, Invited
from domain.partners.interest import Interest
from domain.partners.partner import Partner
from domain.partners.party import PartyId, Role, parse_role, spelled_key
from entrypoints.hub_api.partners.shapes import invitation_shape, partner_shape
from entrypoints.operations.acting import acts
from entrypoints.operations.interest import in_words, interest_options, named_interests
from entrypoints.operations.options import NamedOptions, options_in_words, options_of_connection
from entrypoints.operations.output import as_json, open_hub, print_json
from entrypoints.operations.words import PartyParam

NAMED = click.argument("partner", metavar="PARTNER")


def _roles(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> tuple[Invited, ...]:
    try:
        return tuple(_role(value) for value in values)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), ctx, param) from wrong


def _role(text: str) -> Invited:
    """`CPO:DE-ABC`, or `CPO:DE-*` for every party of the country."""
    name, _, party = text.partition(":")
    country_code, _, party_id = party.replace(":", "-", 1).partition("-")
    if party_id == EVERY_PARTY and len(country_code) == 2 and name.upper() in Role.__members__:
        return Invited(Role(name.upper()), PartyId(country_code, party_id))
    return Invited(*parse_role(text))


_ROLES = click.option(
    "--role",
    "roles",
    multiple=True,
    callback=_roles,
    metavar="ROLE:CC-PID",
    help="A role that it may register, such as CPO:DE-ABC; may be repeated. A hub: also CPO:DE-*.",
)
_HUB_PARTY = click.option(
    "--hub-party", type=PartyParam(), help="The other side is a hub itself, and this is its party."
)


def _check_invitation(given: Mapping[str, Any]) -> None:
    named = NamedOptions(**{each.name: given[each.name] for each in fields(NamedOptions)})
    if given["again"] is None and not (given["name"] and given["roles"]):
        raise click.UsageError("an invitation needs --name and --role")
    further = (given[name] for name in ("name", "roles", "hub_party", "announce"))
    if given["again"] is not None and (named or any(further)):
        raise click.UsageError("--again goes with --days alone: `partner set` changes the set")


@click.command()
@click.option("--name", help="What the hub's operators call the partner.")
@_ROLES
@_HUB_PARTY
@click.option("--days", type=click.IntRange(1, 365), default=14, show_default=True)
@click.option("--announce", is_flag=True, help="Tell others now that it is PLANNED.")
@click.option("--again", metavar="PARTNER", help="A new token A for a partner that the hub knows.")
@options_of_connection
@as_json
@acts("partner.invite", check=_check_invitation)
def invite(
    name: str | None,
    roles: Sequence[Invited],
    hub_party: PartyId | None,
    days: int,
    announce: bool,
    again: str | None,
    as_json: bool,
    **options: Any,
) -> str:
    """Print an invitation, to be handed over safely.

    It is one JSON object, with --json or without: id, partner_id (the first party), token (OCPI's
    token A), versions_url. With --again the old
    tokens of the partner end, and its approved set stays as it is.
    """
    life = timedelta(days=days)
    administering = open_hub().administration
    if again is not None:
        invitation = administering.invite_again(administering.find(again).id, life=life)
    else:
        invitation = administering.invite(
            name=str(name),
            roles=roles,
            hub_party=hub_party,
            life=life,
            announce=announce,
            options=NamedOptions(**options).changed(),
        )
    print_json(invitation_shape(invitation))
    return invitation.partner.id


@click.command()
@click.option("--url", required=True, help="The partner's versions URL.")
@click.option("--token", required=True, help="Token A, as the partner gave it.")
@click.option("--name", required=True, help="What the hub's operators call the partner.")
@_ROLES
@_HUB_PARTY
@options_of_connection
@as_json
@acts("partner.connect")
def connect(
    url: str,
    token: str,
    name: str,
    roles: Sequence[Invited],
    hub_party: PartyId | None,
    as_json: bool,
    **options: Any,
) -> str:
    """Register at a partner, now. Ends with 0 once registered.

    Without --role the partner awaits approval afterwards: see `approve`.
    """
    approved = Approved(tuple(roles), hub_party)
    wanted = NamedOptions(**options).changed()
    partner = open_hub().credentials_client.connect(
        name=name, url=url, token=token, approved=approved, options=wanted
    )
    said = f"registered at {partner.name} as {partner.id}: {parties_of(partner)}"
    if not partner.is_registered:
        said += f". It awaits approval: ocpi-hub partner approve {partner.id} (or reject)"
    tell(partner, as_json, said)
    return partner.id


@click.command()
@NAMED
@as_json
@acts("partner.approve")
def approve(partner: str, as_json: bool) -> None:
    """Let a partner speak for what it has named: see `waiting` in `show`."""
    hub = open_hub()
    approved = hub.approval.approve(hub.administration.find(partner).id)
    tell(approved, as_json, f"{approved.name} is approved for {parties_of(approved)}")


@click.command()
@NAMED
@as_json
@acts("partner.reject")
def reject(partner: str, as_json: bool) -> None:
    """Tell a partner that awaits approval goodbye, and cut it off."""
    hub = open_hub()
    rejected = hub.approval.reject(hub.administration.find(partner).id)
    tell(rejected, as_json, f"{rejected.name} is rejected")


def _check_set(given: Mapping[str, Any]) -> None:
    named = NamedOptions(**{each.name: given[each.name] for each in fields(NamedOptions)})
    wanted = (given[name] for name in ("roles", "hub_party", "push", "pull"))
    if not (named or any(wanted)):
        raise click.UsageError("say what to set: a role, an option, or what is pushed")


@click.command("set")
@NAMED
@_ROLES
@_HUB_PARTY
@options_of_connection
@interest_options
@as_json
@acts("partner.set", check=_check_set)
def set_(
    partner: str,
    roles: Sequence[Invited],
    hub_party: PartyId | None,
    push: Sequence[tuple[str, Interest]],
    pull: Sequence[str],
    as_json: bool,
    **options: Any,
) -> None:
    """Let a partner speak for these roles and no others, from now on; or set its options.

    Without --role and --hub-party the roles stay as they are, if an option is named. --push and
    --pull say what the partner wants pushed to it: of a module that is not named nothing changes.
    """
    named, wanted = NamedOptions(**options), named_interests(push, pull)
    hub = open_hub()
    changed = hub.administration.find(partner)
    if roles or hub_party:
        changed = hub.approval.set(changed.id, Approved(tuple(roles), hub_party))
    if named:
        changed = hub.administration.set_options(changed.id, named.changed(changed.options))
    if wanted:
        changed = hub.reader_interests.change(changed.id, wanted)
    said = [options_in_words(changed.options), *([in_words(changed.interests)] if wanted else [])]
    tell(changed, as_json, f"{changed.name} has {parties_of(changed)}; {'; '.join(said)}")


@click.command()
@NAMED
@as_json
@acts("partner.release")
def release(partner: str, as_json: bool) -> None:
    """Free the parties that a removed partner keeps from others, and those that one dropped."""
    hub = open_hub()
    freed = hub.approval.release(hub.administration.find(partner).id)
    kept = ", ".join(map(spelled_key, sorted(freed.holds))) or "nothing"
    tell(freed, as_json, f"{freed.name} keeps {kept}")


COMMANDS = (invite, connect, approve, reject, set_, release)


def tell(partner: Partner, as_json: bool, line: str) -> None:
    """The partner as JSON, or the line."""
    if as_json:
        print_json(partner_shape(partner))
        return
    click.echo(line)


def parties_of(partner: Partner) -> str:
    """`CPO DE-ABC, EMSP DE-ABC`: as registered, else as approved, else as it named itself."""
    roles = partner.roles or partner.approved.roles or partner.waiting
    return ", ".join(f"{role.role.value} {role.party.spelled}" for role in roles)
