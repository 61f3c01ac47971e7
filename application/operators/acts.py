"""An administrative act is on record before it is done, and again when it has ended.

The first record is why no act is ever without one: where it cannot be written, nothing is done.
A process that dies in between leaves an act that has begun and not ended.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from application.operators.trail import AuditTrail
from domain.operators.audit import AuditEvent, Outcome
from domain.operators.changes import Subject, changes
from domain.ports import FailPoints, Ids

Made = TypeVar("Made")


@dataclass(frozen=True)
class AuditedActs:
    """Waits for both records."""

    audit_trail: AuditTrail
    ids: Ids
    fail_points: FailPoints

    def do(
        self, act: AuditEvent, does: Callable[[], Made], look: Callable[[Made | None], Subject]
    ) -> Made:
        """What `does` returns. `look` gives the subject: without a result, then with it.

        What `does` raises is raised; of it the record has the error's name and no word more, since
        a partner's answer may be in the message.

        :raises StoreUnavailable: before, and nothing is done; or after, and the act is done, though
            only that it has begun is on record.
        """
        seen = look(None)
        begun = replace(act, id=self.ids.new(), object=seen.name, outcome=Outcome.BEGUN)
        self.audit_trail.record(begun)
        self.fail_points.reach("begun")
        made: Made | None = None
        ended = replace(begun, outcome=Outcome.DONE)
        try:
            made = does()
        except BaseException as error:
            ended = replace(begun, outcome=Outcome.FAILED, failure=type(error).__name__)
            raise
        finally:
            self.fail_points.reach("acted")
            left = look(made)
            before, after = changes(seen.shape, left.shape)
            named = left.name or seen.name
            self.audit_trail.record(replace(ended, object=named, before=before, after=after))
        return made
