"""A push as it came in: which object or part, by whom, and whether its ids are the URL's.

What is judged here needs no store; what becomes of it is the business of `intake`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from application.modules import MODULES
from domain.documents import Document, ci, same_json
from domain.errors import Problem
from domain.objects.carried import OcpiObject
from domain.objects.levels import is_older, own_times
from domain.objects.remarks import NO_REMARKS, Remarks
from domain.objects.sessions import digest_of
from domain.objects.stored import EVERYONE, Change, ObjectKey, PartPath, Stored
from domain.partners.partner import Partner
from domain.routing.outbound_urls import are_plain, leads_astray
from domain.times import parse_time
from domain.validation import Direction

_REMEMBERED = 500


@dataclass(frozen=True)
class Pushed:
    """A PUT or PATCH of an object or a part of it, its body parsed but not judged yet.

    `audience` is `*` for what was pushed to the hub, else the party that it was passed on to.
    `direction` is PULL for what the hub fetched itself; `is_let_in`: an operator wants it taken.
    """

    key: ObjectKey
    path: PartPath
    method: str
    body: bytes
    document: Document
    by: Partner
    correlation_id: str
    audience: str = EVERYONE
    direction: Direction = Direction.PUSH
    is_let_in: bool = False

    @property
    def kind(self) -> str:
        """The schema of what is pushed."""
        return self.of.kinds[len(self.path)]

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the object, as it is now."""
        return not self.path and self.method == "PUT"

    @property
    def of(self) -> type[OcpiObject]:
        """What kind of object it is, or is a part of."""
        return MODULES[self.key.module].object


@dataclass(frozen=True)
class Accepted:
    """What became of a push: a new object or part, a changed one, or nothing.

    `stale`: it was older than what is stored. `repeated`: the same PATCH had its effect before
    (S-7). `unchanged`: it says what is stored already. `revision` is what it is stored as, 0 where
    the hub has not read what it was; `was_published` whether nothing older is still to be told.
    `whole` is what its reader is told instead of a PATCH that begins with what is there. `remarks`
    are what was odd about the push.
    """

    created: bool = False
    stale: bool = False
    repeated: bool = False
    revision: int = 0
    was_published: bool = True
    whole: bytes | None = None
    unchanged: bool = False
    remarks: Remarks = NO_REMARKS


def change_of(pushed: Pushed) -> Change:
    """As it came; a whole object is its present state anyway.

    A change that appends goes out as present state only. A send under way tells the object as it is
    at that moment, so it may have told the change already, and a second time would have a second
    effect (S-7).
    """
    if _counts_once(pushed):
        return Change("PUT", (), None, pushed.correlation_id)
    return Change(
        method=pushed.method,
        path=pushed.path,
        body=pushed.body if pushed.path or pushed.method == "PATCH" else None,
        correlation_id=pushed.correlation_id,
    )


def _counts_once(pushed: Pushed) -> bool:
    """Whether a second time would have a second effect: it appends (S-7)."""
    return pushed.method == "PATCH" and pushed.of.appends


def was_applied(pushed: Pushed, held: Stored) -> bool:
    """Whether this very PATCH had its effect before."""
    return _counts_once(pushed) and digest_of(pushed.body) in held.applied


def without_effect(
    pushed: Pushed, held: Stored | None, known: OcpiObject | None, *, now: datetime
) -> Accepted | None:
    """Why the push changes nothing; None: it may. `known` is None where there is nothing."""
    if held is None or known is None:
        return None
    if was_applied(pushed, held):
        return Accepted(repeated=True)
    older = is_older(pushed.document, known, pushed.path, own_times=held.own_times, now=now)
    return Accepted(stale=True) if older else None


def applied(pushed: Pushed, held: Stored | None) -> tuple[str, ...]:
    """The digests that are remembered with it: of the last 500 PATCHes."""
    before = () if held is None else held.applied
    if not _counts_once(pushed):
        return before
    return (*before, digest_of(pushed.body))[-_REMEMBERED:]


def foreign_ids(pushed: Pushed) -> list[Problem]:
    """Where ids in the body are not those of the URL, without regard to case (T-OWN-2)."""
    id_field = pushed.of.id_fields[len(pushed.path)]
    expected = {id_field: pushed.path[-1] if pushed.path else pushed.key.id}
    if not pushed.path:
        owner = pushed.key.owner
        expected |= {"country_code": owner.country_code, "party_id": owner.party_id}
        expected |= {"type": pushed.key.kind} if pushed.key.kind else {}
    return [
        Problem(name, "differs from the URL")
        for name, value in expected.items()
        if name in pushed.document and ci(pushed.document[name]) != value.upper()
    ]


def unsafe_ids(kind: type[OcpiObject], document: Document, depth: int = 0) -> list[Problem]:
    """Where an id leads out of the URL that it will be a segment of at a receiver."""
    if are_plain(kind.names_in(document, depth)):
        return []
    return [
        Problem(found.where, "leads out of the path of a URL")
        for found in kind.ids_in(document, depth)
        if leads_astray(found.id)
    ]


def repeats(pushed: Pushed, known: OcpiObject) -> bool:
    """Whether it is a PATCH that appends, and begins with what is there already."""
    return pushed.method == "PATCH" and known.repeats(pushed.document)


def repeats_all(known: OcpiObject, changed: OcpiObject) -> bool:
    """Equal as JSON, at the same moment by `last_updated`, however that is spelled."""
    if parse_time(known.last_updated) != parse_time(changed.last_updated):
        return False
    now = changed.last_updated
    return same_json({**known.document, "last_updated": now}, changed.document)


def pushed_time(pushed: Pushed) -> datetime:
    """Its last_updated."""
    return parse_time(str(pushed.document["last_updated"]))


def own_times_of(
    pushed: Pushed, held: Stored, before: OcpiObject | None, changed: OcpiObject
) -> Mapping[str, str]:
    """The owner's own times after the push. A whole object starts them anew."""
    if before is None or pushed.is_whole:
        return {}
    return own_times(pushed.document, before, changed, pushed.path, known=held.own_times)
