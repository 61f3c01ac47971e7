"""Who calls, where the process has asked for its directory: what is new, and what is noted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

import pytest

from adapters.memory import MemoryPartners
from application.partners.directories import Kept
from domain.errors import TokenRefused
from domain.partners.agreements import Agreement
from domain.partners.partner import PartnerState, TokenUse
from tests.builders import ABC, NOON, XYZ, a_partner, a_reader, a_token
from tests.unit.application.handshakes import gets_in
from tests.unit.application.house import House


@dataclass(frozen=True)
class NotedPartners(MemoryPartners):
    noted: list[str] = field(default_factory=list)

    def seen(self, partner_id: str, *, now: datetime) -> None:
        self.noted.append(partner_id)
        super().seen(partner_id, now=now)


class KeepingHouse(House):
    """It is asked for the directory once, and never again."""

    instead: ClassVar[Mapping[str, Callable[[], Any]]] = {
        **House.instead,
        "kept": lambda: Kept(lease_s=float("inf")),
    }


@pytest.fixture
def house() -> House:
    house = KeepingHouse(partners=NotedPartners()).with_partners(a_partner())
    house.directories.known()
    return house


def noted(house: House) -> list[str]:
    assert isinstance(house.partners, NotedPartners)
    return house.partners.noted


def calls(house: House, token: str) -> bool:
    return gets_in(house, token)


def test_a_token_that_came_meanwhile_is_asked_of_the_store(house: House) -> None:
    house.partners.save(a_reader())

    assert calls(house, "emsp-token")


def test_one_that_was_replaced_meanwhile_is_told_so(house: House) -> None:
    held = house.partners.save(a_reader())
    house.partners.save(held.with_tokens(a_token("emsp-new")))

    with pytest.raises(TokenRefused, match="used up"):
        house.credentials_server.authenticate("emsp-token", functional=True)


def test_a_call_is_noted_once_in_half_a_minute_though_the_directory_does_not_show_it(
    house: House,
) -> None:
    for _ in range(3):
        assert calls(house, "cpo-token")
    house.clock.advance(29)
    assert calls(house, "cpo-token")
    assert noted(house) == ["cpo"]

    house.clock.advance(1)
    assert calls(house, "cpo-token")

    assert noted(house) == ["cpo", "cpo"]


def test_a_call_that_another_process_has_noted_is_not_noted_again() -> None:
    house = KeepingHouse(partners=NotedPartners()).with_partners(a_partner(last_seen=NOON))

    assert calls(house, "cpo-token")

    assert noted(house) == []


def test_a_current_token_changes_nothing_by_its_use(house: House) -> None:
    before = house.partners.get("cpo").revision

    assert calls(house, "cpo-token")

    assert house.partners.get("cpo").revision == before


@pytest.mark.parametrize("again", ["suspend", "remove"])
def test_what_another_process_has_written_already_outdates_what_is_kept_all_the_same(
    again: str,
) -> None:
    """It may have died before it let the stamp grow: who repeats the command is told it is done."""
    house = House().with_partners(a_partner())
    ended = {"suspend": PartnerState.SUSPENDED, "remove": PartnerState.UNREGISTERED}[again]
    held = house.partners.get("cpo")
    house.partners.held["cpo"] = replace(held, state=ended, revision=held.revision + 1)
    before = house.stamp.read()

    getattr(house.administration, again)("cpo")

    assert house.stamp.read() > before
    assert house.partners.get("cpo").revision == held.revision + 1


def test_so_is_a_set_that_is_the_same() -> None:
    house = House().with_partners(a_partner())
    approved = house.partners.get("cpo").approved
    first = house.approval.set("cpo", approved)
    before = house.stamp.read()

    assert house.approval.set("cpo", approved).revision == first.revision

    assert house.stamp.read() > before


def test_so_is_an_agreement_that_is_there_or_is_not() -> None:
    house = House().with_partners(a_partner(), a_reader())
    house.agreements.add(Agreement(ABC, XYZ, NOON))
    before = house.agreements.stamp.read()

    house.administration.agree(ABC, XYZ)
    assert not house.administration.disagree("none")

    assert house.agreements.stamp.read() == before + 2


def test_a_token_of_a_handshake_turns_by_its_use_in_a_process_that_has_it(house: House) -> None:
    token = replace(a_token("cpo-new"), use=TokenUse.PENDING)
    held = house.partners.get("cpo")
    house.partners.save(replace(held, tokens=(*held.tokens, token)))

    assert calls(house, "cpo-new")

    assert [each.use for each in house.partners.get("cpo").tokens] == [TokenUse.CURRENT]


def test_a_partner_that_was_written_meanwhile_is_read_again_when_its_token_turns(
    house: House,
) -> None:
    turning = (a_token("emsp-token"), replace(a_token("emsp-old"), use=TokenUse.PREVIOUS))
    held = house.partners.save(a_reader(tokens=turning))
    house.directories.read()
    house.partners.save(replace(held, name="renamed"))

    caller = house.credentials_server.authenticate("emsp-token", functional=True)

    assert caller.partner.name == "renamed"
