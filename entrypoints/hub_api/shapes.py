"""How the hub's own things look outside, in every room: to the hub API and the command line."""

from collections.abc import Mapping
from datetime import datetime

from domain.documents import JsonValue
from domain.partners.party import PartyId
from domain.times import format_time

Shape = Mapping[str, JsonValue]


def party_text(party: PartyId) -> str:
    """`DE-ABC`."""
    return party.spelled


def time_text(moment: datetime | None) -> str | None:
    """As OCPI writes times."""
    return None if moment is None else format_time(moment)
