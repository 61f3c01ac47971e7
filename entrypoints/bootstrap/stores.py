"""The way to the database that all of the hub's parts share."""

from adapters import mongo
from application.delivery.send_limits import POOL
from entrypoints.settings import Settings


def mongo_of(settings: Settings) -> mongo.Mongo:
    """The database of these settings, with connections for every thread; not connected yet."""
    pool = max(settings.web_threads, POOL) + 4
    return mongo.Mongo(settings.mongo_url, settings.database_name, pool=pool)
