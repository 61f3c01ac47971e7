"""The hub: its use cases together, which is all that an entrypoint gets."""

from dataclasses import dataclass

from application.accepting import Accepting
from application.addressing import Addressing
from application.administering import Administering
from application.announcing import Announcing
from application.authorizing import Authorizing
from application.connecting import Connecting
from application.directories import Directories
from application.forwarding import Forwarding
from application.hub_party import HubParty
from application.probing import Probing
from application.publishing import Publishing
from application.pumping import Pumping
from application.registering import Registering
from application.searching import Searching
from application.serving import Serving
from application.synchronizing import Synchronizing
from application.telling_roles import TellingRoles
from application.watching import Sweeping, Watching
from domain.ports import Quarantine


@dataclass(frozen=True)
class Hub:
    """Everything that the hub does, by what it is doing."""

    party: HubParty
    registering: Registering
    connecting: Connecting
    administering: Administering
    accepting: Accepting
    publishing: Publishing
    pumping: Pumping
    forwarding: Forwarding
    addressing: Addressing
    authorizing: Authorizing
    announcing: Announcing
    probing: Probing
    synchronizing: Synchronizing
    telling_roles: TellingRoles
    directories: Directories
    quarantine: Quarantine
    serving: Serving
    searching: Searching
    watching: Watching
    sweeping: Sweeping
