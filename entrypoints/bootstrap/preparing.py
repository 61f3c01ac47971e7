"""The stores made ready for this version: indexes, partners' sets, and no CDR lost on the way."""

import contextlib
from dataclasses import dataclass, replace

from redis.exceptions import RedisError

from adapters import mongo, redis, rq
from adapters.ocpi import exact_json
from application.modules import STORED
from entrypoints.bootstrap.stores import mongo_of
from entrypoints.folder import CannotRun
from entrypoints.settings import Settings

_TAKES_AT_MOST_S = 12 * 3600.0
"""An index of a large collection is made in minutes, or hours."""
_ANSWERS_WITHIN_S = 2.0
_SHOWN = 5


@dataclass(frozen=True)
class Prepared:
    """How many CDRs were owed before and after; `ended` of them were delivered meanwhile."""

    before: int
    after: int
    ended: int

    def __str__(self) -> str:
        said = f"CDRs owed: {self.before} before, {self.after} after"
        return f"{said}; {self.ended} were delivered meanwhile" if self.ended else said


def refuse_while_at_work(settings: Settings) -> None:
    """Where an index has to be made anew, no worker may need the former one.

    :raises CannotRun: while a worker of the hub runs, or where Redis does not say.
    """
    with contextlib.closing(mongo_of(settings)) as database:
        remade = mongo.outdated(database(), STORED)
    if not remade:
        return
    why = f"{', '.join(remade)} must be made of other fields, and the hub's questions need it"
    place = settings.redis
    client = redis.connect(
        place.url, place.sentinels, place.service, answers_within_s=_ANSWERS_WITHIN_S
    )
    try:
        at_work = rq.at_work(client)
    except RedisError:
        raise CannotRun(f"{why}: Redis does not say whether workers run. Bring it back") from None
    finally:
        redis.leave(client)
    if at_work:
        raise CannotRun(
            f"{why}: {len(at_work)} workers of the hub run ({', '.join(at_work[:_SHOWN])}). "
            "Stop all its processes first, web and sweeper too; one that was killed counts for "
            "three minutes"
        )


def prepare_stores(settings: Settings) -> Prepared:
    """Indexes and what else must be there before the first request. Safe to repeat.

    :raises CannotRun: if a CDR that was owed is not any more, and was not delivered.
    """
    usual = mongo_of(settings)
    patient = replace(usual, timeout_s=_TAKES_AT_MOST_S, found_within_s=usual.timeout_s)
    with contextlib.closing(patient) as database:
        before = mongo.owed_cdrs(database())
        mongo.prepare(database(), STORED)
        mongo.prepare_audit(database.beside(settings.audit_database)())
        mongo.give_sets(database(), exact_json)
        after = mongo.owed_cdrs(database())
        gone = before - after
        ended = mongo.ended_cdrs(database(), gone)
    if lost := sorted(gone - ended):
        raise CannotRun(
            f"CDRs owed: {len(before)} before, {len(after)} after, and {len(lost)} of them were "
            f"not delivered ({', '.join(lost[:_SHOWN])}). Start no process of the hub: restore "
            "the backup, and report this"
        )
    return Prepared(len(before), len(after), len(ended))


def partners_to_review(settings: Settings) -> list[str]:
    """Partners whose approved set was made from what they held: an operator never said it."""
    with contextlib.closing(mongo_of(settings)) as database:
        return mongo.to_review(database())


def missing_indexes(settings: Settings) -> list[str]:
    """Names of indexes that are not there."""
    with contextlib.closing(mongo_of(settings)) as database:
        audit = database.beside(settings.audit_database)()
        return [*mongo.missing(database(), STORED), *mongo.missing_in_audit(audit)]
