"""Passing commands and charging profiles on to operators: once at most, also after a crash.

Every command is the hub's own record before its first byte leaves. The process that sends it has
claimed it in that record first, and no process claims it again: one that dies in between costs the
command, which its requester hears of as a timeout, and never a second start of a charge.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from application.commands.receivers import CommandReceivers
from application.objects.validation import RequestValidation
from application.routing.budget import Budget
from application.routing.passed import Passed, Relayed
from application.routing.relay import RequestRelay
from domain import errors
from domain.commands import lifetimes
from domain.commands.kinds import Refusal
from domain.commands.records import CommandRecord
from domain.commands.requests import CommandRequest, Side, Unsent
from domain.commands.results import CommandResponse
from domain.deciding_again import until_written
from domain.documents import JsonValue, as_document
from domain.errors import Problem
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId
from domain.ports import (
    AddressGuard,
    Clock,
    CommandStore,
    Counters,
    FailPoints,
    Json,
    Schemas,
    Secrets,
    Wake,
)


class _Made(NamedTuple):
    """A command, and what of it is to be sent."""

    command: CommandRecord
    unsent: Unsent


@dataclass(frozen=True)
class CommandSender:
    """`callback_base` is the absolute URL of the hub's SENDER interfaces."""

    commands: CommandStore
    command_receivers: CommandReceivers
    request_relay: RequestRelay
    schemas: Schemas
    request_validation: RequestValidation
    guard: AddressGuard
    secrets: Secrets
    json: Json
    wake: Wake
    counters: Counters
    fail_points: FailPoints
    clock: Clock
    callback_base: str

    def ask(self, request: CommandRequest) -> Relayed | Refusal:
        """Pass it on now, and bring back the operator's own answer (H-CM-5).

        :raises InvalidDocument: (2001) nothing is passed on that breaks its schema, or has another
            provider's token, or a `response_url` that the hub may not call.
        :raises UnknownReceiver, AmbiguousObject: (4001) if no operator can be told.
        :raises ReceiverAway, ReceiverTimedOut, ReceiverFailed: as relaying does.
        """
        self._check_request(request, request.document)
        found = self._find_receiver(request)
        if isinstance(found, Refusal):
            return found
        partner = self._platform_of(found, to=request.requester.party, module=request.kind.module)
        made = self._make_command(request, Side(partner.id, found), even_if_nowhere=False)
        self.fail_points.reach("unwritten")
        claimed = self.commands.save(made.command.claimed(now=made.command.created_at))
        return self._send_and_record(claimed, _passed_on(claimed, made.unsent), partner)

    def begin(self, request: CommandRequest) -> CommandRecord | Refusal:
        """Keep it to be sent by a worker, at once; its state can be asked for by its id (D-10).

        Without a `response_url` its result is held until the requester asks.

        :raises InvalidDocument, UnknownReceiver, AmbiguousObject, ReceiverAway: as `ask` does.
        """
        self._check_request(request, request.document_with(self.callback_base))
        found = self._find_receiver(request)
        if isinstance(found, Refusal):
            return found
        partner = self._platform_of(found, to=request.requester.party, module=request.kind.module)
        target = Side(partner.id, found)
        made = self._make_command(request, target, even_if_nowhere=not request.kind.is_custom)
        saved = self.commands.save(made.command)
        self.fail_points.reach("written")
        self.wake.command(saved.id)
        return saved

    def send(self, command_id: str) -> None:
        """Send what was begun, if no process has and it is not too late. Safe to repeat."""
        command = self.commands.get(command_id)
        if command is None or command.unsent is None:
            return
        try:
            claimed = self.commands.save(command.claimed(now=self.clock.now()))
        except (errors.RecordChanged, errors.TooLate):
            return
        passed = _passed_on(claimed, command.unsent)
        try:
            partner = self._platform_of(passed.receiver, to=passed.sender, module=passed.module)
            if partner.id != claimed.target.partner_id:
                raise errors.ReceiverAway(f"{passed.receiver.spelled} is at another platform now")
        except errors.HubError as unsendable:
            self._record_failure(claimed, unsendable)
            return
        with suppress(errors.HubError):  # It is in the record what went wrong.
            self._send_and_record(claimed, passed, partner)

    def _check_request(self, request: CommandRequest, document: JsonValue) -> None:
        if request.kind.request is not None:
            self.request_validation.check(
                request.kind.request, document, by=request.requester.partner_id
            )
        request.check_query()
        request.check_owner_of_token()
        if request.response_url is None:
            return
        try:
            self.guard.check(request.response_url)
        except errors.AddressRefused as refused:
            problem = Problem("response_url", str(refused))
            raise errors.InvalidDocument((problem,)) from refused

    def _find_receiver(self, request: CommandRequest) -> PartyId | Refusal:
        receiver = self.command_receivers.of(request)
        if receiver is not None:
            return receiver
        if request.kind.refusal is None:
            raise errors.UnknownReceiver(f"name the receiver of {request.kind.name} in OCPI-to")
        return request.kind.refusal

    def _platform_of(self, receiver: PartyId, *, to: PartyId, module: str) -> Partner:
        return self.request_relay.platform_of(receiver, module, Interface.RECEIVER, to=to)

    def _make_command(
        self, request: CommandRequest, target: Side, *, even_if_nowhere: bool
    ) -> _Made:
        """The command, with the hub's own URL in what is to be sent."""
        command_id = self.secrets.new_token()
        url = f"{self.callback_base}/{request.kind.callback(command_id)}"
        rewritten = request.answering_to(url, even_if_nowhere=even_if_nowhere)
        command = CommandRecord.of(
            rewritten,
            id=command_id,
            target=target,
            response_url=request.response_url,
            now=self.clock.now(),
        )
        return _Made(command, rewritten.unsent)

    def _send_and_record(self, command: CommandRecord, passed: Passed, partner: Partner) -> Relayed:
        until = command.created_at + lifetimes.SEND_WITHIN
        budget = Budget(self.request_relay.deadline_s, until=until)
        self.fail_points.reach("leased")
        try:
            relayed = self.request_relay.relay_to(partner, passed, budget)
        except errors.HubError as failure:
            self._record_failure(command, failure)
            raise
        self.fail_points.reach("read")
        response = self._response_in(command, relayed)
        if response is None:
            self._record(command, lambda held: held.failed("no response", now=self.clock.now()))
        else:
            self._record(command, lambda held: held.answered(response))
        return relayed

    def _response_in(self, command: CommandRecord, relayed: Relayed) -> CommandResponse | None:
        if relayed.body is None or relayed.code is None:
            return None
        data = as_document(self.json.parse(relayed.body)).get("data")
        try:
            self.schemas.check(command.kind.response, data)
        except errors.InvalidDocument:
            self.counters.count("odd_responses", command=command.name)
        now: datetime = self.clock.now()
        return CommandResponse.read(data, code=relayed.code, at=now, body=self.json.dump(data))

    def _record_failure(self, command: CommandRecord, failure: errors.HubError) -> None:
        self._record(command, lambda held: held.failed(str(failure), now=self.clock.now()))

    def _record(
        self, command: CommandRecord, change: Callable[[CommandRecord], CommandRecord]
    ) -> None:
        """Write down what came of it; the answer is the requester's even if that fails."""

        def write() -> None:
            held = self.commands.get(command.id)
            if held is not None:
                self.commands.save(change(held))

        try:
            until_written(write, "the command changes")
        except (errors.StoreUnavailable, errors.OutOfTurn):
            self.counters.count("commands_not_noted", command=command.name)


def _passed_on(command: CommandRecord, unsent: Unsent) -> Passed:
    return Passed(
        method=command.kind.method,
        module=command.module,
        interface=Interface.RECEIVER,
        suffix=unsent.suffix,
        query=unsent.query,
        body=unsent.body,
        correlation_id=command.correlation_id,
        requester=command.requester.partner_id,
        sender=command.requester.party,
        receiver=command.target.party,
        about=f"command/{command.id}",
    )
