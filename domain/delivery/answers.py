"""What an answer to a delivery means."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """FAULT: the hub's own. HELD: no platform to send it to. NOT_OFFERED: no endpoint."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LACKS_PARENT = "lacks_parent"
    MOVED = "moved"
    TOKEN_DEAD = "token_dead"
    SLOW_DOWN = "slow_down"
    SICK = "sick"
    FAULT = "fault"
    HELD = "held"
    NOT_OFFERED = "not_offered"

    @property
    def is_well(self) -> bool:
        """Whether the endpoint works, even if it refuses this item."""
        return self in (
            Verdict.ACCEPTED,
            Verdict.REFUSED,
            Verdict.LACKS_PARENT,
            Verdict.MOVED,
        )

    @property
    def says_nothing(self) -> bool:
        """Whether the partner was not asked at all: its lane is neither well nor sick for it."""
        return self in (Verdict.FAULT, Verdict.HELD, Verdict.NOT_OFFERED)


@dataclass(frozen=True)
class Receipt:
    """That the receiver has it: where it says that it keeps it, and a hash of its answer."""

    location: str
    sha256: str


@dataclass(frozen=True)
class Attempt:
    """One try: when, what came back. `http` and `ocpi` are None where no answer came.

    `is_unsure`: the receiver may have it all the same. `revision`: which one of the object went out
    whole; 0 where a part did, or where that is not known. How long it took, and its ids, are known
    to the process that made it alone.
    """

    at: datetime
    verdict: Verdict
    reason: str
    http: int | None = None
    ocpi: int | None = None
    retry_after_s: float | None = None
    is_unsure: bool = False
    receipt: Receipt | None = None
    revision: int = 0
    elapsed_s: float | None = field(default=None, compare=False)
    correlation_id: str = field(default="", compare=False)
    request_id: str = field(default="", compare=False)

    @property
    def is_bare_refusal(self) -> bool:
        """Whether something refused it that does not speak OCPI: a framework, or a firewall."""
        is_refused = self.verdict is Verdict.REFUSED and self.ocpi is None
        return is_refused and self.http is not None and self.http >= 400

    @property
    def is_bare(self) -> bool:
        """Whether the answer was 2xx and no envelope: it may mean that the receiver has it."""
        return self.http is not None and 200 <= self.http < 300 and self.ocpi is None


_SLOW_DOWN = frozenset({408, 425, 429, 503})
_LACKS = frozenset({2003, 2004})
_NOT_LET_IN = frozenset({401, 403})
_CDR = r"cdrs?|charge\W+detail\W+records?"
_HAS = "have|has|had|got|holds?|knows?|received|stored|processed|accepted|billed"
_OTHERS = "tokens?|sessions?|locations?|tariffs?|evses?|connectors?|contracts?|part(?:y|ies)|not?"
_NO_OTHER = rf"(?:(?!\b(?:{_OTHERS})\b)[^.;:\n]){{0,80}}?"
"""What may stand between the CDR and what is said of it: nothing else that could be there."""
_TELLING = 4
"""A shorter id may be any word."""


def judge(*, http: int, ocpi: int | None, is_part: bool, is_delete: bool = False) -> Verdict:
    """What an answer means; `is_part`: it answers a PATCH or a push below the whole object.

    A reader that does not have what it is told to delete (`is_delete`) is right as it is (TA-5).

    `ocpi` is None where the body was no envelope. An envelope of 2xxx in another 4xx is about the
    item too, as it is for a requester: it must not hold up its neighbours. So is another 4xx
    without an envelope: the partner's framework refused the item before its OCPI saw it.
    """
    if http in _NOT_LET_IN:
        return Verdict.TOKEN_DEAD
    if is_part and (http == 404 or (ocpi in _LACKS and http < 500)):
        return Verdict.LACKS_PARENT
    if is_delete and http == 404 and ocpi is not None and 2000 <= ocpi < 3000:
        return Verdict.ACCEPTED
    if http in (404, 405):
        return Verdict.MOVED
    if http in _SLOW_DOWN:
        return Verdict.SLOW_DOWN
    if 400 <= http < 500 and (ocpi is None or 2000 <= ocpi < 3000):
        return Verdict.REFUSED
    if not 200 <= http < 300 or ocpi is None:
        return Verdict.SICK
    if 1000 <= ocpi < 2000:
        return Verdict.ACCEPTED
    return Verdict.REFUSED if 2000 <= ocpi < 3000 else Verdict.SICK


def may_have_it(*, http: int, verdict: Verdict) -> bool:
    """Whether the receiver may have it though it did not say so; a redirect took nothing."""
    return verdict is Verdict.SICK and not 300 <= http < 400


def is_definite_refusal(attempt: Attempt) -> bool:
    """Whether the receiver has decided against it, so that its answer can be relayed (D-9 a).

    2xxx in a valid envelope; not where it would not let the hub in, or asks to wait. 3xxx, and
    every answer with a 5xx, is trouble of its own: the CDR is in custody and delivered later.
    """
    if attempt.http is None or attempt.ocpi is None:
        return False
    is_about_the_hub = attempt.http in _NOT_LET_IN or attempt.http in _SLOW_DOWN
    is_whole = 200 <= attempt.http < 300 or 400 <= attempt.http < 500
    return is_whole and not is_about_the_hub and 2000 <= attempt.ocpi < 3000


def says_it_has_it(attempt: Attempt, cdr_id: str) -> bool:
    """Whether a refusal says that this CDR is there already; OCPI has no status code for that.

    "No token exists with this uid" is about something else, and so is a token that exists already.
    Words count in an envelope alone: a firewall's page may say of itself that it "already exists".
    """
    if attempt.http == 409 or attempt.is_bare_refusal:
        return attempt.http == 409
    named = f"{_CDR}|{re.escape(cdr_id)}" if len(cdr_id) >= _TELLING else _CDR
    subject = rf"(?<![\w-])(?:{named})(?![\w-])"
    says = (
        rf"\bduplicated?\W+(?:(?:of|id|an?|the|this)\W+){{0,3}}{subject}",
        rf"{subject}{_NO_OTHER}\b(?:duplicate|already)\b",
        rf"\balready\W+(?:{_HAS})\W+(?:(?:an?|the|this|that|such)\W+)?{subject}",
    )
    return any(re.search(each, attempt.reason, re.IGNORECASE) for each in says)
