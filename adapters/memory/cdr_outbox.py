"""What became of CDRs and is to be told, in memory: it stands in the deliveries themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adapters.memory.records import MemoryRecords
from domain.delivery.deliveries import CdrDelivery, is_of_cdr
from domain.delivery.what import CdrHandover


@dataclass(frozen=True)
class MemoryCdrOutbox:
    records: MemoryRecords

    def untold(self, *, limit: int) -> tuple[CdrDelivery, ...]:
        return self._where(lambda each: each.what.untold != ())[:limit]

    def told(self, told: Sequence[CdrDelivery]) -> None:
        with self.records.lock:
            for each in told:
                if (held := self._of(each.id)) is not None:
                    left = [event for event in held.what.untold if event not in each.what.untold]
                    self._note(held, replace(held.what, untold=tuple(left)))

    def doubt(self, delivery_id: str, doubt: str) -> None:
        with self.records.lock:
            held = self._of(delivery_id)
            if held is not None and doubt not in held.what.doubts:
                self._note(held, replace(held.what, doubts=(*held.what.doubts, doubt)))

    def _where(self, fits: Callable[[CdrDelivery], bool]) -> tuple[CdrDelivery, ...]:
        """CDRs' deliveries that fit, in order of acceptance."""
        known = filter(is_of_cdr, self.records.all())
        return tuple(sorted(filter(fits, known), key=lambda each: (each.since, each.id)))

    def _of(self, delivery_id: str) -> CdrDelivery | None:
        held = self.records.held.get(delivery_id)
        return held if held is not None and is_of_cdr(held) else None

    def _note(self, held: CdrDelivery, handover: CdrHandover) -> None:
        self.records.write(replace(held, what=handover))
