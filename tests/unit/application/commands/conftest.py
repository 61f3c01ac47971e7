"""A hub that knows LOC1 of ABC, whose commands XYZ asks for."""

import pytest

from tests.builders import a_location
from tests.unit.application.commands_asked import a_house
from tests.unit.application.house import House


@pytest.fixture
def house() -> House:
    house = a_house()
    house.push(a_location())
    return house
