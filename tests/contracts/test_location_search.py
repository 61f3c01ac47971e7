"""What every search for charging locations promises."""

from dataclasses import replace
from math import asin, cos, radians, sin, sqrt
from typing import Protocol

import pytest

from adapters.memory import MemoryObjects
from adapters.mongo import Mongo, MongoLocationSearch, MongoObjects
from domain import errors
from domain.objects.search import LocationQuery, Near
from domain.objects.stored import Plug, Stored
from domain.partners.party import PartyId
from domain.places import Box
from domain.ports import LocationSearch
from tests.contracts.made import (
    CPO,
    EMSP,
    MODULES,
    OTHER_CPO,
    OTHER_EMSP,
    facets,
    later,
    location,
    stored,
    viewer,
)

ASKED = LocationQuery(viewer(), offset=0, limit=100)


class Saves(Protocol):
    def save(self, stored: Stored) -> Stored: ...


class Searched:
    """A search, and the store that it searches."""

    def __init__(self, objects: Saves, search: LocationSearch) -> None:
        self.objects = objects
        self.search = search

    def has(self, name: str, latitude: float, longitude: float, *plugs: Plug) -> None:
        found_by = facets(latitude, longitude, plugs=plugs or (Plug("TESLA", 1, "AVAILABLE"),))
        self.objects.save(stored(location(name), body=name.encode(), facets=found_by))

    def names(self, query: LocationQuery) -> list[str]:
        return [each.body.decode() for each in self.search.search(query)[0]]


@pytest.fixture(params=["memory", "mongo"])
def locations(request: pytest.FixtureRequest) -> Searched:
    if request.param == "memory":
        objects = MemoryObjects()
        return Searched(objects, objects)
    mongo: Mongo = request.getfixturevalue("mongo")
    return Searched(MongoObjects(mongo, MODULES), MongoLocationSearch(mongo))


def asked(
    *,
    near: Near | None = None,
    box: Box | None = None,
    types: frozenset[str] = frozenset(),
    power_w: int | None = None,
    statuses: frozenset[str] = frozenset(),
    owner: PartyId | None = None,
    operator: str | None = None,
    offset: int = 0,
    limit: int = 100,
    by: PartyId = EMSP,
    owners: tuple[PartyId, ...] = (CPO, OTHER_CPO),
) -> LocationQuery:
    return LocationQuery(
        viewer(by, *owners),
        offset=offset,
        limit=limit,
        near=near,
        box=box,
        connector_types=types,
        min_power_w=power_w,
        statuses=statuses,
        owner=owner,
        operator=operator,
    )


def haversine_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    a, b, c, d = map(radians, (lat1, lon1, lat2, lon2))
    h = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(h))


def test_the_nearest_comes_first_with_its_distance_in_metres(locations: Searched) -> None:
    spots = {"FAR": (52.40, 4.95), "NEAR": (52.371, 4.90), "NEXT": (52.38, 4.88)}
    for name, (latitude, longitude) in spots.items():
        locations.has(name, latitude, longitude)
    locations.has("TOO FAR", 53.0, 6.0)

    found, total = locations.search.search(asked(near=Near(52.37, 4.9, 10_000)))

    assert [each.body for each in found] == [b"NEAR", b"NEXT", b"FAR"]
    assert total == 3
    for each in found:
        expected = haversine_m(52.37, 4.9, *spots[each.body.decode()])
        assert each.distance_m == pytest.approx(expected, rel=0.005)


def test_a_point_is_found_at_no_distance(locations: Searched) -> None:
    locations.has("HERE", 52.0, 5.0)

    [found], total = locations.search.search(asked(near=Near(52.0, 5.0, 0.5)))

    assert found.distance_m == pytest.approx(0, abs=0.01)
    assert total == 1


def test_what_is_near_is_found_across_the_antimeridian(locations: Searched) -> None:
    locations.has("EAST", -17.0, 179.999)
    locations.has("WEST", -17.0, -179.999)

    assert sorted(locations.names(asked(near=Near(-17.0, 180.0, 500)))) == ["EAST", "WEST"]


def test_of_equally_near_ones_the_older_comes_first(locations: Searched) -> None:
    for name in ("B", "A", "C"):
        locations.has(name, 52.0, 5.0)

    assert locations.names(asked(near=Near(52.0, 5.01, 5_000))) == ["B", "A", "C"]


def test_a_box_has_what_is_inside_and_on_its_edges(locations: Searched) -> None:
    locations.has("INSIDE", 52.0, 5.0)
    locations.has("CORNER", 51.0, 4.0)
    locations.has("NORTH", 53.1, 5.0)
    locations.has("EAST", 52.0, 6.1)

    found, total = locations.search.search(asked(box=Box(west=4, south=51, east=6, north=53)))

    assert [each.body for each in found] == [b"INSIDE", b"CORNER"]
    assert [each.distance_m for each in found] == [None, None]
    assert total == 2


def test_a_box_may_cross_the_antimeridian(locations: Searched) -> None:
    locations.has("FIJI", -17.0, 178.0)
    locations.has("SAMOA", -14.0, -172.0)
    locations.has("NAURU", -0.5, 166.9)

    crossing = Box(west=170, south=-20, east=-170, north=0)

    assert locations.names(asked(box=crossing)) == ["FIJI", "SAMOA"]


def test_type_power_and_status_hold_for_one_and_the_same_connector(locations: Searched) -> None:
    fast = Plug("IEC_62196_T2_COMBO", 150_000, "CHARGING")
    slow = Plug("IEC_62196_T2", 22_000, "AVAILABLE")
    locations.has("BOTH", 52.0, 5.0, fast, slow)
    locations.has("FREE", 52.0, 5.0, Plug("IEC_62196_T2_COMBO", 50_000, "AVAILABLE"))
    combo, free = frozenset({"IEC_62196_T2_COMBO"}), frozenset({"AVAILABLE"})

    assert locations.names(asked(types=combo)) == ["BOTH", "FREE"]
    assert locations.names(asked(types=combo, statuses=free)) == ["FREE"]
    assert locations.names(asked(types=combo, power_w=50_000)) == ["BOTH", "FREE"]
    assert locations.names(asked(types=combo, power_w=50_001)) == ["BOTH"]
    assert locations.names(asked(statuses=free, power_w=100_000)) == []
    assert locations.names(asked(near=Near(52, 5, 1), types=combo, statuses=free)) == ["FREE"]


def test_any_of_the_types_and_any_of_the_statuses_will_do(locations: Searched) -> None:
    locations.has("A", 52.0, 5.0, Plug("CHADEMO", 50_000, "AVAILABLE"))
    locations.has("B", 52.0, 5.0, Plug("TESLA_S", 50_000, "CHARGING"))
    locations.has("C", 52.0, 5.0, Plug("DOMESTIC_F", 50_000, "AVAILABLE"))

    types = frozenset({"CHADEMO", "TESLA_S"})

    assert locations.names(asked(types=types)) == ["A", "B"]
    assert locations.names(asked(statuses=frozenset({"AVAILABLE"}))) == ["A", "C"]


def test_operator_and_owner_select_in_either_letter_case(locations: Searched) -> None:
    for name, owner, operator in (("A", CPO, "FAST & CO"), ("B", OTHER_CPO, "SLOW")):
        found_by = facets(operator=operator, owner=owner)
        locations.objects.save(
            stored(location(name, owner=owner), body=name.encode(), facets=found_by)
        )

    assert locations.names(asked(operator="Fast & Co")) == ["A"]
    assert locations.names(asked(owner=PartyId("de", "xyz"))) == ["B"]
    assert locations.names(asked(owner=PartyId("NL", "XYZ"))) == []
    assert locations.names(asked(owner=PartyId("DE", "ZZZ"))) == []


def test_pages_follow_each_other_in_the_order_of_creation(locations: Searched) -> None:
    for name in ("C", "A", "B"):
        locations.has(name, 52.0, 5.0)

    pages = [locations.search.search(asked(offset=offset, limit=2)) for offset in (0, 2, 4)]

    assert [[each.body for each in found] for found, _ in pages] == [[b"C", b"A"], [b"B"], []]
    assert [total for _, total in pages] == [3, 3, 3]


def test_pages_of_what_is_near_follow_each_other_too(locations: Searched) -> None:
    for n in range(5):
        locations.has(f"{n}", 52.0, 5.0 + n / 100)

    near = Near(52.0, 5.0, 100_000)
    pages = [locations.search.search(asked(near=near, offset=o, limit=2)) for o in (0, 2, 4, 6)]

    assert [[each.body for each in found] for found, _ in pages] == [
        [b"0", b"1"],
        [b"2", b"3"],
        [b"4"],
        [],
    ]
    assert {total for _, total in pages} == {5}


@pytest.mark.parametrize("near", [None, Near(52.0, 5.0, 100)])
def test_what_may_not_be_seen_is_not_found(locations: Searched, near: Near | None) -> None:
    locations.has("SHOWN", 52.0, 5.0)
    foreign = location("FOREIGN", owner=OTHER_CPO)
    locations.objects.save(stored(foreign, body=b"FOREIGN", facets=facets()))
    locations.objects.save(stored(location("HIDDEN"), body=b"HIDDEN"))
    locations.objects.save(stored(location("GONE"), deleted=True, facets=facets()))
    private = stored(location("PRIVATE"), audience=str(OTHER_EMSP), facets=facets())
    locations.objects.save(private)

    found, total = locations.search.search(asked(near=near, owners=(CPO,)))

    assert ([each.body for each in found], total) == ([b"SHOWN"], 1)


@pytest.mark.parametrize("near", [None, Near(52.0, 5.0, 100)])
def test_of_two_copies_with_facets_the_newer_is_found(
    locations: Searched, near: Near | None
) -> None:
    locations.objects.save(stored(body=b"common", facets=facets()))
    locations.objects.save(
        stored(body=b"own", audience=str(EMSP), updated=later(1), facets=facets())
    )

    assert locations.names(asked(near=near)) == ["own"]
    assert locations.names(asked(near=near, by=OTHER_EMSP)) == ["common"]


def test_a_copy_without_facets_does_not_hide_the_public_one(locations: Searched) -> None:
    locations.objects.save(stored(body=b"common", facets=facets()))
    locations.objects.save(stored(body=b"own", audience=str(EMSP), updated=later(1)))

    assert locations.names(ASKED) == ["common"]


def test_a_search_that_takes_too_long_is_refused_in_words(mongo: Mongo) -> None:
    hurried = MongoLocationSearch(mongo, longest_s=0.000_001)

    with pytest.raises(errors.InvalidParameter, match="ask for less"):
        hurried.search(asked(near=Near(52.0, 5.0, 5000)))


@pytest.mark.parametrize("hidden", [frozenset(), frozenset({OTHER_EMSP})])
def test_all_but_the_hidden_is_what_the_owners_have(
    locations: Searched, hidden: frozenset[PartyId]
) -> None:
    locations.has("A", 52, 5)
    if hidden:
        out = stored(location("X", owner=OTHER_EMSP), body=b"X", facets=facets(52, 5))
        locations.objects.save(out)

    for query in (asked(), asked(near=Near(52, 5, 1000)), asked(types=frozenset({"TESLA"}))):
        seen_by = replace(query.viewer, hidden=hidden)
        assert locations.names(replace(query, viewer=seen_by)) == ["A"]
