"""What every store of objects promises to a reader of a list to its end, a page at a time.

A page behind a known position shows what is behind it, also after writes in between.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from domain.objects.paging import ListPosition, Page, PageRequest
from domain.objects.stored import EVERYONE, ObjectKey, Stored
from domain.partners.party import PartyId
from domain.ports import ObjectStore
from tests.contracts.made import CPO, EMSP, OTHER_CPO, later, location, stored, viewer


def keep(objects: ObjectStore, name: str, owner: PartyId = CPO) -> Stored:
    return objects.save(stored(location(name, owner=owner), body=name.encode()))


def change(objects: ObjectStore, name: str, **fields: Any) -> None:
    held = objects.get(location(name), EVERYONE)
    assert held is not None
    objects.save(replace(held, **fields))


def page(objects: ObjectStore, before: Page | None = None, **fields: Any) -> Page:
    request = PageRequest(offset=0, limit=2, after=None if before is None else before.last)
    return objects.page("locations", replace(request, **fields), viewer=viewer())


def crawled(objects: ObjectStore, **fields: Any) -> Iterator[Page]:
    """Every page, each found by where the one before ended."""
    found = page(objects, **fields)
    yield found
    while found.more:
        found = page(objects, found, **fields)
        yield found


def names(*pages: Page) -> str:
    return "".join(item.decode() for page in pages for item in page.items)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_pages_behind_each_other_are_the_pages_at_each_offset(
    objects: ObjectStore, count: int
) -> None:
    for name in "ABCDE"[:count]:
        keep(objects, name)

    pages = list(crawled(objects))

    assert [each.items for each in pages] == [
        page(objects, offset=offset).items for offset in range(0, max(count, 1), 2)
    ]
    assert {each.total for each in pages} == {count}


def test_more_follows_until_the_last_page_even_a_full_one(objects: ObjectStore) -> None:
    for name in "ABCD":
        keep(objects, name)

    assert [each.more for each in crawled(objects)] == [True, False]
    assert [page(objects, offset=offset).more for offset in (0, 1, 2, 3, 4, 9)] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_the_position_goes_before_the_offset(objects: ObjectStore) -> None:
    for name in "ABCD":
        keep(objects, name)

    assert names(page(objects, page(objects), offset=2)) == "CD"
    assert names(page(objects, page(objects), offset=999)) == "CD"


def test_an_empty_page_ends_nowhere(objects: ObjectStore) -> None:
    keep(objects, "A")

    assert page(objects, offset=5) == Page((), total=1, more=False, last=None)
    assert page(objects, page(objects)) == Page((), total=1, more=False, last=None)


def test_what_was_created_at_once_is_shown_once_each(objects: ObjectStore) -> None:
    first = keep(objects, "A")
    for name in "EDCB":
        keep(objects, name)
        change(objects, name, created=first.created)

    assert names(*crawled(objects)) == "ABCDE"
    assert names(*crawled(objects, limit=1)) == "ABCDE"


def test_what_comes_while_a_reader_crawls_is_at_the_end(objects: ObjectStore) -> None:
    for name in "ABC":
        keep(objects, name)
    first = page(objects)

    keep(objects, "D")
    keep(objects, "0", owner=OTHER_CPO)

    second = page(objects, first)
    assert names(second, page(objects, second)) == "CD0"
    assert second.total == 5


def test_an_update_while_a_reader_crawls_moves_nothing(objects: ObjectStore) -> None:
    for name in "ABCD":
        keep(objects, name)
    first = page(objects)

    change(objects, "A", body=b"a", last_updated=later(99))
    change(objects, "C", body=b"c", last_updated=later(99))

    assert names(page(objects, first)) == "cD"


def test_what_goes_while_a_reader_crawls_takes_nothing_else_with_it(objects: ObjectStore) -> None:
    for name in "ABCDEF":
        keep(objects, name)
    first = page(objects)

    for name in "ABD":
        change(objects, name, deleted=True)

    second = page(objects, first)
    assert names(second) == "CE"
    assert (second.total, second.more) == (3, True)
    assert names(page(objects, second)) == "F"


def test_the_page_goes_on_behind_an_object_that_is_gone(objects: ObjectStore) -> None:
    for name in "ABC":
        keep(objects, name)
    first = page(objects)

    change(objects, "B", deleted=True)

    assert names(page(objects, first)) == "C"


def test_dates_are_kept_to_behind_a_position(objects: ObjectStore) -> None:
    for n, name in enumerate("ABCDEF"):
        keep(objects, name)
        change(objects, name, last_updated=later(n % 2))

    pages = list(crawled(objects, date_from=later(1), limit=1))

    assert names(*pages) == "BDF"
    assert {each.total for each in pages} == {3}


def test_copies_are_chosen_between_behind_a_position_too(objects: ObjectStore) -> None:
    for name in "ABCD":
        keep(objects, name)
    for name, seconds in (("A", 1), ("B", -1), ("D", 1), ("X", 0)):
        own = stored(location(name), body=name.lower().encode(), audience=str(EMSP))
        objects.save(replace(own, last_updated=later(seconds)))

    pages = list(crawled(objects))

    assert names(*pages) == "BCadx"
    assert {each.total for each in pages} == {5}


def test_a_made_up_position_shows_a_reader_no_more(objects: ObjectStore) -> None:
    keep(objects, "A")
    keep(objects, "B", owner=OTHER_CPO)
    request = PageRequest(0, 9, after=ListPosition(0, "\x00$where"))

    shown = objects.page("locations", request, viewer=viewer(EMSP, CPO))

    assert (shown.items, shown.total) == ((b"A",), 1)


def test_tokens_of_one_uid_and_two_types_are_two_objects_of_a_list(objects: ObjectStore) -> None:
    for kind in ("RFID", "APP_USER"):
        objects.save(stored(ObjectKey("tokens", CPO, "T1", kind), body=kind.encode()))

    first = objects.page("tokens", PageRequest(0, 1), viewer=viewer())
    second = objects.page("tokens", PageRequest(1, 1, after=first.last), viewer=viewer())

    assert (first.items, second.items) == ((b"RFID",), (b"APP_USER",))
    assert (first.total, first.more, second.more) == (2, True, False)


def test_a_page_ends_where_its_bytes_do_and_goes_on_behind_them(objects: ObjectStore) -> None:
    for name in ("A", "B" * 50, "C", "D", "E"):
        keep(objects, name)

    pages = list(crawled(objects, limit=4, most_bytes=3))

    assert [names(each) for each in pages] == ["A", "B" * 50, "CDE"]
    assert [(each.more, each.total) for each in pages] == [(True, 5), (True, 5), (False, 5)]


OUT = PartyId("BE", "OUT")
"""Its platform is suspended: no viewer is shown what is its."""


@pytest.mark.parametrize("hidden", [frozenset(), frozenset({OUT})])
@pytest.mark.parametrize("dates", [{}, {"date_from": later(0)}])
def test_all_but_the_hidden_is_what_the_owners_have(
    objects: ObjectStore, hidden: frozenset[PartyId], dates: dict[str, Any]
) -> None:
    """Many owners and few that are hidden: the store may ask by either, and shows the same."""
    for name in "ABCD":
        keep(objects, name)
    for name in "XYZ" if hidden else "":
        keep(objects, name, owner=OUT)
    own = stored(location("B"), body=b"b", audience=str(EMSP))
    objects.save(replace(own, last_updated=later(1)))
    by_owners = viewer(EMSP, CPO, OTHER_CPO)
    by_hidden = replace(by_owners, hidden=hidden)

    for request in (PageRequest(0, 2, **dates), PageRequest(1, 2, **dates)):
        [plain, short] = [
            objects.page("locations", request, viewer=each) for each in (by_owners, by_hidden)
        ]
        assert (plain.items, plain.total, plain.more) == (short.items, short.total, short.more)
        assert plain.total == 4
    assert objects.by_id("locations", "X", viewer=by_hidden) == ()
    assert len(objects.by_id("locations", "A", viewer=by_hidden)) == 1
