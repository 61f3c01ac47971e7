"""Checks of one platform: whether it is connected, and offers what the hub needs of it."""

from collections.abc import Iterator

from application.explaining.story import Check, no, passed
from domain.partners.directory import Directory
from domain.partners.doors import is_home, why_away
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import Interface, PartyId

_ADVICE = {
    PartnerState.INVITED: "{party} makes its handshake with token A; the hub's operator invites it "
    "again if that has expired (`ocpi-hub partner invite --again {party}`).",
    PartnerState.TO_APPROVE: "The hub's operator approves it (`ocpi-hub partner approve {party}`).",
    PartnerState.REGISTERED: "{party}'s platform names the party in its credentials again, or the "
    "hub's operator puts its set right (`ocpi-hub partner set`).",
    PartnerState.SUSPENDED: "The hub's operator lets it in again "
    "(`ocpi-hub partner resume {party}`).",
    PartnerState.UNREGISTERED: "The hub's operator invites it again "
    "(`ocpi-hub partner invite --again {party}`).",
}
_SAID = {
    PartnerState.INVITED: "is invited, and has not made its handshake",
    PartnerState.TO_APPROVE: "waits for the operator's approval",
    PartnerState.REGISTERED: "has no role at its platform now",
    PartnerState.SUSPENDED: "is locked: its platform is suspended",
    PartnerState.UNREGISTERED: "is not connected any more: its connection has ended",
}


def homes(directory: Directory, party: PartyId) -> tuple[Partner, ...]:
    """The platforms that have the party, or had it and have it no more; live ones first."""
    had = (each for each in directory.partners if party in each.ever_had)
    return tuple(sorted(had, key=lambda each: not is_home(each, party)))


def connected(partner: Partner, party: PartyId, name: str) -> Check:
    """Whether the party's platform is connected, and still has it."""
    if is_home(partner, party):
        return passed(name, f"{party.spelled} is connected")
    advice = _ADVICE[partner.state].format(party=party.spelled)
    is_dropped = partner.is_registered
    away = "is not connected" if is_dropped else why_away(partner)
    others = no(name, f"{party.spelled} {away}", f"Ask {party.spelled} or the hub's operator.")
    return no(name, f"{party.spelled} {_SAID[partner.state]}", advice).within(partner.id, others)


def homed(directory: Directory, party: PartyId, name: str) -> Check:
    """The same of a party, at the platform that has it now, else at one that had it."""
    for partner in homes(directory, party):
        return connected(partner, party, name)
    return homeless(party, name)


def homeless(party: PartyId, name: str) -> Check:
    """Of a party that no platform has, such as the hub's own."""
    return no(
        name,
        f"no platform has the party {party.spelled}",
        "The hub's operator looks it up (`ocpi-hub partner list`).",
    )


def agreement(one: PartyId, other: PartyId, *, is_made: bool) -> Check:
    """Whether the two may see each other."""
    if is_made:
        return passed("agreement", f"{one.spelled} and {other.spelled} may see each other")
    return no(
        "agreement",
        f"{one.spelled} and {other.spelled} have no agreement",
        f"The hub's operator makes one (`ocpi-hub agreement add {one.spelled} {other.spelled}`).",
    )


def offers(partner: Partner, party: PartyId, module: str, interface: Interface) -> Check:
    """Whether its version details have the interface, at a URL that can be used."""
    what = f"the {interface.value} interface of {module}"
    if (endpoint := partner.endpoint(module, interface)) is not None:
        given = endpoint.url
        said = passed("endpoint", f"{party.spelled} offers {what}, at {given}")
        return said.within(partner.id, passed("endpoint", f"{party.spelled} offers {what}"))
    lacks = no(
        "endpoint",
        f"{party.spelled} has no endpoint for {what}",
        f"{party.spelled} lists it in its version details, and tells the hub by PUT credentials.",
    )
    for fault in _faults(partner, module, interface):
        wrong = no(
            "url",
            f"{party.spelled} gave a wrong URL for {what}: {fault}",
            f"{party.spelled} corrects it in its version details, and tells the hub by PUT "
            "credentials.",
        )
        return wrong.within(partner.id, lacks)
    return lacks


def _faults(partner: Partner, module: str, interface: Interface) -> Iterator[str]:
    for each in partner.endpoints:
        if (each.identifier, each.role) == (module, interface) and each.fault:
            given = each.url or "none"
            yield f"{given}: {each.fault}"
