"""Subscribers of webhooks: what each was told, and by which webhook-id (D-12)."""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from adapters.memory import FixedClock
from domain.errors import NoAnswer, Unreachable
from domain.partners.party import PartyId
from domain.ports import OutboundRequest, OutboundResponse
from tests.builders import PlainJson

Told = tuple[str, str, str]
"""Who was told, of which type of event, of which CDR (its ref) or session."""


class Listening(StrEnum):
    """How a subscriber behaves."""

    WELL = "well"
    FAILS = "answers 500"
    LOSES = "has it, and the answer is lost"
    AWAY = "cannot be connected to"


@dataclass
class Subscribers:
    """All of them behind one Outbound; `parties` has whose events each may be told, None: all."""

    clock: FixedClock
    parties: dict[str, PartyId | None]
    listening: Listening = Listening.WELL
    heard: set[Told] = field(default_factory=set)
    ids: defaultdict[Told, set[str]] = field(default_factory=lambda: defaultdict(set))
    wrongs: list[str] = field(default_factory=list)

    def send(self, request: OutboundRequest, *, deadline_s: float, **_: Any) -> OutboundResponse:
        told = self._told(request)
        if self.listening is Listening.AWAY:
            raise Unreachable("away")
        self.clock.advance(0.05)
        if self.listening is Listening.FAILS:
            return OutboundResponse(500, {}, b"", elapsed_s=0.0)
        self.heard.add(told)
        if self.listening is Listening.LOSES:
            self.clock.advance(deadline_s)
            raise NoAnswer("lost", timed_out=True)
        return OutboundResponse(204, {}, b"", elapsed_s=0.0)

    def _told(self, request: OutboundRequest) -> Told:
        assert request.body is not None
        event: Any = PlainJson().parse(request.body)
        said, name = event["data"], request.url.rsplit("/", 1)[1]
        owner = PartyId(said["country_code"], said["party_id"])
        is_of_cdr = event["type"].startswith("cdr.")
        other = said["receiver"] if is_of_cdr else said["cdr_token"]
        reader = PartyId(other["country_code"], other["party_id"])
        if self.parties[name] not in (None, owner, reader):
            self.wrongs.append(f"I7: {name} was told of {reader}'s {said['id']}")
        told = (name, event["type"], said["ref"] if is_of_cdr else f"{owner}/{said['id']}")
        self.ids[told].add(request.headers["webhook-id"])
        if is_of_cdr and len(self.ids[told]) > 1:
            self.wrongs.append(f"two webhook-ids of one event: {told}")
        return told
