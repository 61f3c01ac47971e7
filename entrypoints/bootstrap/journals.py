"""Where the journal is: in a database of its own, or nowhere."""

from injector import Module, provider, singleton

from adapters import mongo
from domain.operators.alarm_kinds import AlarmKind
from domain.ports import Bell, Counters, Journal, JournalReader
from entrypoints.settings import Settings

_CONNECTIONS = 4


class Journals(Module):
    """The journal and its reader."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.journal

    @singleton
    @provider
    def journal(self, counters: Counters, bell: Bell, database: mongo.Mongo) -> Journal:
        if not self._settings.days:
            return mongo.NoJournal()

        def dropped(many: int) -> None:
            for _ in range(many):
                counters.count("journal_dropped")
            bell.ring(AlarmKind.JOURNAL_DROPS, said=f"{many} at once")

        return mongo.MongoJournal(self._beside(database), dropped)

    @singleton
    @provider
    def journal_reader(self, database: mongo.Mongo) -> JournalReader:
        given = self._settings
        return mongo.MongoJournalReader(self._beside(database), given.days, given.message_days)

    def _beside(self, database: mongo.Mongo) -> mongo.DatabaseOf:
        """On the hub's own servers by the hub's own client, unless another URL is set."""
        given = self._settings
        if not given.mongo_url:
            return database.beside(given.database_name)
        return mongo.Mongo(given.mongo_url, given.database_name, pool=_CONNECTIONS)
