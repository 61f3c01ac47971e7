"""Where the journal is: in a database of its own, or nowhere."""

from injector import Module, provider, singleton

from adapters import mongo
from domain.ports import Counters, Journal, JournalReader
from entrypoints.settings import Settings

_CONNECTIONS = 4


class Journals(Module):
    """The journal and its reader."""

    def __init__(self, settings: Settings) -> None:
        given = self._settings = settings.journal
        self._database = mongo.Mongo(given.mongo_url, given.database_name, pool=_CONNECTIONS)

    @singleton
    @provider
    def journal(self, counters: Counters) -> Journal:
        if not self._settings.days:
            return mongo.NoJournal()

        def dropped(many: int) -> None:
            for _ in range(many):
                counters.count("journal_dropped")

        return mongo.MongoJournal(self._database, dropped)

    @singleton
    @provider
    def journal_reader(self) -> JournalReader:
        given = self._settings
        return mongo.MongoJournalReader(self._database, given.days, given.message_days)
