"""THE TABLE of OCPI modules: who owns their objects, who reads them, how they are delivered.

Routing, broadcasting, lists and the version details are read off it (requirements 1.9.4, 3.12).
"""

from dataclasses import dataclass

from domain.deliveries import DeliveryClass
from domain.party import Interface, Role


@dataclass(frozen=True)
class Module:
    """One functional module. `kind` names the schema of its objects."""

    id: str
    kind: str
    owners: frozenset[Role]
    readers: frozenset[Role]
    delivery: DeliveryClass

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
            kind="location",
            owners=_TELLS_OF_CHARGERS,
            readers=_READS_OF_CHARGERS,
            delivery=DeliveryClass.STATE,
        ),
    )
}
