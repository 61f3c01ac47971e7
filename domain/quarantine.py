"""Objects on partners' pages that break the field tables: kept aside, for people to look at.

One bad object takes no others with it (T-PAG-12); this is what its owner's operator is told.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Quarantined:
    """Which object of whose page, what is wrong with it, when it was seen last, and its JSON."""

    partner_id: str
    module: str
    name: str
    problems: tuple[str, ...]
    seen_at: datetime
    body: bytes

    @property
    def id(self) -> str:
        """One record per partner, module and object: seen again, it replaces itself."""
        return f"{self.partner_id}/{self.module}/{self.name}"
