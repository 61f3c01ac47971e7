"""What every store of objects set aside promises."""

from dataclasses import replace

from domain.objects.quarantine import Quarantined
from domain.ports import Quarantine
from tests.contracts.made import NOON, later


def found(
    name: str = "LOC1", *, partner: str = "p", module: str = "locations", seconds: float = 0
) -> Quarantined:
    return Quarantined(
        partner_id=partner,
        module=module,
        name=name,
        problems=("evses.0.uid: required", "$set.a: no such field"),
        seen_at=later(seconds),
        body='{"$set": {"a.b": "Ü\\u0000"}}'.encode(),
        since=later(seconds),
    )


def test_what_was_set_aside_comes_back_as_it_was_put(quarantine: Quarantine) -> None:
    quarantine.put(found("a/b|c.$Ü"))

    assert quarantine.all() == (found("a/b|c.$Ü"),)


def test_the_same_object_seen_again_replaces_itself(quarantine: Quarantine) -> None:
    again = replace(found(seconds=5), problems=("id: required",), body=b"{}")
    quarantine.put(found())

    quarantine.put(again)
    quarantine.put(again)

    assert quarantine.all() == (replace(again, since=later(0)),)


def test_what_was_seen_last_is_first_and_the_rest_is_cut_off(quarantine: Quarantine) -> None:
    for name, seconds in (("B", 2), ("A", 1), ("C", 3)):
        quarantine.put(found(name, seconds=seconds))

    assert [each.name for each in quarantine.all()] == ["C", "B", "A"]
    assert [each.name for each in quarantine.all(limit=2)] == ["C", "B"]


def test_one_partners_can_be_asked_for(quarantine: Quarantine) -> None:
    quarantine.put(found(partner="p"))
    quarantine.put(found(partner="q"))

    assert quarantine.all(partner_id="q") == (found(partner="q"),)
    assert quarantine.all(partner_id="unknown") == ()


def test_what_a_whole_pull_has_not_seen_again_is_forgotten(quarantine: Quarantine) -> None:
    quarantine.put(found("GONE", seconds=-1))
    quarantine.put(found("STILL", seconds=0))

    assert quarantine.clear("p", "locations", before=NOON) == 1
    assert quarantine.clear("p", "locations", before=NOON) == 0

    assert [each.name for each in quarantine.all()] == ["STILL"]


def test_forgetting_is_of_one_partner_and_module(quarantine: Quarantine) -> None:
    others = (found(partner="q"), found(module="tokens"))
    for each in (found(), *others):
        quarantine.put(each)

    assert quarantine.clear("p", "locations", before=later(60)) == 1

    assert set(quarantine.all()) == set(others)


def test_one_object_can_be_asked_for_in_any_case_and_by_its_ref(quarantine: Quarantine) -> None:
    quarantine.put(found("Loc/1"))

    assert quarantine.of("p", "locations", "lOC/1") == found("Loc/1")
    assert quarantine.get(found("LOC/1").ref) == found("Loc/1")
    assert quarantine.of("q", "locations", "Loc/1") is None
    assert quarantine.of("p", "tokens", "Loc/1") is None
    assert quarantine.get("0123456789ab") is None


def test_what_was_accepted_stays_so_when_it_is_seen_again(quarantine: Quarantine) -> None:
    quarantine.put(found())
    quarantine.accept(found().ref, at=later(5))
    quarantine.accept("0123456789ab", at=later(5))

    quarantine.put(found(seconds=9))

    [held] = quarantine.all()
    assert (held.since, held.seen_at, held.accepted_at) == (later(0), later(9), later(5))
