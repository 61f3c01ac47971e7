"""A market whose hub is asked why, with the shortest words for it."""

from dataclasses import dataclass, field, replace
from typing import Any

from adapters.memory import answer
from application.explaining.story import Check, Explanation, Outcome
from domain.objects.stored import ObjectKey
from domain.partners.agreements import Agreement
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import PartyId
from domain.ports import WireAnswer
from tests.builders import ABC, LOC1, NOON, XYZ, a_location
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.readers import a_choosing_reader, an_owner

YES, NOT_YET, NO = Outcome.YES, Outcome.NOT_YET, Outcome.NO
QRS = PartyId("BE", "QRS")
"""A second service provider, at `third`."""


@dataclass
class Market:
    """`says` is what XYZ's platform answers; everything is published and sent by `deliver`."""

    says: WireAnswer = field(default_factory=answer)
    ports: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.house = House(wire=TalkingWire(lambda _: self.says), **self.ports)
        self.house.with_partners(an_owner(), a_choosing_reader(), a_choosing_reader("third", QRS))

    def partner(self, name: str) -> Partner:
        return self.house.partners.get(name)

    def change(self, name: str, **fields: Any) -> None:
        self.house.partners.save(replace(self.partner(name), **fields))

    def suspend(self, name: str, state: PartnerState = PartnerState.SUSPENDED) -> None:
        self.change(name, state=state)

    def agree(self, one: PartyId, other: PartyId) -> None:
        self.house.agreements.add(Agreement(one, other, NOON))

    def push(self, **fields: Any) -> None:
        self.house.push(a_location(**fields))

    def deliver(self, *, after_s: float = 60.0, times: int = 1) -> None:
        for _ in range(times):
            self.house.clock.advance(after_s)
            self.house.pump.run(seconds=20.0)

    def why(
        self, key: ObjectKey = LOC1, *, to: PartyId = XYZ, by: str | None = None
    ) -> Explanation:
        return self.house.object_explainer.explain(key, to=to, by=self._by(by))

    def why_seen(
        self, party: PartyId = ABC, *, to: PartyId = XYZ, by: str | None = None
    ) -> Explanation:
        return self.house.party_explainer.explain(party, to=to, by=self._by(by))

    def why_asked(
        self, token: ObjectKey, *, at: PartyId = ABC, by: str | None = None
    ) -> Explanation:
        return self.house.token_explainer.explain(token, at=at, by=self._by(by))

    def why_charged(
        self, cdr: ObjectKey, *, to: PartyId | None = None, by: str | None = None
    ) -> Explanation:
        return self.house.cdr_explainer.explain(cdr, to=to, by=self._by(by))

    def _by(self, name: str | None) -> Partner | None:
        return None if name is None else self.partner(name)


def decided(explained: Explanation) -> tuple[Outcome, str]:
    return explained.outcome, explained.decided.name


def said(explained: Explanation) -> str:
    """All that is told."""
    return " | ".join(f"{each.said} {each.advice}" for each in explained.checks)


def names(checks: tuple[Check, ...]) -> list[str]:
    return [each.name for each in checks]
