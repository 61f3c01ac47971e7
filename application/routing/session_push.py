"""Reporting a session: stored, then told to the one party whose token it is, while the CPO waits.

No other party is ever told (S-1, R-BC-5). Where the eMSP cannot be told now the CPO hears so, and
the eMSP gets the session's present state once it is back (R-GETALL-7, S-7).
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from application.modules import MODULES
from application.objects.intake import ObjectIntake
from application.objects.publishing import CLOCKS_APART, Publisher
from application.objects.pushed import Accepted, Pushed
from application.objects.reader_turns import NO_WHOLE_REVISION, ReaderTurns
from application.partners.bulkhead import Bulkhead
from application.partners.directories import Directories
from application.routing.budget import Budget
from application.routing.passed import Passed, Relayed
from application.routing.relay import RequestRelay
from domain import errors
from domain.objects.sessions import party_of_token
from domain.objects.stored import EVERYONE
from domain.partners.doors import why_away
from domain.partners.party import PartyId
from domain.ports import Clock, ObjectStore

_MORE_THAN_A_RELAY_S = 5.0
_SESSIONS = MODULES["sessions"]


@dataclass(frozen=True)
class SessionPush:
    """Takes what a CPO says of a session."""

    object_intake: ObjectIntake
    publisher: Publisher
    request_relay: RequestRelay
    directories: Directories
    objects: ObjectStore
    bulkhead: Bulkhead
    reader_turns: ReaderTurns
    clock: Clock

    def push_to_hub(self, pushed: Pushed) -> Accepted:
        """Store it and let the eMSP be told in the background (R-BC-5).

        :raises UnknownReceiver: (4001) if no party here has the token; nothing is stored.
        """
        self.object_intake.check(pushed)
        self._platform_of(pushed, self.reader(pushed))
        return self.object_intake.take(pushed)

    def push(self, pushed: Pushed, passed: Passed) -> Relayed | Accepted:
        """Store it and pass it on; `Accepted` where that had no effect and no eMSP is told again.

        :raises InvalidDocument: if it breaks its schema; nothing is stored.
        :raises UnknownReceiver: (4001) :raises ReceiverAway: (4003; stored unless it is suspended)
        :raises ReceiverTimedOut: (4002) :raises ReceiverFailed: (4000)
        """
        remarks = self.object_intake.check(pushed)
        self._platform_of(pushed, passed.receiver)
        if pushed.method == "PATCH" and self.objects.get(pushed.key, EVERYONE) is None:
            return self.request_relay.relay(passed)
        seconds = self.request_relay.deadline_s + _MORE_THAN_A_RELAY_S
        turn = self.reader_turns.take(passed.receiver, pushed.key, seconds=seconds)
        with ExitStack() as held:
            try:
                turns = self.bulkhead.enter(f"turn of {passed.receiver}", waits=True)
                held.enter_context(turns)
            except errors.ReceiverAway:
                self.object_intake.take(pushed)
                raise
            ours = held.enter_context(turn)
            until = self.clock.now() + timedelta(seconds=seconds)
            accepted = self.object_intake.take_to_pass_on(pushed, remarks, until=until)
            if accepted.stale or accepted.repeated:
                return accepted
            ours.sent = NO_WHOLE_REVISION
            return self._tell_reader(pushed, passed, accepted, until)

    def reader(self, pushed: Pushed, *, named: PartyId | None = None) -> PartyId:
        """The party whose token it is: by the body, else by the session as it is stored.

        :raises UnknownObject: for a PATCH of a session that is not known, and no party is named.
        :raises InvalidParameter: if another party is named.
        """
        owed = self._reader_of(pushed)
        if owed is not None and named not in (None, owed):
            raise errors.InvalidParameter(f"the token is {owed.spelled}'s, not {named.spelled}'s")
        found = owed if owed is not None else named
        if found is None:
            raise errors.UnknownObject(f"session {pushed.key.id} is not known")
        return found

    def _reader_of(self, pushed: Pushed) -> PartyId | None:
        if pushed.method == "PUT" or "cdr_token" in pushed.document:
            self.object_intake.check(pushed)
            return party_of_token(pushed.document)
        stored = self.objects.get(pushed.key, EVERYONE)
        return None if stored is None else stored.reader

    def _platform_of(self, pushed: Pushed, reader: PartyId) -> None:
        """The reader has to be a party of this hub, even if it is away for the moment."""
        directory = self.directories.known()
        partner = directory.find(reader, roles=_SESSIONS.readers, sender=pushed.key.owner)
        if partner is None:
            raise errors.UnknownReceiver(f"{reader.spelled} is not known to this hub")
        if not partner.is_registered:
            raise errors.ReceiverAway(f"{reader.spelled} {why_away(partner)}: not kept")

    def _tell_reader(
        self, pushed: Pushed, passed: Passed, accepted: Accepted, until: datetime
    ) -> Relayed:
        """From `until` on others tell the present state: a PATCH after that would append twice."""
        lasts = timedelta(seconds=self.request_relay.deadline_s) + CLOCKS_APART
        budget = Budget(
            self.request_relay.deadline_s, still_ours=lambda: self.clock.now() + lasts <= until
        )
        try:
            relayed = self.request_relay.relay(_as_told(passed, accepted), budget)
        except errors.HubError:
            self.publisher.publish(pushed.key)
            raise
        if accepted.was_published:
            self.publisher.told(pushed.key, revision=accepted.revision)
        return relayed


def _as_told(passed: Passed, accepted: Accepted) -> Passed:
    """As it came, unless it would append twice what the eMSP may have: then the whole session."""
    if accepted.whole is None:
        return passed
    return replace(passed, method="PUT", body=accepted.whole)
