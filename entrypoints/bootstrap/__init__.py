"""The composition root: the only place that knows which adapter sits in which port.

Web, workers, sweeper and command line are all put together here, the same way.
"""

from adapters.mongo import reason_of as why_not
from entrypoints.bootstrap.container import (
    Container,
    build,
    connected,
    worker,
)
from entrypoints.bootstrap.preparing import (
    missing_indexes,
    partners_to_review,
    prepare_stores,
    refuse_while_at_work,
)

__all__ = [
    "Container",
    "build",
    "connected",
    "missing_indexes",
    "partners_to_review",
    "prepare_stores",
    "refuse_while_at_work",
    "why_not",
    "worker",
]
