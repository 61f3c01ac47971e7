"""ABC's tariff T1, and platforms that have the module."""

from typing import Any

from application.objects.pushed import Accepted
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId, Role
from tests.builders import T1, XYZ, Doc, a_partner, a_role, an_endpoint
from tests.unit.application.house import House

ELE = PartyId("BE", "ELE")
"""A second service provider."""


def _modules(host: str) -> tuple[Any, ...]:
    return tuple(
        an_endpoint(module, interface, host)
        for module in ("locations", "tariffs")
        for interface in Interface
    )


def a_pricing_cpo() -> Partner:
    return a_partner("cpo", endpoints=_modules("cpo"))


def a_pricing_reader(partner_id: str = "emsp", party: PartyId = XYZ) -> Partner:
    return a_partner(partner_id, a_role(Role.EMSP, party), endpoints=_modules(partner_id))


def a_pricing_house(**fields: Any) -> House:
    """With the operator ABC and the readers XYZ and ELE."""
    readers = a_pricing_reader(), a_pricing_reader("two", ELE)
    return House(**fields).with_partners(a_pricing_cpo(), *readers)


def take_tariff(house: House, tariff: Doc, **fields: Any) -> Accepted:
    return house.object_intake.take(house.pushed(tariff, **{"key": T1, **fields}))


def push_tariff(house: House, tariff: Doc, **fields: Any) -> None:
    """One that is accepted and published."""
    house.push(tariff, **{"key": T1, **fields})


def keep_tariff(house: House, tariff: Doc, reader: PartyId = XYZ) -> None:
    """The copy of one party alone."""
    house.object_intake.keep_copy(house.pushed(tariff, key=T1, audience=str(reader)))


def withdraw(house: House) -> None:
    house.object_deletion.withdraw(T1, correlation_id="C-9")


def shown(house: House, reader: PartyId = XYZ) -> list[Doc]:
    """The tariffs of this id that the reader may see."""
    viewer = house.object_reader.lister("tariffs", reader)
    found = house.objects.by_id("tariffs", T1.id, viewer=viewer)
    return [dict(house.json.parse(each.body)) for each in found]  # type: ignore[arg-type]
