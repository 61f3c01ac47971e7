"""Checks of one reader of one object: its role, its platform, its choice, and the rule itself."""

from dataclasses import dataclass

from application.explaining.story import Check, no, passed
from application.modules import MODULES, Module
from application.objects.readership import may_have, readers_of
from domain.objects.stored import ObjectKey, Stored
from domain.objects.wanted import wants
from domain.partners.directory import Directory, Receiver
from domain.partners.partner import Partner
from domain.partners.party import PartyId

_OF_ONE = "it goes to the party whose token it is"


@dataclass(frozen=True)
class Asked:
    """The question, who asks it (`by` None: the operators), and what was read for it."""

    key: ObjectKey
    to: PartyId
    stored: Stored | None
    directory: Directory
    by: Partner | None

    @property
    def is_owners(self) -> bool:
        """Whether who asks knows the object anyway."""
        return self.by is None or self.by.speaks_for(self.key.owner)

    @property
    def module(self) -> Module:
        return MODULES[self.key.module]


def reads(asked: Asked, partner: Partner) -> Check:
    """Whether the party has a role that reads the module."""
    module, to = asked.module, asked.to.spelled
    is_one = module.is_private
    if is_one or partner.has_role(asked.to, module.readers):
        return passed("role", _OF_ONE if is_one else f"{to} has a role that reads {module.id}")
    roles = ", ".join(sorted(module.readers))
    return no(
        "role",
        f"{to} has no role that reads {module.id}: {roles}",
        f"The hub's operator approves such a role (`ocpi-hub partner set {to} --role …`).",
    )


def pushed_to(named: str, asked: Asked) -> Check:
    """Of an object that its owner has addressed to other parties by name."""
    owner = asked.key.owner.spelled
    return no(
        "private",
        f"{owner} pushed it to {named} alone, not to the hub",
        f"{owner} pushes it with the hub in OCPI-to, or without OCPI-to.",
    )


def other_platform(asked: Asked, stored: Stored, partner: Partner) -> Check:
    """Whether it came from another platform."""
    if asked.module.is_private or stored.origin != partner.id:
        return passed("origin", "it came from another platform, or is for this party alone")
    return no(
        "origin",
        f"{asked.to.spelled} is on the platform that pushed it: none is told what it said itself",
        f"The platform of {asked.to.spelled} has it already.",
    )


def choice(asked: Asked, stored: Stored, partner: Partner) -> Check:
    """Whether the party wants it pushed."""
    module, to = asked.key.module, asked.to.spelled
    if wants(partner, stored):
        return passed("choice", f"{to} has not left it out by its own choice")
    is_pulled = partner.interests.of(module).is_pulled
    left = f"has no {module} pushed: it reads lists" if is_pulled else "has chosen less: not this"
    others = no("choice", f"{to} has chosen not to have it pushed", f"{to} reads it in its list.")
    return no(
        "choice",
        f"{to} is away by choice: it {left}",
        f"{to} widens its choice (PUT /hub/v1/interest), or the hub's operator does "
        f"(`ocpi-hub partner set {to} --push {module}`).",
    ).within(partner.id, others)


def rule(asked: Asked, stored: Stored, partner: Partner) -> Check:
    """Asked of the publisher's and the sender's own rule: this says no yes that they would not."""
    is_told = Receiver(asked.to, partner) in readers_of(asked.directory, stored)
    if is_told and may_have(asked.directory, partner, asked.to, stored):
        return passed("reader", f"{asked.to.spelled} is among those who are told of it")
    return no(
        "reader",
        f"{asked.to.spelled} is not among those who are told of it at this platform",
        "The hub's operator looks at its roles (`ocpi-hub partner show`).",
    )
