"""What pulling came to as it looks outside: list by list, with what did not come.

Apart from the other shapes, because both the operators' commands and the hub API tell it.
"""

from collections.abc import Iterable

from domain.objects.pulls import ListRead
from domain.partners.partner import Partner
from entrypoints.hub_api.partner_shapes import partner_shape
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


def partner_with_pulls(partner: Partner, reads: Iterable[ListRead]) -> Shape:
    """A partner, and how far each of its lists is read."""
    return {**partner_shape(partner), "pulls": [pulled_shape(read) for read in reads]}
