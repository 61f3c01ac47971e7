"""Where two documents differ: the smallest parts, numbers by value."""

from decimal import Decimal
from typing import Any

import pytest

from domain.cdrs.differences import Difference, differences


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": 1}, {"a": Decimal("1.0")}, []),
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [("a.c", 2, 3)]),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]}, [("a[1].b", 2, 3)]),
        ({"a": [1]}, {"a": [1, 2]}, [("a", [1], [1, 2])]),
        ({"a": [1]}, {"a": "1"}, [("a", [1], "1")]),
        ({"a": "1"}, {"a": [1]}, [("a", "1", [1])]),
        ({"a": {}}, {"a": 1}, [("a", {}, 1)]),
        ({"b": 1}, {"a": 1}, [("a", None, 1), ("b", 1, None)]),
        (1, 2, [("", 1, 2)]),
    ],
)
def test_the_smallest_parts_that_differ_are_named(
    one: Any, other: Any, found: list[tuple[str, Any, Any]]
) -> None:
    assert list(differences(one, other)) == [Difference(*each) for each in found]
