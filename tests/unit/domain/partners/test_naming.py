"""What a partner is called among people."""

from dataclasses import replace
from typing import Any

import pytest

from domain.partners.approval import NOTHING
from domain.partners.naming import called
from tests.builders import XYZ, a_partner


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "DE-ABC"),
        ({"roles": ()}, "DE-ABC"),
        ({"roles": (), "approved": NOTHING, "hub_party": XYZ}, "FR-XYZ"),
        ({"roles": (), "approved": NOTHING}, "cpo"),
    ],
)
def test_a_partner_is_called_by_its_first_party_else_by_its_id(
    fields: dict[str, Any], name: str
) -> None:
    assert called(replace(a_partner(), **fields)) == name
