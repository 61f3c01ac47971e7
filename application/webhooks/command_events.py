"""Events of commands: what became of each is told to subscribers of either side (D-10, D-12).

The command's own record is the outbox, as a CDR's delivery is for its events.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from application.partners.directories import Directories
from application.webhooks.subscribers import Subscribers
from domain import errors
from domain.commands.records import CommandRecord
from domain.delivery.deliveries import DeliveryRequest
from domain.delivery.what import AboutCommand, Event, EventType
from domain.partners.party import PartyId
from domain.ports import Clock, CommandStore, DeliveryQueue, Wake
from domain.webhooks.events import Subscription

_AT_ONCE = 200


@dataclass(frozen=True)
class CommandEvents:
    """Requests deliveries for subscribers; each status may be requested twice and is told once."""

    hub: PartyId
    subscribers: Subscribers
    commands: CommandStore
    queue: DeliveryQueue
    directories: Directories
    wake: Wake
    clock: Clock

    def sweep(self) -> int:
        """Request the results that no subscriber was told of yet; how many commands that were."""
        untold = self.commands.untold(limit=_AT_ONCE)
        if not untold:
            return 0
        live = {partner.id for partner in self.directories.known().registered}
        wanting = [
            each for each in self.subscribers.told() if EventType.COMMAND_RESULT in each.events
        ]
        requests = [
            self._request(command, to) for command in untold for to in _of(command, wanting, live)
        ]
        if requests:
            self.queue.owe(requests, now=self.clock.now())
        for command in untold:
            with suppress(errors.RecordChanged):
                self.commands.save(command.told())
        if requests:
            self.wake.pump()
        return len(untold)

    def _request(self, command: CommandRecord, subscription: Subscription) -> DeliveryRequest:
        about = AboutCommand(command.id, command.module, command.target.party)
        return DeliveryRequest(
            lane=subscription.lane,
            receiver=self.hub,
            what=Event(EventType.COMMAND_RESULT, about),
            revision=command.revision,
        )


def _of(
    command: CommandRecord, subscriptions: Iterable[Subscription], live: set[str]
) -> list[Subscription]:
    """Those of either side, as long as its platform is there, and the operators'."""
    sides = {command.requester.partner_id, command.target.partner_id} & live
    return [each for each in subscriptions if each.partner_id is None or each.partner_id in sides]
