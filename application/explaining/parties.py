"""Why a party does, or does not, see another party."""

from collections.abc import Iterator
from dataclasses import dataclass

from application.explaining import connections
from application.explaining.sides import Sides
from application.explaining.story import Check, Explanation, no, passed, until_decided, yes
from application.partners.directories import Directories
from domain.objects.client_info import CLIENT_INFO, status_of
from domain.partners.directory import Directory
from domain.partners.doors import is_home
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId


@dataclass(frozen=True)
class PartyExplainer:
    """Goes by the directory: connections, agreements, and what a platform is told of."""

    sides: Sides
    directories: Directories

    def explain(self, party: PartyId, *, to: PartyId, by: Partner | None) -> Explanation:
        """Whether `to` sees `party`; as `by` may hear it, None: the operators.

        :raises UnknownPartner, WrongToken, UnknownReceiver: as `Sides.check` says.
        """
        self.sides.check(by, party, to)
        directory = self.directories.known()
        checks = until_decided(_checks(directory, party, to))
        return Explanation(f"Does {to.spelled} see {party.spelled}?", checks).for_ears_of(by)


def _checks(directory: Directory, party: PartyId, to: PartyId) -> Iterator[Check]:
    yield connections.homed(directory, to, "viewer")
    yield connections.homed(directory, party, "party")
    viewer = connections.homes(directory, to)[0]
    seen = _elsewhere(directory, party, viewer)
    if seen.id == viewer.id:
        yield no(
            "platform",
            f"{to.spelled} and {party.spelled} are on one platform: the hub tells a platform "
            "nothing of itself",
            f"The platform of {to.spelled} knows {party.spelled} without the hub.",
        )
    yield connections.agreement(party, to, is_made=directory.sees(viewer, party))
    yield _hears(to, viewer)
    yield _rule(directory, party, to, seen, viewer)


def _elsewhere(directory: Directory, party: PartyId, viewer: Partner) -> Partner:
    """The platform that has the party, another one than the viewer's if there is one."""
    live = [each for each in connections.homes(directory, party) if is_home(each, party)]
    return next((each for each in live if each.id != viewer.id), live[0])


def _hears(to: PartyId, viewer: Partner) -> Check:
    """How it hears of others: it can do so by a list at all times."""
    is_told = viewer.endpoint(CLIENT_INFO, Interface.RECEIVER) is not None
    how = "is told by hubclientinfo" if is_told else f"reads the list of {CLIENT_INFO}"
    waits = "; the roles that it reaches have changed, and are announced to it soon"
    said = passed("told", f"{to.spelled} {how}{waits if viewer.untold_since else ''}")
    return said.within(viewer.id, passed("told", f"{to.spelled} hears of others"))


def _rule(
    directory: Directory, party: PartyId, to: PartyId, seen: Partner, viewer: Partner
) -> Check:
    """Asked of the directory's own rule."""
    roles = [
        each.role.value for each in directory.reachable_roles(by=viewer) if each.party == party
    ]
    if roles:
        status = status_of(seen)
        said = f"{to.spelled} sees {party.spelled} as {', '.join(roles)}, {status}"
        return yes("seen", said)
    return no(
        "seen",
        f"{party.spelled} is not among the roles that {to.spelled} reaches",
        "The hub's operator looks at its roles (`ocpi-hub partner show`).",
    )
