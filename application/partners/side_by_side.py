"""Calls to partners that no caller waits for: a partner has one thread at most, even if it hangs.

Care for partners goes round every second. A partner that hangs must not keep the round from the
others, nor be called again while an earlier call hangs.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field

AT_ONCE = 16


def _threads() -> Executor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="care")


@dataclass(frozen=True)
class SideBySide:
    """One kind of call. Used by one thread; the calls run in the pool's."""

    pool: Executor = field(default_factory=_threads)
    under_way: dict[str, Future[object]] = field(default_factory=dict)

    def begin(self, partner_id: str, call: Callable[[], object]) -> bool:
        """Make the call soon; False, and nothing, while an earlier one to this partner is made."""
        if partner_id in self.under_way and not self.under_way[partner_id].done():
            return False
        self.under_way[partner_id] = self.pool.submit(call)
        return True

    def settle(self) -> None:
        """Forget the calls that are over; what one of them raised is raised here, one at a time."""
        for partner_id, call in list(self.under_way.items()):
            if call.done():
                del self.under_way[partner_id]
                call.result()
