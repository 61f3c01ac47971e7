"""Why a party did, or would, get an object of another party, or why not."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from application.explaining import connections, readers, sending
from application.explaining.readers import Asked
from application.explaining.sides import Sides
from application.explaining.story import (
    Check,
    Explanation,
    later,
    no,
    passed,
    until_decided,
    yes,
)
from application.modules import MODULES, STORED
from application.objects.readership import joined_since, request_of
from application.partners.directories import Directories
from domain import errors
from domain.delivery.lanes import LaneHealth
from domain.journal.legs import Direction, Leg, LegQuery
from domain.objects.quarantine import Quarantined
from domain.objects.stored import ALL_UNSEEN, EVERYONE, ObjectKey, Stored
from domain.objects.wanted import lacks
from domain.partners.directory import Receiver
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId
from domain.ports import Deliveries, JournalReader, Lanes, ObjectStore, Quarantine
from domain.times import format_time

EXPLAINED = tuple(each for each in STORED if MODULES[each].is_routed)
"""The modules whose objects are asked about; of ClientInfo it is asked who sees a party."""


_NEWEST = 20
"""Legs of an object that are looked at for a push of its owner's."""


@dataclass(frozen=True)
class ObjectExplainer:
    """Goes the way that a change goes: the reader, the object, the publisher, the lane."""

    sides: Sides
    objects: ObjectStore
    quarantine: Quarantine
    directories: Directories
    deliveries: Deliveries
    lanes: Lanes
    journal_reader: JournalReader

    def explain(self, key: ObjectKey, *, to: PartyId, by: Partner | None) -> Explanation:
        """Whether `to` gets it; as `by` may hear it, None: the operators.

        :raises InvalidParameter: for a module that readers are not told of.
        :raises UnknownPartner, WrongToken, UnknownReceiver: as `Sides.check` says.
        """
        if key.module not in EXPLAINED:
            raise errors.InvalidParameter(f"object: its module is one of {', '.join(EXPLAINED)}")
        self.sides.check(by, key.owner, to)
        directory = self.directories.known()
        asked = Asked(
            key=key,
            to=to,
            stored=self.objects.get(key, EVERYONE),
            directory=directory,
            by=by,
        )
        told = [
            until_decided(self._checks(asked, partner))
            for partner in connections.homes(directory, to)
        ]
        checks = max(told, key=len, default=(connections.homeless(to, "receiver"),))
        name = f"{key.module} {key.owner.spelled}/{key.id}"
        return Explanation(f"Does {to.spelled} get {name}?", checks).for_ears_of(by)

    def _checks(self, asked: Asked, partner: Partner) -> Iterator[Check]:
        yield connections.connected(partner, asked.to, "receiver")
        yield readers.reads(asked, partner)
        yield connections.offers(partner, asked.to, asked.key.module, Interface.RECEIVER)
        owner, allow = asked.key.owner, asked.directory.agreements.allow
        yield connections.agreement(owner, asked.to, is_made=allow(owner, asked.to))
        yield connections.homed(asked.directory, owner, "owner")
        stored = self._known(asked)
        if stored is None:
            yield self._unknown(asked)
        else:
            yield from self._way(asked, stored, partner)

    def _way(self, asked: Asked, stored: Stored, partner: Partner) -> Iterator[Check]:
        """From the hub's copy to the reader."""
        yield self._state(asked, stored)
        yield readers.other_platform(asked, stored, partner)
        yield readers.choice(asked, stored, partner)
        yield readers.rule(asked, stored, partner)
        yield self._told(stored, Receiver(asked.to, partner))

    def _known(self, asked: Asked) -> Stored | None:
        """The object; None also where it is another reader's: for this one there is none."""
        stored = asked.stored
        is_another = asked.module.is_private and stored is not None and stored.reader != asked.to
        return None if is_another and not asked.is_owners else stored

    def _unknown(self, asked: Asked) -> Check:
        key, to = asked.key, asked.to.spelled
        copy = self.objects.get(key, str(asked.to))
        if copy is not None and not copy.deleted:
            return yes("copy", f"{key.owner.spelled} pushed it to {to} itself, which has taken it")
        if (aside := self._quarantined(asked)) is not None:
            return no(
                "quarantined",
                f"it {aside.reason}",
                f"{key.owner.spelled} corrects it on its list; or the hub's operator lets it in "
                f"(`ocpi-hub partner quarantine --accept {aside.ref}`).",
            )
        if asked.is_owners and (told := self.objects.audiences(key)):
            named = ", ".join(PartyId.parse(each).spelled for each in told)
            return readers.pushed_to(named, asked).within("", readers.pushed_to("one party", asked))
        return self._refused(asked) or _no_such(asked)

    def _refused(self, asked: Asked) -> Check | None:
        """The newest push of it, where the hub refused that: its owner and the operators hear."""
        owner = asked.key.owner.spelled
        for home in connections.homes(asked.directory, asked.key.owner):
            newest = self._newest_push(asked.key, home)
            if newest is not None and newest.decision == "refused":
                said = f"the hub refused it on {format_time(newest.at)}: {newest.ocpi}"
                advice = f"{owner} corrects it and pushes it again: `ocpi-hub trace"
                return no(
                    "refused",
                    f"{said} {newest.reason}",
                    f"{advice} {newest.request_id} --messages` has what was sent.",
                ).within(home.id, _no_such(asked))
        return None

    def _newest_push(self, key: ObjectKey, home: Partner) -> Leg | None:
        """None also where the journal's store is away: all else is told without it."""
        query = LegQuery(any_of=(str(key),), partner_id=home.id)
        legs: Sequence[Leg] = ()
        with suppress(errors.StoreUnavailable):
            legs = self.journal_reader.legs(query, limit=_NEWEST)
        return next(filter(_is_push, legs), None)

    def _quarantined(self, asked: Asked) -> Quarantined | None:
        """What was pulled from an owner's platform: that platform and the operators are told."""
        key = asked.key
        homes = connections.homes(asked.directory, key.owner)
        told = (each.id for each in homes if asked.by is None or each.id == asked.by.id)
        found = (self.quarantine.of(each, key.module, key.id) for each in told)
        return next((each for each in found if each is not None), None)

    def _state(self, asked: Asked, stored: Stored) -> Check:
        owner = asked.key.owner.spelled
        if stored.deleted:
            advice = f"{owner} pushes it again. Readers that had it are told of its end."
            return no("deleted", f"{owner} has deleted it", advice)
        if not asked.module.is_private or stored.reader == asked.to:
            said = f"the hub has it, as {owner} pushed it"
            odd = "".join(self._odd(asked, stored))
            return passed("object", said + odd).within(stored.origin, passed("object", said))
        whose = "no party" if stored.reader is None else stored.reader.spelled
        return no(
            "reader",
            f"its token is of {whose}, not of {asked.to.spelled}: only that party gets it",
            f"{owner} corrects cdr_token, if that is wrong.",
        )

    def _odd(self, asked: Asked, stored: Stored) -> Iterator[str]:
        """What is no reason to hold it back, and may be what is looked for."""
        if stored.remarks:
            yield f"; {stored.remarks.message}"
        if (aside := self._quarantined(asked)) is not None:
            yield f"; what came later {aside.reason}"

    def _told(self, stored: Stored, reader: Receiver) -> Check:
        """Published, and taken: or what is still between."""
        to, partner = reader.party.spelled, reader.partner
        if stored.unpublished is not None:
            since = format_time(stored.unpublished.since)
            return later("published", f"a change of {since} is not published yet: it is within 5 s")
        delivery = self.deliveries.get(request_of(stored, reader, ALL_UNSEEN).delivery_id)
        if delivery is not None:
            return sending.owed(
                delivery, self.lanes.health().get(delivery.lane, LaneHealth()), partner
            )
        if partner.behind_since is not None or lacks(partner, stored):
            return later("step", f"the hub is bringing {to} into step: it is owed within 15 s")
        if joined_since(partner, stored):
            return later(
                "joined",
                f"{to} may see it only since it was published last, and is not told before the "
                "next change",
                f"{to} reads its list; or {stored.key.owner.spelled} pushes it once more.",
            )
        return yes("told", f"{to} was told of the last change: nothing is owed")


def _is_push(leg: Leg) -> bool:
    return leg.direction is Direction.IN and leg.method != "GET"


def _no_such(asked: Asked) -> Check:
    owner = asked.key.owner.spelled
    return no(
        "object",
        f"the hub has no such object of {owner} for {asked.to.spelled}",
        f"{owner} pushes it; where that was refused, the answer said why.",
    )
