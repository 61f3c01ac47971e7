"""Changing a partner that another process may change at the same moment."""

from collections.abc import Callable

from domain.deciding_again import until_written
from domain.partners.partner import Partner
from domain.ports import PartnerStore


def change_partner(
    partners: PartnerStore, partner_id: str, change: Callable[[Partner], Partner]
) -> Partner:
    """The partner as saved after `change` of what it is at this moment; no write if it is the same.

    No process uses what it was before when this returns: also where another has just written it.

    :raises UnknownPartner: if there is none. :raises StoreUnavailable: as until_written.
    """

    def write() -> Partner:
        held = partners.get(partner_id)
        changed = change(held)
        if changed != held:
            return partners.save(changed)
        partners.outdate()
        return held

    return until_written(write, "the partner changes")
