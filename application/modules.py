"""THE TABLE of OCPI modules: who owns their objects, who reads them, how they are delivered.

Routing, broadcasting, lists and the version details are read off it (requirements 1.9.4, 3.12).
"""

from dataclasses import dataclass

from domain.carried import OcpiObject
from domain.clientinfo import CLIENT_INFO, ClientInfo
from domain.deliveries import DeliveryClass
from domain.locations import Location
from domain.party import Interface, Role
from domain.tokens import Token


@dataclass(frozen=True)
class Module:
    """One module: `object` the class of its objects, `delivery` how readers get them.

    `is_routed` is False for what the hub itself owns: no routing headers there (R-2).
    """

    id: str
    object: type[OcpiObject]
    owners: frozenset[Role]
    readers: frozenset[Role]
    delivery: DeliveryClass
    is_routed: bool = True

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
            id="tokens",
            object=Token,
            owners=frozenset({Role.EMSP, Role.OTHER}),
            readers=frozenset({Role.CPO}),
            delivery=DeliveryClass.STATE,
        ),
        Module(
            id=CLIENT_INFO,
            object=ClientInfo,
            owners=frozenset(),
            readers=frozenset(Role),
            delivery=DeliveryClass.STATE,
            is_routed=False,
        ),
    )
}
