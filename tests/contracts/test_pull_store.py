"""How far lists are read is kept, one record a list, and found again."""

from dataclasses import replace

from domain.objects.pulls import ListRead
from domain.partners.party import PartyId
from domain.ports import PullStore
from tests.contracts.made import NOON, later

ABC, XYZ = PartyId("DE", "ABC"), PartyId("FR", "XYZ")


def a_read(module: str = "tokens", party: PartyId = ABC, page: str | None = None) -> ListRead:
    return ListRead(module, party, began=NOON, read_at=later(5), page=page)


def test_what_is_noted_is_read_again_in_the_place_of_the_former(pulls: PullStore) -> None:
    whole = replace(
        a_read(page="https://there.example/?offset=1"),
        since=later(-60),
        taken=3,
        seen=7,
        stored=6,
        quarantined=1,
        total=9,
        failure="gone",
        remark="odd",
    )
    pulls.note("p", a_read())
    pulls.note("p", whole)
    pulls.note("p", whole)

    assert pulls.of("p") == (whole,)


def test_a_reading_that_began_later_is_not_overwritten(pulls: PullStore) -> None:
    earlier = a_read(page="https://there.example/2")
    anew = replace(a_read(page="https://there.example/1"), began=later(1))
    others = replace(a_read(party=XYZ), began=later(-1))

    assert pulls.note("p", earlier) == earlier
    assert pulls.note("p", anew) == anew
    assert pulls.note("p", earlier) == anew
    assert pulls.note("p", others) == others

    assert pulls.of("p") == (anew, others)


def test_lists_are_a_partners_own_by_module_and_party(pulls: PullStore) -> None:
    pulls.note("p", a_read("tokens", XYZ))
    pulls.note("p", a_read("tokens", ABC))
    pulls.note("p", a_read("locations", XYZ))
    pulls.note("q", a_read("tariffs", ABC))

    names = [read.name for read in pulls.of("p")]

    assert names == [("locations", XYZ), ("tokens", ABC), ("tokens", XYZ)]
    assert [read.name for read in pulls.of("q")] == [("tariffs", ABC)]
    assert pulls.of("r") == ()


def test_what_goes_on_is_found_and_what_has_ended_is_not(pulls: PullStore) -> None:
    pulls.note("p", a_read(page="https://there.example/2"))
    pulls.note("q", a_read(page="https://there.example/2"))
    pulls.note("r", a_read())

    assert pulls.unfinished() == {"p", "q"}
    pulls.note("p", a_read())
    assert pulls.unfinished() == {"q"}


def test_a_list_that_is_forgotten_is_gone_alone(pulls: PullStore) -> None:
    pulls.note("p", a_read("tokens", ABC))
    pulls.note("p", a_read("tokens", XYZ))

    pulls.forget("p", a_read("tokens", ABC))
    pulls.forget("p", a_read("tokens", ABC))

    assert [read.party for read in pulls.of("p")] == [XYZ]
