"""In every history no party is ever shown or sent an object that it may not see."""

from contextlib import suppress
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from application.objects.pushed import Pushed
from application.routing.authorization import Question, StandIn
from application.routing.passed import Passed
from domain.documents import as_document
from domain.errors import HubError
from domain.objects.paging import PageRequest
from domain.objects.search import LocationQuery
from domain.objects.stored import ObjectKey
from domain.partners.agreements import Agreement, AgreementPolicy
from domain.partners.party import Interface, PartyId
from tests.builders import Doc
from tests.examples import examples
from tests.unit.application.roamers import LIVES_AT, OWNERS, PARTIES, PLATFORMS, Roamers

parties = st.sampled_from(PARTIES)
platforms = st.sampled_from(PLATFORMS)
modules = st.sampled_from(["locations", "tokens"])
names = st.sampled_from(["N1", "N2"])
EVERYTHING = PageRequest(0, 1000)


class Roaming(RuleBasedStateMachine):
    """The hub's use cases on memory adapters, called as its entrypoints call them."""

    @initialize(policy=st.sampled_from(AgreementPolicy))
    def open_the_hub(self, policy: AgreementPolicy) -> None:
        self.roamers = Roamers(policy)
        self.house = self.roamers.house()

    # --- what operators and the world do

    @rule(one=parties, other=parties)
    def agree_or_disagree(self, one: PartyId, other: PartyId) -> None:
        pair = frozenset((one, other))
        if pair in self.roamers.pairs:
            self.house.administration.disagree(Agreement.id_of(one, other))
        elif one != other:
            self.house.administration.agree(one, other)
        self.roamers.pairs ^= {pair} if one != other else set()

    @rule(platform=platforms)
    def suspend_or_resume(self, platform: str) -> None:
        if platform in self.roamers.there:
            self.house.administration.suspend(platform)
        elif platform not in self.roamers.removed:
            self.house.administration.resume(platform)
        self.roamers.there ^= {platform} - self.roamers.removed

    @precondition(lambda self: not self.roamers.removed)
    @rule(platform=platforms)
    def remove(self, platform: str) -> None:
        self.house.administration.remove(platform)
        self.roamers.removed.add(platform)
        self.roamers.there.discard(platform)

    @rule(platform=platforms)
    def fall_silent_or_speak_again(self, platform: str) -> None:
        self.roamers.silent ^= {platform}

    # --- what partners do

    @rule(module=modules, number=st.integers(0, 2), name=names)
    def push_to_all(self, module: str, number: int, name: str) -> None:
        pushed = self._pushed(module, number, name, "*")
        if pushed is not None:
            self.house.object_intake.take(pushed)
            self.roamers.listed(module, dict(pushed.document))

    @rule(module=modules, number=st.integers(0, 2), name=names, to=parties, private=st.booleans())
    def push_to_one(
        self, module: str, number: int, name: str, *, to: PartyId, private: bool
    ) -> None:
        own = f"ONLY-{to.party_id}" if private else name
        pushed = self._pushed(module, number, own, str(to))
        if pushed is None:
            return
        owner = pushed.key.owner
        suffix = f"/{owner}/{own}"
        passed = self._passed(module, owner, to, method="PUT", suffix=suffix, body=pushed.body)
        try:
            self.house.direct_push.push(pushed, passed)
        except HubError:
            return
        if private and self.house.objects.audiences(pushed.key):
            self.roamers.listed(module, dict(pushed.document))

    @rule(platform=platforms, whole=st.booleans())
    def pull(self, platform: str, whole: bool) -> None:
        if platform in self.roamers.there:
            self.house.pulls_of_partners.pull(platform, whole=whole)

    @rule()
    def announce_and_publish(self) -> None:
        self.house.client_info.reconcile()
        self.house.publisher.drain(seconds=60)

    @rule()
    def deliver(self) -> None:
        self.announce_and_publish()
        self.house.clock.advance(3600)
        self.house.pump.run(seconds=20.0)

    @rule(module=modules, number=st.integers(0, 2), name=names, other=parties, leaves=st.booleans())
    def part_between_publishing_and_sending(
        self, module: str, number: int, name: str, *, other: PartyId, leaves: bool
    ) -> None:
        owner = OWNERS[module][number % len(OWNERS[module])]
        if frozenset((owner, other)) not in self.roamers.pairs:
            self.agree_or_disagree(owner, other)
        self.push_to_all(module, number, name)
        self.announce_and_publish()
        if leaves:
            self.suspend_or_resume(LIVES_AT[owner])
        else:
            self.agree_or_disagree(owner, other)
        self.house.clock.advance(3600)
        self.house.pump.run(seconds=20.0)

    @rule(asking=parties, name=names, to=st.none() | parties)
    def authorize(self, asking: PartyId, name: str, to: PartyId | None) -> None:
        if not self._is_there(asking):
            return
        suffix = f"/{name}/authorize"
        passed = self._passed(
            "tokens", asking, to or asking, method="POST", suffix=suffix, interface=Interface.SENDER
        )
        viewer = self.house.object_reader.lister("tokens", asking)
        try:
            given = self.house.token_authorization.ask(
                Question(name, "RFID", passed, to), viewer=viewer
            )
        except HubError:
            return
        if isinstance(given, StandIn):
            token = dict(as_document(self._read(given.data)["token"]))
            self.roamers.show(asking, [token], module="tokens", how="a stand-in answer")

    # --- what all parties read, after every step

    @invariant()
    def no_party_is_shown_or_sent_what_it_may_not_see(self) -> None:
        if not hasattr(self, "roamers"):
            return
        for party in filter(self._is_there, PARTIES):
            self._read_lists(party)
            self._read_single_locations(party)
            self._search(party)
        for platform in self.roamers.there:
            self._read_who_is_there(platform)
        assert self.roamers.wrongs == []

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.pump.close()

    def _read_lists(self, reader: PartyId) -> None:
        for module in OWNERS:
            viewer = self.house.object_reader.lister(module, reader)
            page = self.house.object_reader.page(module, EVERYTHING, viewer=viewer)
            assert page.total == len(page.items)
            self._shown(reader, page.items, module=module, how="a list")

    def _read_single_locations(self, reader: PartyId) -> None:
        serving, found = self.house.object_reader, []
        viewer = serving.viewer(reader)
        for name in self.roamers.names:
            with suppress(HubError):
                found.append(serving.only("locations", name, viewer=viewer))
            for owner in OWNERS["locations"]:
                with suppress(HubError):
                    key = ObjectKey("locations", owner, name)
                    found.append(serving.of_owner(key, viewer=viewer))
        bodies = [serving.part(stored, ()) for stored in found]
        self._shown(reader, bodies, module="locations", how="an id")

    def _search(self, reader: PartyId) -> None:
        viewer = self.house.object_reader.viewer(reader)
        hits, _ = self.house.charger_search.search(LocationQuery(viewer, 0, 1000))
        documents = [dict(hit.location) for hit in hits]
        self.roamers.show(reader, documents, module="locations", how="a search")

    def _read_who_is_there(self, platform: str) -> None:
        partner = self.house.partners.get(platform)
        viewer = self.house.object_reader.watcher(partner)
        for body in self.house.object_reader.page("hubclientinfo", EVERYTHING, viewer=viewer).items:
            self._told(platform, self._read(body), "a list")
        for role in self.house.directories.read().reachable_roles(by=partner):
            self.roamers.tell(platform, role.party, "its roles")

    # --- how

    def _pushed(self, module: str, number: int, name: str, meant_for: str) -> Pushed | None:
        owner = OWNERS[module][number % len(OWNERS[module])]
        if not self._is_there(owner):
            return None
        document = self.roamers.document(module, owner, name, meant_for)
        kind = "RFID" if module == "tokens" else ""
        key = ObjectKey(module, owner, name, kind)
        by = self.house.partners.get(LIVES_AT[owner])
        return self.house.pushed(document, key=key, by=by)

    def _passed(self, module: str, sender: PartyId, receiver: PartyId, **fields: Any) -> Passed:
        usual: Any = {"interface": Interface.RECEIVER, "query": "", "body": None}
        return Passed(
            module=module,
            correlation_id="C-1",
            requester=LIVES_AT[sender],
            sender=sender,
            receiver=receiver,
            **{**usual, **fields},
        )

    def _is_there(self, party: PartyId) -> bool:
        return LIVES_AT[party] in self.roamers.there

    def _shown(self, reader: PartyId, bodies: Any, *, module: str, how: str) -> None:
        self.roamers.show(reader, map(self._read, bodies), module=module, how=how)

    def _told(self, platform: str, document: Doc, how: str) -> None:
        self.roamers.tell(platform, PartyId(document["country_code"], document["party_id"]), how)

    def _read(self, body: bytes) -> Doc:
        return dict(as_document(self.house.json.parse(body)))


Roaming.TestCase.settings = settings(
    max_examples=examples(100), stateful_step_count=40, deadline=None
)
TestRoaming = Roaming.TestCase
