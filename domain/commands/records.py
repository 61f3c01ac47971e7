"""A command's life, as the hub keeps it: asked, sent once at most, answered, its result, its end.

The hub's own record: partners see of it what the hub API shows. Every step is a pure
transition that is written by compare-and-set, so each step is taken once, also after a crash or
a second request. Charging profiles are the same, of other kinds.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain import errors
from domain.commands import lifetimes, lookups
from domain.commands.kinds import (
    ACCEPTED,
    CANCELED_RESERVATION,
    PROFILES,
    RESERVE_NOW,
    CommandKind,
    kind_of,
)
from domain.commands.phases import Phase, Step
from domain.commands.requests import CommandRequest, Side, Unsent
from domain.commands.results import CommandResponse, CommandResult, Passing

TIMEOUT = "TIMEOUT"
FAILED = "FAILED"


@dataclass(frozen=True)
class CommandRecord:
    """`id` cannot be guessed: it is in the URL that the operator answers to.

    `response_url` is the requester's own, None: results are held for it. `deadline` is when the
    present phase ends by itself, `expires` when the hub's URL does, `kept_until` when the record
    goes. `reason`: why it failed. `untold`: statuses that subscribers have not been told of yet.
    """

    id: str
    module: str
    name: str
    requester: Side
    target: Side
    response_url: str | None
    correlation_id: str
    created_at: datetime
    deadline: datetime
    expires: datetime
    kept_until: datetime
    steps: tuple[Step, ...]
    phase: Phase = Phase.PENDING
    location_id: str | None = None
    session_id: str | None = None
    reservation_id: str | None = None
    unsent: Unsent | None = None
    response: CommandResponse | None = None
    results: tuple[CommandResult, ...] = ()
    reason: str = ""
    untold: tuple[str, ...] = ()
    revision: int = 0

    @classmethod
    def of(
        cls,
        request: CommandRequest,
        *,
        id: str,
        target: Side,
        response_url: str | None,
        now: datetime,
    ) -> "CommandRecord":
        """One that is to be sent as `request` says, and was not yet."""
        expires = lifetimes.url_expires(request, now=now)
        return cls(
            id=id,
            module=request.kind.module,
            name=request.kind.name,
            requester=request.requester,
            target=target,
            response_url=response_url,
            correlation_id=request.correlation_id,
            created_at=now,
            deadline=now + lifetimes.SEND_WITHIN,
            expires=expires,
            kept_until=expires,
            steps=(Step(Phase.PENDING.value, now),),
            location_id=request.location_id,
            session_id=request.session_id,
            reservation_id=request.reservation_id,
            unsent=request.unsent,
        )

    @property
    def kind(self) -> CommandKind:
        return kind_of(self.module, self.name)

    @property
    def status(self) -> str:
        """PENDING, SENT, the response's result, the last result, FAILED or TIMEOUT."""
        return self.steps[-1].status

    @property
    def awaits(self) -> bool:
        """Whether something is still to come that its deadline is for."""
        return self.phase in (Phase.PENDING, Phase.SENT) or (
            self.phase is Phase.ANSWERED and self.status == ACCEPTED
        )

    @property
    def due(self) -> datetime | None:
        """When the sweeper has to look at it, None: not any more."""
        moments = [result.due for result in self.results if result.due is not None]
        if self.phase is Phase.PENDING:
            moments.append(min(self.created_at + lifetimes.LEFT_BEHIND, self.deadline))
        elif self.awaits:
            moments.append(self.deadline)
        return min(moments, default=None)

    @property
    def standing(self) -> str | None:
        """What it is looked up by as long as it holds: a reservation, or a session's profile."""
        refused = self.response is not None and self.response.result != ACCEPTED
        if refused or self.phase is Phase.PENDING:
            return None
        if self.name == RESERVE_NOW and self.reservation_id is not None:
            return lookups.reservation(self.requester.party, self.reservation_id)
        if (self.module, self.name) != (PROFILES, "PUT") or self.session_id is None:
            return None
        unset = any(result.result != ACCEPTED for result in self.results)
        is_set = self.response is not None and not unset
        return lookups.profile(self.target.party, self.session_id) if is_set else None

    def claimed(self, *, now: datetime) -> "CommandRecord":
        """Taken to be sent, by this caller alone: no other may from now on.

        :raises OutOfTurn: if another process took it before. :raises TooLate: after its deadline.
        """
        self._expect(Phase.PENDING)
        if now >= self.deadline:
            raise errors.TooLate("the command's deadline has passed")
        until = now + lifetimes.RESPONSE_WITHIN
        sent = replace(self, phase=Phase.SENT, unsent=None, deadline=until)
        return sent._at(Phase.SENT.value, now)

    def answered(self, response: CommandResponse) -> "CommandRecord":
        """The operator has answered; its `timeout` runs from now.

        A result that was quicker stays what the command came to.

        :raises OutOfTurn: if it was answered before, or never sent.
        """
        self._expect(Phase.SENT, Phase.DONE, Phase.TIMEOUT, unanswered=True)
        told = replace(self, response=response, deadline=response.deadline)._remembered()
        if self.phase is Phase.DONE:
            return told
        answered = replace(told, phase=Phase.ANSWERED)._at(response.result, response.at)
        return answered if response.result == ACCEPTED else answered._to_be_told()

    def failed(self, reason: str, *, now: datetime) -> "CommandRecord":
        """It could not be sent, or brought no usable answer; a result may come all the same.

        :raises OutOfTurn: if it was answered before, or never sent.
        """
        self._expect(Phase.SENT, Phase.DONE, Phase.TIMEOUT, unanswered=True)
        failed = replace(self, reason=reason, deadline=now + lifetimes.RESULT_WITHIN)
        if self.phase is Phase.DONE:
            return failed
        return replace(failed, phase=Phase.FAILED)._at(FAILED, now)._to_be_told()

    def takes(self, result: str) -> bool:
        """Whether this result has an effect: the first one, and a reservation's end once (CM-4)."""
        if not self.results:
            return True
        cancels = self.name == RESERVE_NOW and result == CANCELED_RESERVATION
        return cancels and all(each.result != CANCELED_RESERVATION for each in self.results)

    def with_result(
        self, result: str, body: bytes, *, correlation_id: str, now: datetime
    ) -> "CommandRecord":
        """The result is here, and owed to the requester until the deadline.

        A reservation may be cancelled for as long as it is known.

        :raises OutOfTurn: if it has no effect any more, or nothing was ever sent.
        """
        if self.phase is Phase.PENDING or not self.takes(result):
            raise errors.OutOfTurn(f"no result is expected: the command is {self.status}")
        cancels = self.name == RESERVE_NOW and result == CANCELED_RESERVATION
        received = CommandResult.received(
            result,
            body,
            correlation_id=correlation_id,
            forward_by=self.expires if cancels else self.deadline,
            now=now,
        )
        kept = received if self.response_url is not None else received.held()
        done = replace(self, phase=Phase.DONE, results=(*self.results, kept))
        return done._at(result, now)._to_be_told()

    def with_passing(self, place: int, result: CommandResult) -> "CommandRecord":
        """The same with the result at this place, as it is on its way now."""
        results = (*self.results[:place], result, *self.results[place + 1 :])
        return replace(self, results=results)

    def overdue(self, *, now: datetime) -> "CommandRecord":
        """What time alone makes of it (H-CM-5): itself, where nothing is over."""
        results = tuple(result.overdue(now=now) for result in self.results)
        same = replace(self, results=results)
        if not self.awaits or now < self.deadline:
            return same
        ended = replace(same, phase=Phase.TIMEOUT, unsent=None)
        return ended._at(TIMEOUT, now)._to_be_told()

    def owed(self) -> int | None:
        """The place of the first result that is to be passed on, or None."""
        places = (n for n, each in enumerate(self.results) if each.passing is Passing.OWED)
        return next(places, None)

    def told(self) -> "CommandRecord":
        """Subscribers have been told of all that was untold."""
        return replace(self, untold=())

    def _remembered(self) -> "CommandRecord":
        """A profile's URL lives an hour beyond its time (H-CP-4), who set it for longer."""
        if self.module != PROFILES:
            return self
        expires = self.deadline + lifetimes.PROFILE_URL_LIVES_ON
        kept = expires if self.standing is None else expires + lifetimes.PROFILE_KNOWN_FOR
        return replace(self, expires=expires, kept_until=kept)

    def _expect(self, *phases: Phase, unanswered: bool = False) -> None:
        if self.phase not in phases or (unanswered and self.response is not None):
            raise errors.OutOfTurn(f"the command is {self.status}")

    def _at(self, status: str, now: datetime) -> "CommandRecord":
        return replace(self, steps=(*self.steps, Step(status, now)))

    def _to_be_told(self) -> "CommandRecord":
        return replace(self, untold=(*self.untold, self.status))
