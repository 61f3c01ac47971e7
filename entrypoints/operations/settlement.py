"""`ocpi-hub settlement`: what CDRs come to, and who is owed what, to the last digit (D-21)."""

from datetime import datetime

import click

from domain.documents import as_documents
from entrypoints.hub_api.cdrs.settlement import settlement_shape
from entrypoints.operations.output import as_json, open_hub, print_json, print_table
from entrypoints.operations.words import MomentParam

_SUMS = ("currency", "cdrs", "credits", "kwh", "net", "taxes", "gross", "hub_share", "due_to_cpo")
_POSITIONS = ("cpo", "emsp", "period", *_SUMS)


@click.command()
@click.option("--from", "since", type=MomentParam(), help="Accepted on that day, or at that time.")
@click.option("--to", "before", type=MomentParam(), help="Accepted before that.")
@as_json
def settlement(since: datetime | None, before: datetime | None, as_json: bool) -> None:
    """Add up CDRs by CPO, eMSP, currency and month of acceptance; then by currency.

    Credit CDRs count against the rest. Declined CDRs do not count.
    """
    found = open_hub().cdr_accounting.settlement(since=since, before=before, by=None)
    shape = settlement_shape(found, since=since, before=before)
    if as_json:
        print_json(shape)
        return
    print_table(as_documents(shape["positions"]), _POSITIONS)
    click.echo()
    print_table(as_documents(shape["totals"]), _SUMS)
