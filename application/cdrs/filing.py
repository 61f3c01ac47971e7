"""Filing a CDR: the one write that takes it into the archive, with its fee and its pair."""

from dataclasses import dataclass
from hashlib import sha256

from application.cdrs.checking import Checked
from application.cdrs.credit_pairs import CreditPairs, Pair
from application.partners.directories import Directories
from domain.cdrs.cdr import Cdr
from domain.cdrs.custody import CdrConflict, Filed, ref_of
from domain.operators.alarm_kinds import AlarmKind
from domain.partners.agreements import Fee
from domain.partners.naming import called
from domain.ports import Bell, CdrArchive, CdrConflicts, Clock, Counters, FailPoints, Json
from domain.times import parse_time


@dataclass(frozen=True)
class Filing:
    """One that is in the archive now. `waiting` is the Credit CDR that waited for it."""

    filed: Filed
    waiting: Filed | None = None


@dataclass(frozen=True)
class CdrFiling:
    """Writes to the archive, which is only ever added to."""

    archive: CdrArchive
    cdr_conflicts: CdrConflicts
    directories: Directories
    credit_pairs: CreditPairs
    json: Json
    counters: Counters
    bell: Bell
    fail_points: FailPoints
    clock: Clock

    def file(self, checked: Checked, latest: Filed | None) -> Filing | None:
        """File it behind `latest`, if that has its id; None if another process was faster.

        :raises InvalidDocument: if it credits what it cannot.
        """
        pair = self.credit_pairs.pair(checked.cdr, checked.key)
        turn = 0 if latest is None else latest.turn + 1
        filed = self._filed(checked, pair, turn=turn)
        self.fail_points.reach("unwritten")
        if not self.archive.file(filed):
            return None
        self.fail_points.reach("written")
        if checked.remarks:
            by = called(checked.posted.by)
            self.counters.count("remarks", partner=by, module=checked.key.module)
        return Filing(filed, pair.waiting)

    def is_same(self, checked: Checked, latest: Filed) -> bool:
        """Equal as JSON: the order of fields and the digits behind a number do not count."""
        if sha256(checked.posted.body).hexdigest() == latest.sha256:
            return True
        return bool(self.json.parse(latest.body) == checked.posted.document)

    def keep_conflict(self, checked: Checked, latest: Filed) -> None:
        """Keep one whose id another CDR has, for people to look at."""
        posted = checked.posted
        found = sha256(posted.body).hexdigest()
        self.counters.count("cdr_conflicts", partner=called(posted.by))
        self.bell.ring(AlarmKind.CDR_CONFLICT, called(posted.by))
        self.cdr_conflicts.keep(
            CdrConflict(latest.ref, latest.key, posted.by.id, posted.body, found, self.clock.now())
        )

    def _fee(self, cdr: Cdr, pair: Pair, currency: str) -> Fee | None:
        """What is agreed now; a Credit CDR and its original take the same share."""
        if pair.has_fee:
            return pair.fee
        agreements = self.directories.known().agreements
        return agreements.fee(cdr.owner, cdr.reader, currency)

    def _filed(self, checked: Checked, pair: Pair, *, turn: int) -> Filed:
        posted, cdr = checked.posted, checked.cdr
        account = cdr.account()
        return Filed(
            ref=ref_of(checked.key, turn),
            key=checked.key,
            turn=turn,
            receiver=cdr.reader,
            sender=posted.sender,
            origin=posted.by.id,
            body=posted.body,
            sha256=sha256(posted.body).hexdigest(),
            received_at=self.clock.now(),
            last_updated=parse_time(cdr.last_updated),
            correlation_id=posted.correlation_id,
            account=account,
            fee=self._fee(cdr, pair, account.currency),
            session=cdr.session,
            credited=cdr.credited,
            place=pair.place,
            remarks=checked.remarks,
        )
