"""`ocpi-hub check`: whether a hub can run on these settings, a line for each thing it stands on."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError
from redis.exceptions import RedisError

from entrypoints.folder import CannotRun
from entrypoints.redis_place import RedisPlace
from entrypoints.settings import Settings

_PATIENCE_S = 5.0
_SHORT_PATIENCE_S = 2.0
_OPEN = "lets clients in without a password: give it one, and write it into HUB_REDIS_URL"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What was looked at, and how it was found."""

    subject: str
    is_good: bool
    detail: str

    def __str__(self) -> str:
        return f"{'ok ' if self.is_good else 'BAD'}  {self.subject}: {self.detail}"


def checks(settings: Settings) -> Iterator[Finding]:
    """Settings, MongoDB, its indexes, Redis; the indexes only where there is a MongoDB."""
    party = f"{settings.country_code}-{settings.party_id}"
    yield Finding("settings", True, f"{party} at {settings.versions_url}")
    mongo = _mongo(settings.mongo_url)
    yield mongo
    if mongo.is_good:
        yield _indexes(settings)
        yield _partners(settings)
    yield _redis(settings.redis)


def warn_of_open_redis(settings: Settings) -> None:
    """One line at the start of a process whose wake-ups any program could write."""
    if is_open(settings.redis):
        _log.warning("Redis %s", _OPEN)


def refuse_wrong_password(url: str) -> None:
    """End a process at its start where MongoDB will never let it in; one that is away may come.

    :raises CannotRun: naming what is wrong, and never the password.
    """
    patience_ms = int(_SHORT_PATIENCE_S * 1000)
    client: MongoClient[dict[str, Any]]
    try:
        with MongoClient(
            url, serverSelectionTimeoutMS=patience_ms, timeoutMS=patience_ms
        ) as client:
            client.admin.command("ping")
    except (OperationFailure, ConfigurationError) as error:
        from entrypoints.bootstrap import why_not

        raise CannotRun(why_not(error)) from None
    except PyMongoError:
        return


def _mongo(url: str) -> Finding:
    """A majority-acknowledged write is what every promise of the hub rests on."""
    patience_ms = int(_PATIENCE_S * 1000)
    client: MongoClient[dict[str, Any]]
    try:
        with MongoClient(
            url, serverSelectionTimeoutMS=patience_ms, timeoutMS=patience_ms
        ) as client:
            greeting = client.admin.command("hello")
            version = client.server_info()["version"]
    except PyMongoError as error:
        from entrypoints.bootstrap import why_not

        return Finding("MongoDB", False, why_not(error).removeprefix("MongoDB "))
    if not greeting.get("setName"):
        return Finding("MongoDB", False, "not a replica set")
    return Finding("MongoDB", True, f"{version}, replica set {greeting['setName']}, writable")


def _indexes(settings: Settings) -> Finding:
    from entrypoints.bootstrap import missing_indexes

    missing = missing_indexes(settings)
    if missing:
        return Finding("indexes", False, f"missing: {', '.join(missing)}")
    return Finding("indexes", True, "all there")


def _partners(settings: Settings) -> Finding:
    """A set that an operator never said may hold what the partner took by itself."""
    from entrypoints.bootstrap import partners_to_review

    waiting = partners_to_review(settings)
    if waiting:
        way = "compare with `ocpi-hub partner show`, then `partner approve` or `partner set`"
        return Finding("partners", False, f"{way}: {', '.join(waiting)}")
    return Finding("partners", True, "every approved set is an operator's")


def _redis(place: RedisPlace) -> Finding:
    """Redis holds wake-ups alone: without it everything comes seconds later."""
    from entrypoints.bootstrap import connected

    try:
        with connected(place, answers_within_s=_PATIENCE_S) as client:
            version = client.info("server")["redis_version"]
    except (RedisError, OSError) as error:
        return Finding("Redis", False, f"cannot be reached: {error}")
    if is_open(place):
        return Finding("Redis", False, _OPEN)
    silent = [each for each in place.sentinels if not _answers(RedisPlace(each))]
    if silent:
        many = len(place.sentinels)
        return Finding("Redis", False, f"{len(silent)} of {many} sentinels do not answer")
    known = f", the master that {len(place.sentinels)} sentinels know" if place.sentinels else ""
    return Finding("Redis", True, f"{version}{known}")


def is_open(place: RedisPlace) -> bool:
    """Whether this Redis answers without a password; on a socket file the file's rights decide."""
    return not place.is_a_file and _answers(place.without_password())


def _answers(place: RedisPlace) -> bool:
    from entrypoints.bootstrap import connected

    try:
        with connected(place, answers_within_s=_PATIENCE_S) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False
