"""`ocpi-hub why`: what was looked at, the one reason, and what to do about it."""

import click

from application.explaining.story import Explanation, Outcome
from domain.partners.party import PartyId
from entrypoints.hub_api.explaining.shapes import explanation_shape
from entrypoints.hub_api.explaining.why import object_named, token_typed
from entrypoints.operations.objects import key_of
from entrypoints.operations.output import as_json, in_words, open_hub, print_json
from entrypoints.operations.words import PartyParam

_TOKENS = "tokens"
_TYPE = click.option("--type", "token_type", help="Of a token: RFID unless given.")
_ANSWERS = {Outcome.YES: "Yes", Outcome.NOT_YET: "Not yet", Outcome.NO: "No"}


@click.group()
def commands() -> None:
    """Say why a party gets an object, sees a party, is asked or charged, or why not.

    The checks come in the order in which the hub makes them; the last one decides.
    """


@commands.command("object")
@click.argument("object", metavar="MODULE/DE-ABC/ID")
@click.option("--to", type=PartyParam(), required=True, help="The party that should get it.")
@_TYPE
@as_json
def object_(object: str, to: PartyId, token_type: str | None, as_json: bool) -> None:
    """Why does a party get an object, such as locations/DE-ABC/LOC1, or why not?"""
    key = object_named(object, token_type)
    _print(open_hub().object_explainer.explain(key, to=to, by=None), as_json)


@commands.command("party")
@click.argument("party", type=PartyParam(), metavar="DE-ABC")
@click.option("--to", type=PartyParam(), required=True, help="The party that should see it.")
@as_json
def party_(party: PartyId, to: PartyId, as_json: bool) -> None:
    """Why does a party see another one, or why not?"""
    _print(open_hub().party_explainer.explain(party, to=to, by=None), as_json)


@commands.command("token")
@click.argument("token", metavar="NL-MS1/UID")
@click.option("--at", type=PartyParam(), required=True, help="The CPO where the driver stands.")
@_TYPE
@as_json
def token_(token: str, at: PartyId, token_type: str | None, as_json: bool) -> None:
    """Why is a token's owner asked when a CPO authorizes without naming it, or why not?"""
    typed = token_typed(key_of(_TOKENS, token), token_type)
    _print(open_hub().token_explainer.explain(typed, at=at, by=None), as_json)


@commands.command("cdr")
@click.argument("cdr", metavar="DE-ABC/ID")
@click.option("--to", type=PartyParam(), help="The party that should be charged.")
@as_json
def cdr_(cdr: str, to: PartyId | None, as_json: bool) -> None:
    """Whom does a CDR charge, and why is it, or is it not, delivered?"""
    _print(open_hub().cdr_explainer.explain(key_of("cdrs", cdr), to=to, by=None), as_json)


def _print(explained: Explanation, as_json: bool) -> None:
    if as_json:
        print_json(explanation_shape(explained))
        return
    click.echo(in_words(explained.question))
    *before, decided = explained.checks
    for check in before:
        click.echo(f"  ok  {check.name.ljust(12)}{in_words(check.said)}")
    click.echo(f"{_ANSWERS[explained.outcome]}: {in_words(decided.said)} ({decided.name})")
    if decided.advice:
        click.echo(f"What to do: {in_words(decided.advice)}")
