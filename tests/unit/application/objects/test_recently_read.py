"""One change goes to many readers: what was read for the first of them is asked after, not read."""

from dataclasses import dataclass, field, replace

from adapters.memory import MemoryObjects
from application.objects.recently_read import Lately, RecentlyRead
from domain.objects.stored import ObjectKey, Stored
from tests.builders import LOC1, PlainJson, a_location, a_stored


@dataclass(frozen=True)
class Counting(MemoryObjects):
    """Says which objects were read whole."""

    read: list[ObjectKey] = field(default_factory=list)

    def get(self, key: ObjectKey, audience: str) -> Stored | None:
        self.read.append(key)
        return super().get(key, audience)

    def refresh(self, known: Stored) -> Stored | None:
        now = super().get(known.key, known.audience)
        return known if now is not None and now.revision == known.revision else now


def test_an_object_is_read_once_until_it_changes() -> None:
    objects = Counting()
    recently = RecentlyRead(objects, PlainJson())
    saved = objects.save(a_stored(a_location(name="Old")))

    first, second = recently.object(LOC1), recently.object(LOC1)
    objects.save(replace(saved, body=PlainJson().dump(a_location(name="New"))))
    changed = recently.object(LOC1)

    assert first is second
    assert first is not None
    assert changed is not None
    assert (first.stored.revision, changed.stored.revision) == (1, 2)
    assert b"New" in changed.stored.body
    assert objects.read == [LOC1]
    assert recently.object(ObjectKey("locations", LOC1.owner, "NONE")) is None


def test_an_object_that_is_there_no_more_is_forgotten() -> None:
    objects = Counting()
    recently = RecentlyRead(objects, PlainJson())
    objects.save(a_stored(a_location()))
    assert recently.object(LOC1) is not None

    objects.held.clear()

    assert recently.object(LOC1) is None


def test_what_was_used_least_lately_is_dropped_where_it_is_too_much() -> None:
    lately = Lately[str, str](10)
    lately.put("a", "A", 4)
    lately.put("b", "B", 4)
    assert lately.get("a") == "A"

    lately.put("c", "C", 4)
    lately.put("a", "AA", 5)

    assert [lately.get(name) for name in "abc"] == ["AA", None, "C"]
    assert lately.weight == 9
    lately.put("large", "L", 11)
    assert list(lately.held) == []
