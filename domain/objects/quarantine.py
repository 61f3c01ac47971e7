"""What is wrong with partners' objects: what is quarantined, and what is taken with remarks.

One bad object takes no others with it (T-PAG-12); this is what its owner's operator is told.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.noted_text import storable
from domain.objects.remarks import Remarks
from domain.objects.stored import ObjectKey
from domain.times import format_time

_LONGEST_NAME = 100


@dataclass(frozen=True)
class Quarantined:
    """Which object of whose page, what is wrong with it, when it was seen last, and its JSON.

    `since` is when it was quarantined first. `accepted_at`: an operator let it in, so that it is
    judged with checks off whenever it is pulled.
    """

    partner_id: str
    module: str
    name: str
    problems: tuple[str, ...]
    seen_at: datetime
    body: bytes
    since: datetime | None = None
    accepted_at: datetime | None = None

    @property
    def id(self) -> str:
        """One record per partner, module and object: seen again, it replaces itself."""
        return id_of(self.partner_id, self.module, self.name)

    @property
    def ref(self) -> str:
        """What operators call it: short, and fit for a URL."""
        return sha256(self.id.encode()).hexdigest()[:12]

    @property
    def reason(self) -> str:
        """Why its parts are not there: `is quarantined since 2026-01-31T…, because id: …`."""
        since = format_time(self.since or self.seen_at)
        return f"is quarantined since {since}, because {'; '.join(self.problems)}"


def id_of(partner_id: str, module: str, name: str) -> str:
    """The id of the record of this object; names are compared without regard to case."""
    return f"{partner_id}/{module}/{name_of(name).upper()}"


def name_of(object_id: str) -> str:
    """What an object is called here: its id, as far as it can be kept."""
    return storable(object_id, _LONGEST_NAME)


@dataclass(frozen=True)
class Remarked:
    """An object that was taken with remarks: whose platform said it last, and when."""

    partner_id: str
    key: ObjectKey
    at: datetime
    remarks: Remarks
