"""Suspending a partner and letting it in again: what its record has to remember meanwhile."""

from dataclasses import dataclass, replace
from typing import Protocol

from domain import errors
from domain.delivery.deliveries import LaneId
from domain.partners.partner import Partner, PartnerState
from domain.ports import Clock, Lanes


class CatchesUp(Protocol):
    """What makes good that nothing went to the partner, or came from it, meanwhile."""

    def begin(self, partner: Partner) -> None:
        """Set off what does not wait for the sweep."""
        ...


@dataclass(frozen=True)
class Suspension:
    """Decides on the record alone, so that it can be decided again after a lost race."""

    lanes: Lanes
    clock: Clock

    def suspended(self, partner: Partner) -> Partner:
        """The partner, suspended, and behind from when the oldest that it is owed was requested.

        :raises NotRegistered: if there is no connection.
        """
        if partner.state is PartnerState.SUSPENDED:
            return partner
        if not partner.is_registered:
            raise errors.NotRegistered("the partner is not registered")
        known = (partner.behind_since, self.lanes.owed_since(LaneId(partner.id)))
        since = min((self.clock.now(), *(at for at in known if at is not None)))
        return replace(partner, state=PartnerState.SUSPENDED, behind_since=since)

    def resumed(self, partner: Partner) -> Partner:
        """The partner, let in again; it is brought into step from now on.

        :raises NotRegistered: if it is not suspended.
        """
        if partner.state is not PartnerState.SUSPENDED:
            raise errors.NotRegistered(f"{partner.name} is not suspended: {partner.state.value}")
        return replace(partner, state=PartnerState.REGISTERED, resumed_at=self.clock.now())
