"""The hub: its use cases together, which is all that an entrypoint gets."""

from dataclasses import dataclass

from application.accepting import Accepting
from application.addressing import Addressing
from application.administering import Administering
from application.connecting import Connecting
from application.forwarding import Forwarding
from application.publishing import Publishing
from application.pumping import Pumping
from application.registering import HubParty, Registering
from application.searching import Searching
from application.serving import Serving
from application.watching import Sweeping, Watching


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
    serving: Serving
    searching: Searching
    watching: Watching
    sweeping: Sweeping
