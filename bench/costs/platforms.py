"""Partners of a measured hub: registered by the real handshake, answered for by lean readers."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from bench.costs.readers import Readers
from domain.partners.approval import Approved
from domain.partners.partner import InboundToken, TokenUse
from domain.partners.party import PartyId, PartyRole, Role
from entrypoints.sandbox import HubClient
from entrypoints.sandbox.caller import Caller
from entrypoints.sandbox.connection import Connection
from entrypoints.sandbox.journal import Journal
from entrypoints.sandbox.parties import Module, Party, Profile
from entrypoints.sandbox.wire import envelope
from tests.conformance.running import RunningHub

_AT_ONCE = 16
"""Each that is saved waits until every process has it."""


@dataclass(frozen=True)
class Lean:
    """A registered partner: its way to the hub, and its number among the readers."""

    hub: HubClient
    profile: Profile
    number: int

    @property
    def party(self) -> tuple[str, str]:
        return self.profile.parties[0].id


@dataclass
class Partners:
    """All partners of one hub, in the order in which they came."""

    hub: RunningHub
    readers: Readers
    joined: int = 0

    def join(self, role: str, *modules: Module) -> Lean:
        """A partner (`EMSP:NL:EMS`) that offers these interfaces and no other."""
        port = self.readers.open()
        profile = Profile((Party.parse(role),), f"http://127.0.0.1:{port}/ocpi", modules=modules)
        pages = {"/ocpi/versions": profile.version_list(), "/ocpi/2.3.0": profile.details("2.3.0")}
        number, self.joined = self.joined, self.joined + 1
        self.readers.show(number, {path: envelope(1000, page) for path, page in pages.items()})
        client = HubClient(Connection(), Caller(Journal(None)), lambda: profile)
        client.register(self.hub.versions_url, self.hub.invited(role))
        client.caller.close()
        return Lean(client, profile, number)

    def add_copies(self, of: Lean, parties: Sequence[tuple[str, str]]) -> None:
        """Partners made in the store, each like `of` with another party and no module.

        The hub has no token for them: it calls none of them, else their probes would be measured.
        """
        inside = self.hub.inside
        model = inside.hub.administration.find("-".join(of.party))
        endpoints = tuple(each for each in model.endpoints if each.identifier == "credentials")

        def add(party: tuple[str, str]) -> None:
            role = PartyRole(Role.EMSP, PartyId(*party), {"name": "-".join(party)})
            token = InboundToken(f"made-{'-'.join(party)}", TokenUse.CURRENT)
            made = replace(model, id=inside.ids.new(), roles=(role,), approved=Approved.of((role,)))
            made = replace(made, tokens=(token,), spent=(), held=(), endpoints=endpoints)
            made = replace(made, outbound_token=None)
            inside.hub.administration.partners.save(replace(made, revision=0))

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(add, parties))
        self.joined += len(parties)
