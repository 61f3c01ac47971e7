"""The story of one message: every leg with its ids, and what is still to be done for it."""

from contextlib import suppress
from dataclasses import dataclass, replace

from application.objects.publishing import Publisher
from domain.commands.records import CommandRecord
from domain.delivery.deliveries import Delivery
from domain.journal.figures import Figure, FigureQuery
from domain.journal.legs import Leg, LegQuery
from domain.journal.secrets import hidden
from domain.objects.stored import ObjectKey
from domain.ports import CdrArchive, Clock, CommandStore, Deliveries, JournalReader

MOST_LEGS = 500
_MOST_IDS = 50
"""Of messages, about one object, that are followed."""
_COMMAND = "command/"


@dataclass(frozen=True)
class Story:
    """The legs, oldest first; what is owed still; the command, where there is one.

    `is_cut`: there are more legs, older ones.
    """

    legs: tuple[Leg, ...]
    owed: tuple[Delivery, ...] = ()
    command: CommandRecord | None = None
    is_cut: bool = False


@dataclass(frozen=True)
class Tracer:
    """Looks legs up. What a partner asks is answered from its own legs alone."""

    journal_reader: JournalReader
    publisher: Publisher
    deliveries: Deliveries
    cdr_archive: CdrArchive
    commands: CommandStore
    clock: Clock

    def trace(self, name: str, *, partner_id: str | None = None, unmasked: bool = False) -> Story:
        """What is known of this correlation id, request id, object, CDR, session or command.

        An object is named as `locations/DE-ABC/LOC1`, a command by its id, what is owed by the id
        of its delivery.
        """
        names = _names(self._of_delivery(name, partner_id) or name)
        found = self._legs(names, partner_id)
        ids = list(dict.fromkeys(leg.correlation_id for leg in found if leg.correlation_id))
        legs = {leg.id: leg for leg in (*found, *self._legs(ids[:_MOST_IDS], partner_id))}
        keys = list(dict.fromkeys(leg.about for leg in found if leg.about)) or list(names)
        owed = tuple(each for key in keys[:_MOST_IDS] for each in self._owed(key, partner_id))
        story = Story(
            legs=tuple(sorted(legs.values(), key=lambda leg: leg.at)),
            owed=owed,
            command=self._command(keys, partner_id),
            is_cut=len(found) >= MOST_LEGS,
        )
        return story if unmasked else _masked(story)

    def search(
        self, query: LegQuery, *, limit: int, newest: bool = True, unmasked: bool = False
    ) -> tuple[Leg, ...]:
        """The legs that fit."""
        found = tuple(self.journal_reader.legs(query, limit=limit, newest=newest))
        return found if unmasked else tuple(map(hidden, found))

    def figures(self, query: FigureQuery, *, limit: int) -> tuple[Figure, ...]:
        """How many legs there were by minute or hour, how they ended and how long they took."""
        return tuple(self.journal_reader.figures(query, limit=limit))

    def with_messages(self, leg: Leg, *, unmasked: bool = False) -> Leg:
        """The leg with headers and bodies."""
        whole = self.journal_reader.with_messages(leg)
        return whole if unmasked else hidden(whole)

    def expire(self) -> int:
        """Drop the days that are older than is to be kept; how many."""
        return len(self.journal_reader.expire(self.clock.now()))

    def names_of(self, name: str) -> tuple[str, ...]:
        """All that the name can mean in the journal."""
        return _names(name)

    def _of_delivery(self, name: str, partner_id: str | None) -> str | None:
        """The object of the delivery that is called so; to a partner, of its own."""
        delivery = self.deliveries.get(name) or self.deliveries.by_short_id(name.lower())
        if delivery is None or partner_id not in (None, delivery.lane.target):
            return None
        return str(delivery.key)

    def _legs(self, names: list[str] | tuple[str, ...], partner_id: str | None) -> tuple[Leg, ...]:
        if not names:
            return ()
        query = LegQuery(any_of=tuple(names), partner_id=partner_id)
        return tuple(self.journal_reader.legs(query, limit=MOST_LEGS))

    def _owed(self, key: str, partner_id: str | None) -> list[Delivery]:
        """What any reader is still owed of the object, or the receiver of the CDR.

        To a partner, its own: it reads no others' on the way.
        """
        try:
            parsed = ObjectKey.parse(key)
        except ValueError:
            return []
        if parsed.module == "cdrs":
            filed = self.cdr_archive.latest(parsed)
            ids = [] if filed is None else [filed.delivery_id]
        else:
            ids = self.publisher.delivery_ids(parsed, partner_id)
        found = (self.deliveries.get(each) for each in ids)
        return [
            each
            for each in found
            if each is not None and each.state.is_open and partner_id in (None, each.lane.target)
        ]

    def _command(self, keys: list[str], partner_id: str | None) -> CommandRecord | None:
        named = (key.removeprefix(_COMMAND) for key in keys if key.startswith(_COMMAND))
        command = next(filter(None, map(self.commands.get, named)), None)
        if command is None or partner_id is None:
            return command
        sides = (command.requester.partner_id, command.target.partner_id)
        return command if partner_id in sides else None


def _names(name: str) -> tuple[str, ...]:
    """All that the name can mean."""
    module, _, rest = name.partition("/")
    owner, _, object_id = rest.partition("/")
    for key in (name, f"{module}/{owner.replace('-', '/')}/{object_id}"):
        with suppress(ValueError):
            parsed = ObjectKey.parse(key)
            return (name, str(replace(parsed, module=parsed.module.lower())))
    return (name, _COMMAND + name)


def _masked(story: Story) -> Story:
    return Story(tuple(map(hidden, story.legs)), story.owed, story.command, story.is_cut)
