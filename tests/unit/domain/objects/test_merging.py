"""What a PATCH makes of a document: fields, lists, and children that it never takes away."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.objects.locations import merged
from tests.builders import Doc, a_connector, a_location, an_evse

UIDS = st.sampled_from(["E1", "e1", "E2", "E3", "E4"])
STATUSES = st.sampled_from(["AVAILABLE", "CHARGING", "REMOVED"])


def test_null_in_a_patch_clears_a_field_known_or_not() -> None:
    assert merged({"a": 1, "b": 2}, {"a": None, "c": None}) == {"b": 2}


def test_objects_and_lists_without_a_key_are_replaced_whole() -> None:
    held: Doc = {
        "operator": {"name": "Old", "website": "https://old"},
        "facilities": ["HOTEL", "MALL"],
    }

    changed = merged(held, {"operator": {"name": "New"}, "facilities": []})

    assert changed == {"operator": {"name": "New"}, "facilities": []}


def test_evses_in_a_patch_of_their_location_are_patched_by_uid() -> None:
    held = a_location(evses=[an_evse("E1"), an_evse("E2")])

    changed = merged(held, {"evses": [{"uid": "e2", "status": "CHARGING"}, an_evse("E3")]})

    assert changed["evses"] == [
        an_evse("E1"),
        {**an_evse("E2"), "uid": "e2", "status": "CHARGING"},
        an_evse("E3"),
    ]


def test_connectors_deep_in_a_patch_are_patched_by_id() -> None:
    held = a_location(evses=[an_evse("E1", connectors=[a_connector("1"), a_connector("2")])])

    changed = merged(
        held, {"evses": [{"uid": "E1", "connectors": [{"id": "2", "max_voltage": 400}]}]}
    )

    assert changed["evses"] == [
        an_evse("E1", connectors=[a_connector("1"), a_connector("2", max_voltage=400)])
    ]


@pytest.mark.parametrize("nothing", [None, []])
@pytest.mark.parametrize("name", ["evses", "parking_places"])
def test_neither_null_nor_an_empty_list_removes_children(name: str, nothing: Any) -> None:
    held = {name: [{"uid": "E1", "id": "E1"}]}

    assert merged(held, {name: nothing}) == held
    assert merged({}, {name: nothing}) == {}


evses = st.lists(
    st.builds(
        lambda uid, status, ids: an_evse(
            uid, status=status, connectors=[a_connector(i) for i in ids]
        ),
        UIDS,
        STATUSES,
        st.lists(st.sampled_from("123"), unique=True, min_size=1),
    ),
    unique_by=lambda evse: evse["uid"].upper(),
)
evse_patches = st.lists(
    st.fixed_dictionaries(
        {"uid": UIDS},
        optional={
            "status": STATUSES,
            "evse_id": st.none() | st.text(max_size=3),
            "connectors": st.none()
            | st.lists(st.fixed_dictionaries({"id": st.sampled_from("1234")})),
        },
    )
)
patches = st.fixed_dictionaries(
    {},
    optional={
        "evses": st.none() | evse_patches,
        "name": st.none() | st.text(max_size=3),
        "parking_places": st.none() | st.lists(st.fixed_dictionaries({"id": UIDS})),
    },
)


@given(held=evses, patch=patches)
def test_no_patch_takes_an_evse_or_a_connector_away(held: list[Doc], patch: Doc) -> None:
    before = a_location(evses=held)

    after: Doc = {**merged(before, patch)}

    kept = {_key(evse, "uid"): evse for evse in after.get("evses", ())}
    assert {_key(evse, "uid") for evse in held} <= kept.keys()
    for evse in held:
        there = {_key(each, "id") for each in kept[_key(evse, "uid")]["connectors"]}
        assert {_key(each, "id") for each in evse["connectors"]} <= there


@given(held=evses, patch=patches)
def test_a_patch_edits_nothing_in_place(held: list[Doc], patch: Doc) -> None:
    before = a_location(evses=held)
    documents = copy.deepcopy((before, patch))

    merged(before, patch)

    assert (before, patch) == documents


@given(held=evses, patch=patches)
def test_the_same_patch_twice_is_the_same_as_once(held: list[Doc], patch: Doc) -> None:
    once = merged(a_location(evses=held), patch)

    assert _said(merged(once, patch)) == _said(once)


def _said(value: Any) -> Any:
    """Without nulls: they say the same as no field at all."""
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if each is not None}
    return [_said(each) for each in value] if isinstance(value, list) else value


def _key(child: Doc, name: str) -> str:
    return str(child[name]).upper()
