"""Minutes of the clock, for tests of what is counted in one."""

import time

from domain.partners.limits import MINUTE_S
from tests.e2e.hub_process import until


def early_in_a_minute(left_s: float = 12.0) -> None:
    """Return when the minute goes on for so long at least."""
    until(lambda: MINUTE_S - time.time() % MINUTE_S > left_s, MINUTE_S)
