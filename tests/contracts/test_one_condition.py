"""Each thing that a list hides is hidden by one condition alone, on every page of the list.

Two conditions that always differ together hide a mistake in either of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from domain.delivery.deliveries import DeliveryState
from domain.objects.paging import Page, PageRequest
from domain.objects.stored import EVERYONE, ObjectKey, Stored
from domain.partners.party import PartyId
from domain.ports import ObjectStore
from tests.contracts.made import (
    CPO,
    EMSP,
    OTHER_CPO,
    OTHER_EMSP,
    Custody,
    filed,
    later,
    location,
    stored,
    viewer,
)

_SHOWN = tuple(f"S{n}" for n in range(5))
_SINCE = later(-50)
_BEFORE = later(-100)
Ask = Callable[[PageRequest], Page]


def by_position(ask: Ask) -> Iterator[Page]:
    """Page after page of two, as Link leads."""
    found = ask(PageRequest(0, 2, _SINCE))
    yield found
    while found.more:
        found = ask(PageRequest(0, 2, _SINCE, after=found.last))
        yield found


def by_offset(ask: Ask) -> Iterator[Page]:
    for offset in range(0, len(_SHOWN), 2):
        yield ask(PageRequest(offset, 2, _SINCE))


def assert_shown_alone(ask: Ask) -> None:
    for walked in (list(by_position(ask)), list(by_offset(ask))):
        assert [body.decode() for page in walked for body in page.items] == [*_SHOWN]
        assert {page.total for page in walked} == {len(_SHOWN)}


def a_session(name: str, reader: PartyId = EMSP, owner: PartyId = CPO) -> Stored:
    return replace(stored(ObjectKey("sessions", owner, name), body=name.encode()), reader=reader)


def a_location(name: str, owner: PartyId = CPO, audience: str = EVERYONE) -> Stored:
    return stored(location(name, owner=owner), body=name.encode(), audience=audience)


SESSIONS: Mapping[str, Callable[[str], Stored]] = {
    "reader": lambda name: a_session(name, OTHER_EMSP),
    "owner": lambda name: a_session(name, owner=OTHER_CPO),
    "deletion": lambda name: replace(a_session(name), deleted=True),
    "date": lambda name: replace(a_session(name), last_updated=_BEFORE),
}
LOCATIONS: Mapping[str, Callable[[str], Stored]] = {
    "owner": lambda name: a_location(name, OTHER_CPO),
    "audience": lambda name: a_location(name, audience=str(OTHER_EMSP)),
    "deletion": lambda name: replace(a_location(name), deleted=True),
    "deletion of its own copy": lambda name: replace(
        a_location(name, audience=str(EMSP)), deleted=True
    ),
    "date": lambda name: replace(a_location(name), last_updated=_BEFORE),
}


@pytest.mark.parametrize("condition", SESSIONS)
def test_a_session_is_hidden_from_the_reader_of_others(
    objects: ObjectStore, condition: str
) -> None:
    for name in _SHOWN:
        objects.save(SESSIONS[condition](f"H{name}"))
        objects.save(a_session(name))

    assert_shown_alone(lambda request: objects.page("sessions", request, viewer=viewer(EMSP, CPO)))


@pytest.mark.parametrize("condition", ["owner", "deletion", "date"])
def test_a_session_is_hidden_from_the_owner_of_others(objects: ObjectStore, condition: str) -> None:
    for name in _SHOWN:
        objects.save(SESSIONS[condition](f"H{name}"))
        objects.save(a_session(name, OTHER_EMSP))

    assert_shown_alone(lambda request: objects.page("sessions", request, viewer=viewer(CPO)))


@pytest.mark.parametrize("condition", LOCATIONS)
def test_a_location_is_hidden(objects: ObjectStore, condition: str) -> None:
    for name in _SHOWN:
        objects.save(LOCATIONS[condition](f"H{name}"))
        objects.save(a_location(name))

    assert_shown_alone(lambda request: objects.page("locations", request, viewer=viewer(EMSP, CPO)))


@pytest.mark.parametrize("condition", ["receiver", "state", "date"])
def test_a_cdr_is_hidden_from_who_owes_others(custody: Custody, condition: str) -> None:
    for n, name in enumerate(_SHOWN):
        hidden = filed(
            f"H{name}",
            at=n,
            body=b"hidden",
            receiver=OTHER_EMSP if condition == "receiver" else EMSP,
        )
        state = DeliveryState.DECLINED if condition == "state" else DeliveryState.DUE
        early = replace(hidden, last_updated=_BEFORE) if condition == "date" else hidden
        custody.owe(early, state=state)
        custody.owe(filed(name, at=n, body=name.encode()))

    assert_shown_alone(lambda request: custody.ledger.page(request, party=EMSP))


def test_a_cdr_is_hidden_from_who_bills_others(custody: Custody) -> None:
    for n, name in enumerate(_SHOWN):
        custody.owe(filed(f"H{name}", owner=OTHER_CPO, at=n, body=b"hidden"))
        custody.owe(filed(name, at=n, body=name.encode()))

    assert_shown_alone(lambda request: custody.ledger.page(request, party=CPO))
