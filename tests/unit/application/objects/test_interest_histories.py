"""Any history of changes, moves, choices and absences: each reader ends with what it wants.

A reader holds the hub's present state of every object that it wants, and was at no moment pushed
one that it did not want, or a part of one that it had not got.
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.documents import as_document
from domain.objects.stored import EVERYONE, ObjectKey
from domain.partners.interest import EVERYTHING, NOTHING, Interest
from domain.partners.party import PartyId
from domain.places import Place
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, XYZ, Doc, PlainJson, a_location, a_tariff, an_evse, at
from tests.examples import examples
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.readers import (
    BERLIN,
    DE,
    GERMANY,
    INSIDE,
    PARIS,
    TNM,
    Reader,
    a_choosing_reader,
    an_owner,
    push,
)

TWO = PartyId("BE", "TWO")
READERS = {"emsp": XYZ, "two": TWO}
DE_INSIDE = Interest(countries=frozenset({"DE"}), box=GERMANY)
OF_PLACES = some.sampled_from([EVERYTHING, NOTHING, DE, INSIDE, DE_INSIDE])
OF_PRICES = some.sampled_from([EVERYTHING, NOTHING, DE])
OWNERS, PLACES = some.sampled_from([ABC, TNM]), some.sampled_from([BERLIN, PARIS])


class Histories(RuleBasedStateMachine):
    """The hub on memory adapters, two owners, and two readers that are there from the first."""

    def __init__(self) -> None:
        super().__init__()
        self.readers = {name: Reader() for name in READERS}
        self.house = House(wire=TalkingWire(self._receive))
        self.house.with_partners(
            an_owner(),
            an_owner("tnm", TNM),
            *(a_choosing_reader(name, party) for name, party in READERS.items()),
        )
        self.moment = 0.0
        self.unwanted: list[str] = []

    def _receive(self, request: WireRequest) -> WireAnswer:
        name = request.url.removeprefix("https://").partition(".")[0]
        if not self.readers[name].is_away and not self._is_wanted(name, request):
            self.unwanted.append(f"{name} was sent {request.method} {request.url}")
        return self.readers[name].take(request)

    # --- the rules once more, as simply as can be

    def _is_wanted(self, name: str, request: WireRequest) -> bool:
        """By what is sent: a part is of what the reader holds, and stands where that does."""
        module, country, party, *path = request.url.partition("/receiver/")[2].split("/")
        interest = self._interest(name, module)
        if request.method == "DELETE":
            return not interest.is_pulled
        if request.method == "PUT" and len(path) == 1:
            document = dict(as_document(PlainJson().parse(request.body or b"{}")))
        else:
            document = self.readers[name].held.get("/".join((module, country, party, path[0])), {})
        return _takes(interest, PartyId(country, party), document)

    def _wants(self, name: str, key: ObjectKey) -> bool:
        interest = self._interest(name, key.module)
        if self.house.stored(key).deleted:
            return not interest.is_pulled
        return _takes(interest, key.owner, self.house.document(key))

    def _interest(self, name: str, module: str) -> Interest:
        return self.house.partners.get(name).interests.chosen().get(module, EVERYTHING)

    # --- what happens

    @initialize()
    def begin(self) -> None:
        """Each owner has a location in Berlin before the first choice."""
        for owner in (ABC, TNM):
            self.put_location(owner, BERLIN)

    @rule(owner=OWNERS, place=PLACES)
    def put_location(self, owner: PartyId, place: Any) -> None:
        evses = [an_evse(uid, updated=self._next()) for uid in ("E1", "E2")]
        said = self._named(a_location, owner, "L", coordinates=place, evses=evses)
        push(self.house, ObjectKey("locations", owner, "L"), said)

    @rule(owner=OWNERS, place=PLACES)
    def move(self, owner: PartyId, place: Any) -> None:
        self._patch(owner, (), coordinates=place)

    @rule(owner=OWNERS)
    def change_status(self, owner: PartyId) -> None:
        self._patch(owner, ("E1",), status=f"S{self.moment}")

    @rule(owner=OWNERS, place=PLACES)
    def change_twice_before_it_is_published(self, owner: PartyId, place: Any) -> None:
        key = ObjectKey("locations", owner, "L")
        if self.house.objects.get(key, EVERYONE) is None:
            return
        by = self.house.partners.get("cpo" if owner == ABC else "tnm")
        for path, said in ((("E1",), {"status": "BOTH"}), ((), {"coordinates": place})):
            patch = {**said, "last_updated": at(self._next())}
            pushed = self.house.pushed(patch, *path, method="PATCH", key=key, by=by)
            self.house.object_intake.take(pushed)

    @rule(owner=OWNERS)
    def put_tariff(self, owner: PartyId) -> None:
        push(self.house, ObjectKey("tariffs", owner, "T"), self._named(a_tariff, owner, "T"))

    @rule(owner=OWNERS)
    def delete_tariff(self, owner: PartyId) -> None:
        key = ObjectKey("tariffs", owner, "T")
        held = self.house.objects.get(key, EVERYONE)
        if held is not None and not held.deleted:
            self.house.object_deletion.withdraw(key, correlation_id="C-9")
            self.house.publisher.publish(key)

    @rule(name=some.sampled_from(list(READERS)), places=OF_PLACES, prices=OF_PRICES)
    def choose(self, name: str, places: Interest, prices: Interest) -> None:
        self.house.reader_interests.choose(name, {"locations": places, "tariffs": prices})

    @rule(name=some.sampled_from(list(READERS)))
    def go_away_or_come_back(self, name: str) -> None:
        self.readers[name].is_away = not self.readers[name].is_away

    @rule(seconds=some.sampled_from([1.0, 60.0]))
    def time_passes(self, seconds: float) -> None:
        self.house.clock.advance(seconds)
        self.house.pump.run(seconds=20.0)

    @rule()
    def sweep(self) -> None:
        self.house.publisher.sweep(older_than_s=-1)
        self.house.catch_up.sweep()

    @invariant()
    def no_push_was_of_no_use(self) -> None:
        assert self.unwanted == []
        assert [each for reader in self.readers.values() for each in reader.wrongs] == []

    def teardown(self) -> None:
        """Readers are back, and there is time enough: each holds what it wants, as it is now."""
        for reader in self.readers.values():
            reader.is_away = False
        for _ in range(4):
            self.house.clock.advance(600)
            self.sweep()
            self.house.pump.run(seconds=20.0)
        self.no_push_was_of_no_use()
        for name, reader in self.readers.items():
            for key, audience in self.house.objects.held:
                if audience == EVERYONE and key.module in ("locations", "tariffs"):
                    self._holds_what_it_wants(name, reader, key)

    def _holds_what_it_wants(self, name: str, reader: Reader, key: ObjectKey) -> None:
        if not self._wants(name, key):
            return
        has = reader.held.get(str(key))
        wanted = None if self.house.stored(key).deleted else self.house.document(key)
        assert has == wanted, f"{name} has {has} of {key}, and not {wanted}"

    def _patch(self, owner: PartyId, path: tuple[str, ...], **said: Any) -> None:
        key = ObjectKey("locations", owner, "L")
        if self.house.objects.get(key, EVERYONE) is not None:
            patch = {**said, "last_updated": at(self._next())}
            push(self.house, key, patch, *path, method="PATCH")

    def _named(self, build: Any, owner: PartyId, name: str, **said: Any) -> Any:
        named = {"country_code": owner.country_code, "party_id": owner.party_id}
        return build(name, updated=self._next(), **named, **said)

    def _next(self) -> float:
        self.moment += 1
        return self.moment


def _takes(interest: Interest, owner: PartyId, document: Doc) -> bool:
    if interest.is_pulled:
        return False
    where = document.get("coordinates")
    if interest.box is not None and where is not None:
        place = Place(float(where["latitude"]), float(where["longitude"]))
        if not interest.box.holds(place):
            return False
    is_of_all = not interest.countries and not interest.owners
    return is_of_all or owner.country_code in interest.countries or owner in interest.owners


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=examples(300), stateful_step_count=30)
