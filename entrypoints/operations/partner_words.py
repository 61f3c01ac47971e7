"""One partner as people read it: a line for each fact, then its endpoints."""

import click

from domain.documents import JsonValue, as_document, as_documents
from domain.partners.partner import Partner
from entrypoints.hub_api.partners.shapes import partner_shape
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations import interest
from entrypoints.operations.options import options_in_words
from entrypoints.operations.output import print_one, print_table

_TABLES = ("pulled", "endpoints")
"""What is a table below the lines, and no line."""


def print_partner(partner: Partner) -> None:
    """All that `--json` has, but for what the table of its pulls says."""
    shape = partner_shape(partner)
    lines = {name: value for name, value in shape.items() if name not in _TABLES}
    words: Shape = {
        "roles": _roles(shape["roles"]),
        "invited": _roles(shape["invited"]),
        "approved": _approved(shape["approved"]),
        "waiting": _approved(shape["waiting"]),
        "options": options_in_words(partner.options),
        "interest": interest.in_words(partner.interests),
    }
    print_one({**lines, **words}, as_json=False)
    if endpoints := as_documents(shape["endpoints"]):
        click.echo()
        print_table(endpoints, ("identifier", "role", "url", "fault"))


def _roles(roles: JsonValue) -> str:
    return ", ".join(
        f"{each['role']} {each['country_code']}-{each['party_id']}" for each in as_documents(roles)
    )


def _approved(approved: JsonValue) -> str:
    named = as_document(approved)
    hub = named["hub_party"]
    return ", ".join(filter(None, (_roles(named["roles"]), f"the hub {hub}" if hub else "")))
