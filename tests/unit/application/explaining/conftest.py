"""ABC's platform `cpo`, XYZ's `emsp`, and a hub that explains itself."""

import pytest

from tests.unit.application.explaining.asked import Market


@pytest.fixture
def market() -> Market:
    return Market()
