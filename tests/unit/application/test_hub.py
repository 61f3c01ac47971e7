"""The hub is its use cases, and nothing besides."""

from dataclasses import fields

from application.hub import Hub
from tests.unit.application.house import PARTY, House


def test_an_entrypoint_gets_every_use_case_from_the_hub() -> None:
    house = House()

    hub = house.built(Hub, party=PARTY)

    parts = {each.name: getattr(hub, each.name) for each in fields(hub)}
    assert parts.pop("party") == PARTY
    assert all(parts[name] is getattr(house, name) for name in parts)
