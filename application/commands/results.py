"""Taking an operator's result of a command, and passing it on to the command's requester.

It is saved first, then answered: from there on the hub owes it, for as long as the requester waits.
It goes out again only where it certainly was not received.
"""

from contextlib import suppress
from dataclasses import dataclass

from application.routing.budget import Budget
from application.routing.passed import Passed, Relayed
from application.routing.relay import RequestRelay
from domain import errors
from domain.commands.records import CommandRecord
from domain.commands.results import Passing, result_in, word_of
from domain.deciding_again import until_written
from domain.documents import Document
from domain.partners.party import Interface
from domain.ports import Clock, CommandStore, Counters, FailPoints, Schemas

_DEADLINE_S = 5.0
_CONNECT_S = 1.0
"""Less than a relay's: the operator waits for its own answer meanwhile."""


@dataclass(frozen=True)
class Arrived:
    """A result as it came to the hub's own URL: `document` is its parsed body."""

    command_id: str
    partner_id: str
    body: bytes
    document: Document
    correlation_id: str


@dataclass(frozen=True)
class CommandResults:
    """A result has its effect once, however often it comes."""

    commands: CommandStore
    request_relay: RequestRelay
    schemas: Schemas
    counters: Counters
    fail_points: FailPoints
    clock: Clock

    def take(self, arrived: Arrived) -> CommandRecord:
        """Keep the result and try to pass it on at once. Safe to repeat.

        :raises UnknownObject: (404) if there is no such URL any more, or it is another platform's.
        :raises InvalidDocument: (2001) if it says no result.
        """
        result = result_in(arrived.document)
        self.fail_points.reach("unwritten")
        command = self._keep_result(arrived, result)
        self.fail_points.reach("written")
        with suppress(errors.HubError):  # It is kept: the sweeper goes on with it.
            self.forward(command)
        return command

    def forward(self, command: CommandRecord) -> None:
        """Pass on the first result that is owed; no other process does at the same time.

        :raises OutOfTurn, RecordChanged: if another process has taken it, or it is too late.
        """
        place = command.owed()
        if place is None:
            return
        result = command.results[place].claimed(now=self.clock.now())
        claimed = self.commands.save(command.with_passing(place, result))
        self.fail_points.reach("leased")
        try:
            relayed = self._called_back(claimed, place)
        except errors.ReceiverAway:
            self._record_passing(claimed, place, None)
        except (errors.ReceiverTimedOut, errors.ReceiverFailed):
            self._record_passing(claimed, place, Passing.UNSURE)
        else:
            self.fail_points.reach("read")
            is_well = relayed.code is not None and 1000 <= relayed.code < 2000
            self._record_passing(claimed, place, Passing.FORWARDED if is_well else Passing.REFUSED)

    def _keep_result(self, arrived: Arrived, result: Document) -> CommandRecord:
        word = word_of(result)

        def write() -> CommandRecord:
            command = self._asked_of(arrived)
            if not command.takes(word):
                self.counters.count("repeated_results", command=command.name)
                return command
            self._look_at(command, result)
            kept = command.with_result(
                word, arrived.body, correlation_id=arrived.correlation_id, now=self.clock.now()
            )
            return self.commands.save(kept)

        return until_written(write, "the command changes")

    def _asked_of(self, arrived: Arrived) -> CommandRecord:
        command = self.commands.get(arrived.command_id)
        if (
            command is None
            or command.unsent is not None
            or command.target.partner_id != arrived.partner_id
            or self.clock.now() >= command.expires
        ):
            raise errors.UnknownObject("nothing is expected at this URL")
        return command

    def _look_at(self, command: CommandRecord, result: Document) -> None:
        """A result that breaks its schema is counted, and passed on all the same (H-CP-2)."""
        try:
            self.schemas.check(command.kind.result, result)
        except errors.InvalidDocument:
            self.counters.count("odd_results", command=command.name)

    def _called_back(self, command: CommandRecord, place: int) -> Relayed:
        result = command.results[place]
        passed = Passed(
            method="POST",
            module=command.module,
            interface=Interface.SENDER,
            suffix="",
            query="",
            body=result.body,
            correlation_id=result.correlation_id,
            requester=command.target.partner_id,
            sender=command.target.party,
            receiver=command.requester.party,
            about=f"command/{command.id}",
        )
        return self.request_relay.call_back(
            passed,
            command.response_url or "",
            partner_id=command.requester.partner_id,
            budget=Budget(_DEADLINE_S, _CONNECT_S, until=result.forward_by),
        )

    def _record_passing(self, command: CommandRecord, place: int, passing: Passing | None) -> None:
        """Write down how it went, None: unsent. Only the process that claimed it changes it."""
        now = self.clock.now()

        def write() -> None:
            held = self.commands.get(command.id)
            if held is not None:
                sending = held.results[place]
                result = sending.unsent(now=now) if passing is None else sending.settled(passing)
                self.commands.save(held.with_passing(place, result))

        until_written(write, "the command changes")
