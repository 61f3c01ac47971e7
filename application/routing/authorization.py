"""A driver stands at a charger: whether to let it charge is asked of the token's owner, now.

OCPI 2.3.0, mod_tokens, real-time authorization. The hub never makes up an answer: only where the
owner cannot be asked, and the token's whitelist and the owner's switch allow it, it says what the
owner told it before (H-TK-2, H-TK-3).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cache, partial

from application.partners.directories import Directories
from application.routing.relay import Budget, Passed, Relayed, RequestRelay
from domain import errors
from domain.documents import Document, as_document
from domain.objects.paging import Viewer
from domain.objects.stored import Stored
from domain.objects.tokens import EMAID, Token, party_of_emaid
from domain.partners.party import PartyId, Role
from domain.ports import Counters, Json, ObjectStore, Schemas

BUDGET = Budget(deadline_s=5.0, connect_s=1.0)
"""The owner's time; with everything else the charger has its answer within 8 s (H-TK-2)."""

Copies = Callable[[], Mapping[PartyId, Stored]]
"""Gives the copies of the token, by owner: read when the first is needed."""
_MOST_OWNERS = 8
_ALLOWED = "ALLOWED"


@dataclass(frozen=True)
class Question:
    """`POST tokens/{uid}/authorize`, as it is to be passed on; `receiver` None: to be found."""

    uid: str
    type: str
    passed: Passed
    receiver: PartyId | None
    references: Document | None = None


@dataclass(frozen=True)
class StandIn:
    """The hub's own answer, an AuthorizationInfo, in the owner's place."""

    data: bytes


@dataclass(frozen=True)
class TokenAuthorization:
    """Finds who owns the token and asks."""

    objects: ObjectStore
    directories: Directories
    request_relay: RequestRelay
    schemas: Schemas
    json: Json
    counters: Counters

    def ask(self, question: Question, *, viewer: Viewer) -> Relayed | StandIn:
        """The owner's answer, good or bad; else, where that is allowed, the hub's.

        :raises InvalidDocument: if the LocationReferences are none.
        :raises UnknownToken: (404, 2004) if no receiver can be found.
        :raises UnknownReceiver, ReceiverAway, ReceiverTimedOut, ReceiverFailed: as relaying does.
        """
        begun = time.monotonic()
        answer = self._answer(question, viewer)
        path = "standin" if isinstance(answer, StandIn) else "live"
        self.counters.time("authorize", time.monotonic() - begun, path=path)
        return answer

    def _answer(self, question: Question, viewer: Viewer) -> Relayed | StandIn:
        if question.references is not None:
            self.schemas.check("location_references", question.references)
        copies = cache(partial(self._copies_seen, question, viewer))
        receivers = self._receivers(question, copies)
        if not receivers:
            raise errors.UnknownToken("no party here is known to have issued this token")
        if len(receivers) == 1:
            return self._ask_one(question, receivers[0], copies)
        return self._ask_all(question, receivers, copies)

    def _copies_seen(self, question: Question, viewer: Viewer) -> dict[PartyId, Stored]:
        """The copies of the token that the asking party may see, by owner, newest first."""
        found = [
            stored
            for stored in self.objects.by_id("tokens", question.uid, viewer=viewer)
            if stored.key.kind == question.type.upper()
        ]
        found.sort(key=lambda stored: stored.last_updated, reverse=True)
        return {stored.key.owner: stored for stored in found}

    def _receivers(self, question: Question, copies: Copies) -> list[PartyId]:
        if question.receiver is not None:
            return [question.receiver]
        if known := copies():
            return list(known)[:_MOST_OWNERS]
        issuer = party_of_emaid(question.uid) if question.type.upper() == EMAID else None
        directory = self.directories.known()
        sender = question.passed.sender
        roles = (Role.EMSP,)
        if issuer is None or directory.find(issuer, roles=roles, sender=sender) is None:
            return []
        return [issuer]

    def _ask_one(self, question: Question, receiver: PartyId, copies: Copies) -> Relayed | StandIn:
        passed = replace(question.passed, receiver=receiver)
        try:
            return self.request_relay.relay(passed, BUDGET)
        except (errors.ReceiverAway, errors.ReceiverTimedOut, errors.NotOffered):
            answer = self._stand_in(passed, copies())
            if answer is None:
                raise
            return answer

    def _ask_all(
        self, question: Question, receivers: Sequence[PartyId], copies: Copies
    ) -> Relayed | StandIn:
        """All owners at once: the first that allows, else what the newest token's owner says."""
        pool = ThreadPoolExecutor(max_workers=len(receivers), thread_name_prefix="authorize")
        answers = [pool.submit(self._ask_one, question, receiver, copies) for receiver in receivers]
        pool.shutdown(wait=False)
        for answered in as_completed(answers):
            if answered.exception() is None and self._is_allowed(answered.result()):
                return answered.result()
        return answers[0].result()

    def _is_allowed(self, answer: Relayed | StandIn) -> bool:
        if isinstance(answer, StandIn):
            return as_document(self.json.parse(answer.data))["allowed"] == _ALLOWED
        if answer.code != 1000 or answer.body is None:
            return False
        data = as_document(self.json.parse(answer.body)).get("data")
        return isinstance(data, dict) and data.get("allowed") == _ALLOWED

    def _stand_in(self, passed: Passed, known: Mapping[PartyId, Stored]) -> StandIn | None:
        """What the hub may say in the owner's place; None where it may not (H-TK-3)."""
        stored = known.get(passed.receiver)
        directory = self.directories.known()
        owner = directory.find(passed.receiver, roles=(Role.EMSP,), sender=passed.sender)
        if stored is None or owner is None or not owner.is_registered or not owner.stand_in:
            return None
        token = Token(as_document(self.json.parse(stored.body)))
        if not token.may_be_answered_for:
            return None
        self.counters.count("stand_in_answers", owner=passed.receiver.spelled)
        return StandIn(self.json.dump(token.stand_in_answer()))
