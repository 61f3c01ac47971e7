"""Deciding again where another process has changed the record meanwhile.

A write that lost the race is nothing that a partner or an operator can mend: the use case reads the
record again and decides on what it says now.
"""

from collections.abc import Callable
from typing import TypeVar

from domain import errors
from domain.partners.partner import Partner
from domain.ports import PartnerStore

_MOST_TRIES = 50
_Written = TypeVar("_Written")


def until_written(write: Callable[[], _Written], what: str) -> _Written:
    """What `write` returns, called again while it raises RecordChanged. It reads and saves `what`.

    :raises StoreUnavailable: after fifty lost races.
    """
    for _ in range(_MOST_TRIES):
        try:
            return write()
        except errors.RecordChanged:
            continue
    raise errors.StoreUnavailable(f"{what} changes faster than it can be written")


def change_partner(
    partners: PartnerStore, partner_id: str, change: Callable[[Partner], Partner]
) -> Partner:
    """The partner as saved after `change` of what it is at this moment; no write if it is the same.

    :raises UnknownPartner: if there is none. :raises StoreUnavailable: as until_written.
    """

    def write() -> Partner:
        held = partners.get(partner_id)
        changed = change(held)
        return held if changed == held else partners.save(changed)

    return until_written(write, "the partner")
