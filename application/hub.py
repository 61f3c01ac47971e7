"""The hub: its use cases together, which is all that an entrypoint gets."""

from dataclasses import dataclass

from application.accepting import Accepting
from application.accounting import Accounting
from application.addressees import Addressees
from application.addressing import Addressing
from application.administering import Administering
from application.announcing import Announcing
from application.approving import Approving
from application.authorizing import Authorizing
from application.catching_up import CatchingUp
from application.commanding import Commanding
from application.connecting import Connecting
from application.directories import Directories
from application.doubting import Doubting
from application.finding_cdrs import FindingCdrs
from application.following import Following
from application.forwarding import Forwarding
from application.hub_party import HubParty
from application.judging import JudgingRequests
from application.minding import Minding
from application.naming import Naming
from application.owing import Owing
from application.probing import Probing
from application.publishing import Publishing
from application.pull_turns import PullTurns
from application.pumping import Pumping
from application.quoting import Quoting
from application.registering import Registering
from application.reporting import Reporting
from application.resealing import Resealing
from application.resulting import Resulting
from application.searching import Searching
from application.serving import Serving
from application.subscribing import Subscribing
from application.synchronizing import Synchronizing
from application.taking_custody import TakingCustody
from application.taking_pulled import TakingPulled
from application.telling_roles import TellingRoles
from application.watching import Sweeping, Watching
from application.withdrawing import Withdrawing
from domain.ports import Quarantine, RemarkList


@dataclass(frozen=True)
class Hub:
    """Everything that the hub does, by what it is doing."""

    party: HubParty
    registering: Registering
    connecting: Connecting
    administering: Administering
    approving: Approving
    naming: Naming
    catching_up: CatchingUp
    accepting: Accepting
    withdrawing: Withdrawing
    publishing: Publishing
    pumping: Pumping
    forwarding: Forwarding
    addressing: Addressing
    authorizing: Authorizing
    addressees: Addressees
    judging: JudgingRequests
    commanding: Commanding
    resulting: Resulting
    resealing: Resealing
    following: Following
    announcing: Announcing
    probing: Probing
    synchronizing: Synchronizing
    pull_turns: PullTurns
    telling_roles: TellingRoles
    directories: Directories
    quarantine: Quarantine
    taking_pulled: TakingPulled
    remarks: RemarkList
    serving: Serving
    quoting: Quoting
    searching: Searching
    watching: Watching
    sweeping: Sweeping
    taking_custody: TakingCustody
    reporting: Reporting
    accounting: Accounting
    doubting: Doubting
    finding_cdrs: FindingCdrs
    minding: Minding
    subscribing: Subscribing
    owing: Owing
