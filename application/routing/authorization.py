"""A driver stands at a charger: whether to let it charge is asked of the token's owner, now.

OCPI 2.3.0, mod_tokens, real-time authorization. The hub never makes up an answer: only where the
owner cannot be asked, and the token's whitelist and the owner's switch allow it, it says what the
owner told it before (H-TK-2, H-TK-3).
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cache, partial

from application.routing.budget import Budget
from application.routing.passed import Passed, Relayed
from application.routing.relay import RequestRelay
from application.routing.token_issuers import Copies, TokenIssuers
from domain import errors
from domain.documents import Document, as_document
from domain.objects.paging import Viewer
from domain.objects.stored import Stored
from domain.partners.party import PartyId
from domain.ports import Counters, Json, Schemas

BUDGET = Budget(deadline_s=5.0, connect_s=1.0)
"""The owner's time; with everything else the charger has its answer within 8 s (H-TK-2)."""

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

    token_issuers: TokenIssuers
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
        copies = cache(partial(self.token_issuers.copies, question.uid, question.type, viewer))
        receivers = self._receivers(question, copies)
        if not receivers:
            raise errors.UnknownToken("no party here is known to have issued this token")
        if len(receivers) == 1:
            return self._ask_one(question, receivers[0], copies)
        return self._ask_all(question, receivers, copies)

    def _receivers(self, question: Question, copies: Copies) -> list[PartyId]:
        if question.receiver is not None:
            return [question.receiver]
        return self.token_issuers.asked(
            question.uid, question.type, sender=question.passed.sender, copies=copies
        )

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
        token = self.token_issuers.stand_in(passed.receiver, known, sender=passed.sender)
        if token is None:
            return None
        self.counters.count("stand_in_answers", owner=passed.receiver.spelled)
        return StandIn(self.json.dump(token.stand_in_answer()))
