"""THE TABLE of OCPI modules: who owns their objects, who reads them, how they are delivered.

Routing, broadcasting, lists and the version details are read off it (R-BC-1).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.cdrs.cdr import Cdr
from domain.commands.kinds import COMMANDS, PROFILES
from domain.delivery.deliveries import DeliveryClass
from domain.delivery.what import EventType
from domain.objects.carried import OcpiObject
from domain.objects.client_info import CLIENT_INFO, ClientInfo
from domain.objects.locations import Location
from domain.objects.sessions import Session
from domain.objects.tariffs import Tariff
from domain.objects.tokens import Token
from domain.partners.party import Interface, Role
from domain.partners.registration import Faces


@dataclass(frozen=True)
class Module:
    """One module: `object` the class of its objects, `delivery` how readers get them.

    `is_routed` is False for what the hub itself owns: no routing headers there (R-2). `is_private`:
    each object is for one reader, whom it names itself, and is never broadcast (R-BC-5). `event` is
    what subscribers are told of a change (D-12). `takes_too` are roles that OCPI has take them,
    and that the hub tells nothing of them: they read nothing here.
    """

    id: str
    object: type[OcpiObject]
    owners: frozenset[Role]
    readers: frozenset[Role]
    delivery: DeliveryClass
    is_routed: bool = True
    is_private: bool = False
    event: EventType | None = None
    takes_too: frozenset[Role] = frozenset()

    def callers(self, interface: Interface) -> frozenset[Role]:
        """The roles that call this interface: owners push to RECEIVER, readers pull from SENDER."""
        return self.owners if interface is Interface.RECEIVER else self.readers

    def behind(self, interface: Interface) -> frozenset[Role]:
        """The roles that offer this interface, and so are behind a request that is passed on."""
        return self.callers(interface.mirror)


_TELLS_OF_CHARGERS = frozenset({Role.CPO, Role.NAP})
_READS_OF_CHARGERS = frozenset(
    {Role.EMSP, Role.NSP, Role.OTHER, Role.NAP, Role.SCSP, Role.PTP},
)
_PAYS = frozenset({Role.EMSP, Role.OTHER})
"""The roles that own tokens, and so owe what is charged with them."""

MODULES: dict[str, Module] = {
    module.id: module
    for module in (
        Module(
            id="locations",
            object=Location,
            owners=_TELLS_OF_CHARGERS,
            readers=_READS_OF_CHARGERS,
            delivery=DeliveryClass.STATE,
        ),
        Module(
            id="tariffs",
            object=Tariff,
            owners=_TELLS_OF_CHARGERS,
            readers=_READS_OF_CHARGERS,
            delivery=DeliveryClass.STATE,
        ),
        Module(
            id="tokens",
            object=Token,
            owners=frozenset({Role.EMSP, Role.OTHER}),
            readers=frozenset({Role.CPO}),
            delivery=DeliveryClass.STATE,
        ),
        Module(
            id="sessions",
            object=Session,
            owners=frozenset({Role.CPO}),
            readers=_PAYS,
            delivery=DeliveryClass.STATE,
            is_private=True,
            event=EventType.SESSION_UPDATED,
            takes_too=frozenset({Role.SCSP}),
        ),
        Module(
            id="cdrs",
            object=Cdr,
            owners=frozenset({Role.CPO}),
            readers=_PAYS,
            delivery=DeliveryClass.CDR,
            is_private=True,
        ),
        Module(
            id=CLIENT_INFO,
            object=ClientInfo,
            owners=frozenset(),
            readers=frozenset(Role),
            delivery=DeliveryClass.STATE,
            is_routed=False,
            event=EventType.PARTNER_STATUS,
        ),
    )
}

BULKY = frozenset({"tokens"})
"""Their objects come by the hundred thousand, and no driver at a charger waits for one of them: all
others are published first.
"""


@dataclass(frozen=True)
class Dialogue:
    """A module in which parties ask each other through the hub, and of which no object is kept.

    `askers` call its RECEIVER interface, `asked` offer that and call SENDER.
    """

    id: str
    askers: frozenset[Role]
    asked: frozenset[Role]

    def callers(self, interface: Interface) -> frozenset[Role]:
        """The roles that call this interface."""
        return self.askers if interface is Interface.RECEIVER else self.asked


_ASKS_CHARGERS = frozenset({Role.EMSP, Role.OTHER, Role.NSP, Role.SCSP, Role.PTP})

DIALOGUES: dict[str, Dialogue] = {
    dialogue.id: dialogue
    for dialogue in (
        Dialogue(id=COMMANDS, askers=_ASKS_CHARGERS, asked=frozenset({Role.CPO})),
        Dialogue(id=PROFILES, askers=_ASKS_CHARGERS, asked=frozenset({Role.CPO})),
    )
}
"""Commands and charging profiles (OCPI 2.3.0, mod_commands and mod_charging_profiles)."""

NAMES = frozenset((*MODULES, *DIALOGUES))
"""Every module that parties use with each other, but for those that they agree on themselves."""


def roles_calling(module: str, interface: Interface) -> frozenset[Role]:
    """The roles that call this interface of any module; of an unknown one, every role."""
    known = MODULES.get(module) or DIALOGUES.get(module)
    return frozenset(Role) if known is None else known.callers(interface)


def roles_behind(module: str, interface: Interface) -> frozenset[Role]:
    """The roles that offer it, and so are behind a request that is passed on."""
    return roles_calling(module, interface.mirror)


_MAY_BE_ANYTHING = frozenset({Role.OTHER, Role.PTP})


def _used_of(role: Role) -> Faces:
    """The interfaces that the hub uses of platforms of this role (OCPI 2.3.0, introduction)."""
    any_role = role in _MAY_BE_ANYTHING
    used = set()
    for module in MODULES.values():
        if role in module.owners or (any_role and module.is_routed):
            used.add((module.id, Interface.SENDER))
        if role in module.readers | module.takes_too or any_role:
            used.add((module.id, Interface.RECEIVER))
    for dialogue in DIALOGUES.values():
        if role in dialogue.askers or any_role:
            used.add((dialogue.id, Interface.SENDER))
        if role in dialogue.asked or any_role:
            used.add((dialogue.id, Interface.RECEIVER))
    return frozenset(used)


USED: Mapping[Role, Faces] = {role: _used_of(role) for role in Role}
"""Which interfaces of a platform the hub has a use for, by role: read off the two tables above."""

STORED = tuple(module.id for module in MODULES.values() if module.delivery is DeliveryClass.STATE)
"""The modules whose objects are kept as they are now; CDRs have an archive of their own."""

PRIVATE = frozenset(module.id for module in MODULES.values() if module.is_private)
