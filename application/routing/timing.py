"""How long a relayed request took, and how it ended, for the metrics."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from application.modules import DIALOGUES, MODULES
from domain import errors
from domain.partners.naming import called
from domain.partners.partner import Partner
from domain.ports import Counters

_MODULES = frozenset({*MODULES, *DIALOGUES})


@contextmanager
def timed(counters: Counters, partner: Partner, module: str) -> Iterator[None]:
    """Time what is inside: `answered`, `away` (not asked or not reached), `timed_out`, `broken`."""
    begun, outcome = time.monotonic(), "answered"
    try:
        yield
    except (errors.Unreachable, errors.ReceiverAway):
        outcome = "away"
        raise
    except errors.OutboundFailed as failure:
        is_late = isinstance(failure, errors.NoAnswer) and failure.timed_out
        outcome = "timed_out" if is_late else "broken"
        raise
    finally:
        took_s = time.monotonic() - begun
        module = module if module in _MODULES else "custom"
        counters.time("relay", took_s, partner=called(partner), module=module, outcome=outcome)
