"""What a reader wants pushed to it: chosen by itself or, for it, by the hub's operators.

Objects of every module may be chosen or pulled but CDRs: those are in the hub's custody.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from application.modules import MODULES, STORED
from application.partners.changing import change_partner
from application.partners.directories import Directories
from domain import errors
from domain.errors import Problem
from domain.partners.interest import Interest, Interests
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import Clock, PartnerStore

MOST_COUNTRIES, MOST_OWNERS = 300, 500
_PUSHED = ", ".join(STORED)


@dataclass(frozen=True)
class ReaderInterests:
    """Writes choices down with the partner; they hold for all that is published from then on.

    What is owed already is dropped when it comes up, if it is not wanted any more. What was left
    out before, and is wanted now, `Widening` sends.
    """

    partners: PartnerStore
    directories: Directories
    clock: Clock

    def choose(self, partner_id: str, chosen: Mapping[str, Interest]) -> Partner:
        """These choices and no others, by module. Safe to repeat.

        :raises InvalidDocument: naming each choice that cannot be made.
        :raises UnknownPartner: if there is none of this id.
        """
        return self._change(partner_id, lambda _: chosen)

    def change(self, partner_id: str, chosen: Mapping[str, Interest]) -> Partner:
        """These choices; those in other modules stay as they are. Raises as `choose`."""
        return self._change(partner_id, lambda held: {**held.chosen(), **chosen})

    def _change(
        self, partner_id: str, wanted: Callable[[Interests], Mapping[str, Interest]]
    ) -> Partner:
        def changed(partner: Partner) -> Partner:
            chosen = wanted(partner.interests)
            if problems := tuple(self._problems(partner, chosen)):
                raise errors.InvalidDocument(problems)
            now = self.clock.now()
            return replace(partner, interests=partner.interests.changed(chosen, now=now))

        return change_partner(self.partners, partner_id, changed)

    def _problems(self, partner: Partner, chosen: Mapping[str, Interest]) -> Iterator[Problem]:
        for name, interest in chosen.items():
            yield from _problems_of(name, interest)
        named = {owner for interest in chosen.values() for owner in interest.owners}
        held = {owner for each in partner.interests.chosen().values() for owner in each.owners}
        for owner in sorted(named - held - self._known_to(partner)):
            yield Problem("owners", f"{owner.spelled} is no party that the partner may see")

    def _known_to(self, partner: Partner) -> frozenset[PartyId]:
        """The parties that the partner may see; it is not told of others."""
        directory = self.directories.read()
        known = {party for each in directory.partners for party in each.ever_had}
        return frozenset(party for party in known if directory.sees(partner, party))


def _problems_of(name: str, interest: Interest) -> Iterator[Problem]:
    if name not in STORED:
        yield Problem(name, _why_not(name))
        return
    module = MODULES[name]
    if (interest.countries or interest.owners) and (module.is_private or not module.is_routed):
        yield Problem(name, "is pushed whole or pulled, not by country or owner")
    if interest.box is not None and not module.object.has_place:
        yield Problem(name, "has no place on the map: a box narrows locations alone")
    if len(interest.countries) > MOST_COUNTRIES or len(interest.owners) > MOST_OWNERS:
        yield Problem(name, f"more than {MOST_COUNTRIES} countries or {MOST_OWNERS} owners")


def _why_not(name: str) -> str:
    if name == "cdrs":
        return "the hub answers for CDRs: they are delivered to each platform that takes them"
    return f"the hub pushes no such module: it pushes {_PUSHED}"
