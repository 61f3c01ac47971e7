"""Events of commands: what became of each is told to subscribers of either side (D-10, D-12).

The command's own record is the outbox, as a CDR's delivery is for its events.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from application.partners.directories import Directories
from application.webhooks.subscribers import Subscribers
from domain import errors
from domain.commands.records import CommandRecord
from domain.delivery.deliveries import DeliveryRequest
from domain.objects.stored import ObjectKey, UnseenChange
from domain.partners.party import PartyId
from domain.ports import Clock, CommandStore, DeliveryQueue, Wake
from domain.webhooks.events import EventType, Subscription

_AT_ONCE = 200


@dataclass(frozen=True)
class CommandEvents:
    """Marks subscribers; each status may be marked twice and is told once."""

    hub: PartyId
    subscribers: Subscribers
    commands: CommandStore
    deliveries: DeliveryQueue
    directories: Directories
    wake: Wake
    clock: Clock

    def sweep(self) -> int:
        """Mark for results that no subscriber was told of yet; how many commands that were."""
        untold = self.commands.untold(limit=_AT_ONCE)
        if not untold:
            return 0
        live = {partner.id for partner in self.directories.read().registered}
        wanting = [
            each for each in self.subscribers.told() if EventType.COMMAND_RESULT in each.events
        ]
        marks = [
            self._mark(command, to) for command in untold for to in _of(command, wanting, live)
        ]
        if marks:
            self.deliveries.mark(marks, now=self.clock.now())
        for command in untold:
            with suppress(errors.RecordChanged):
                self.commands.save(command.told())
        if marks:
            self.wake.pump()
        return len(untold)

    def _mark(self, command: CommandRecord, subscription: Subscription) -> DeliveryRequest:
        """A command's id is a secret of two sides, and has letters of both cases: no key has it."""
        named = sha256(command.id.encode()).hexdigest()[:32]
        return DeliveryRequest(
            lane=subscription.lane,
            receiver=self.hub,
            key=ObjectKey(command.module, command.target.party, named),
            revision=command.revision,
            missed=UnseenChange(scope=(), correlation_id=command.id),
            event=EventType.COMMAND_RESULT.value,
        )


def _of(
    command: CommandRecord, subscriptions: Iterable[Subscription], live: set[str]
) -> list[Subscription]:
    """Those of either side, as long as its platform is there, and the operators'."""
    sides = {command.requester.partner_id, command.target.partner_id} & live
    return [each for each in subscriptions if each.partner_id is None or each.partner_id in sides]
