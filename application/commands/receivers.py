"""Who a command is for where no party is named: the operator of its location, session, reservation.

OCPI 2.3.0, message routing, open routing requests.
"""

from dataclasses import dataclass

from application.objects.reading import ObjectReader
from domain import errors
from domain.commands import lookups
from domain.commands.kinds import FoundBy
from domain.commands.requests import CommandRequest
from domain.partners.party import PartyId
from domain.ports import CommandStore


@dataclass(frozen=True)
class CommandReceivers:
    """Finds receivers among what the requester may see."""

    object_reader: ObjectReader
    commands: CommandStore

    def of(self, request: CommandRequest) -> PartyId | None:
        """The party named, else the one found, else None.

        :raises AmbiguousObject: (4001) if several operators have such a location or session.
        """
        if request.receiver is not None:
            return request.receiver
        if request.kind.found_by is FoundBy.RESERVATION:
            return self._of_reservation(request)
        if request.kind.found_by is FoundBy.LOCATION:
            return self._owner_of("locations", request.location_id, request)
        if request.kind.found_by is FoundBy.SESSION:
            return self._owner_of("sessions", request.session_id, request)
        located = self._owner_of("locations", request.location_id, request)
        return located or self._owner_of("sessions", request.session_id, request)

    def of_profile(self, operator: PartyId, session_id: str) -> PartyId:
        """Who set the profile of the operator's session (H-CP-3).

        :raises UnknownReceiver: (4001) if no party did.
        """
        made = self.commands.standing(lookups.profile(operator, session_id))
        if made is None:
            raise errors.UnknownReceiver("no party here has set a charging profile of this session")
        return made.requester.party

    def _of_reservation(self, request: CommandRequest) -> PartyId | None:
        if request.reservation_id is None:
            return None
        name = lookups.reservation(request.requester.party, request.reservation_id)
        made = self.commands.standing(name)
        return None if made is None else made.target.party

    def _owner_of(
        self, module: str, object_id: str | None, request: CommandRequest
    ) -> PartyId | None:
        if object_id is None:
            return None
        viewer = self.object_reader.viewer(request.requester.party)
        try:
            return self.object_reader.only(module, object_id, viewer=viewer).key.owner
        except errors.UnknownObject:
            return None
