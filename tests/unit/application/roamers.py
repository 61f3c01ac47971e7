"""Parties that push, read and listen, and what each of them may see by rules of its own.

The rules are written down here once more, as simply as can be and without the hub's own directory:
an object may be seen by a party if its owner is connected, if the two have an agreement where one
is required, and if it was meant for all readers or for this very party; a token moreover only by
charge point operators and its owner (R-BC-1, R-GETALL-4).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from adapters.memory import answer
from domain.documents import as_document
from domain.partners.agreements import AgreementPolicy
from domain.partners.approval import Invited
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId, Role
from domain.ports import WireAnswer, WireRequest
from tests.builders import HUB, Doc, a_location, a_role, a_token_object, an_endpoint
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.roaming import a_platform

A, B, C, D, E, F = (PartyId("DE", name * 3) for name in "ABCDEF")
QUIET = PartyId("DE", "QUI")
"""Invited, and no partner is told."""

LIVES_AT = {A: "p1", B: "p1", C: "p2", D: "p2", E: "p3", F: "p4"}
ROLES = {A: Role.CPO, B: Role.EMSP, C: Role.EMSP, D: Role.NSP, E: Role.CPO, F: Role.EMSP}
PARTIES = tuple(LIVES_AT)
PLATFORMS = tuple(dict.fromkeys(LIVES_AT.values()))
OWNERS = {
    "locations": [party for party in PARTIES if ROLES[party] is Role.CPO],
    "tokens": [party for party in PARTIES if ROLES[party] is Role.EMSP],
}


def parties_at(platform: str) -> list[PartyId]:
    return [party for party in PARTIES if LIVES_AT[party] == platform]


def _platform(name: str) -> Partner:
    roles = [a_role(ROLES[party], party) for party in parties_at(name)]
    return a_platform(name, *roles)


@dataclass
class Roamers:
    """The rules' own view of who is there and who has agreed; the partners' ends of all wires.

    `wrongs` is what was shown or sent that should not have been. `lists` has what owners have on
    their own lists, by URL and party. `names` are of all objects so far, and of two to come.
    """

    policy: AgreementPolicy
    there: set[str] = field(default_factory=lambda: set(PLATFORMS))
    pairs: set[frozenset[PartyId]] = field(default_factory=set)
    lists: dict[tuple[str, PartyId], dict[str, Doc]] = field(default_factory=dict)
    wrongs: list[str] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=lambda: {"N1", "N2"})
    moment: int = 0
    sent: int = 0
    shown: int = 0

    def house(self) -> House:
        house = House(wire=TalkingWire(self.receive), policy=self.policy)
        house.with_partners(*(_platform(name) for name in PLATFORMS))
        house.administration.invite(name="Quiet", roles=[Invited(Role.CPO, QUIET)])
        return house

    def document(self, module: str, owner: PartyId, name: str, meant_for: str) -> Doc:
        """The owner's newest word on this object, and whom it is meant for."""
        self.moment += 1
        self.names.add(name)
        named = {"country_code": owner.country_code, "party_id": owner.party_id, "for": meant_for}
        if module == "tokens":
            return a_token_object(name, updated=self.moment, **named)
        return a_location(name, updated=self.moment, **named)

    def listed(self, module: str, document: Doc) -> None:
        """The owner has this object on its own list, too."""
        owner = PartyId(document["country_code"], document["party_id"])
        url = an_endpoint(module, Interface.SENDER, LIVES_AT[owner]).url
        name = document.get("id") or document["uid"]
        self.lists.setdefault((url, owner), {})[name] = document

    # --- the rules

    def know_each_other(self, one: PartyId, other: PartyId) -> bool:
        if self.policy is AgreementPolicy.OPEN or one == other:
            return True
        return frozenset((one, other)) in self.pairs

    def may_see(self, viewer: PartyId, document: Doc, *, module: str) -> bool:
        owner = PartyId(document["country_code"], document["party_id"])
        if module == "tokens" and ROLES[viewer] is not Role.CPO and viewer != owner:
            return False
        is_meant = document["for"] in ("*", str(viewer))
        return is_meant and LIVES_AT[owner] in self.there and self.know_each_other(viewer, owner)

    def may_hear_of(self, platform: str, party: PartyId) -> bool:
        own = parties_at(platform)
        if party == QUIET or party in own:
            return False
        return any(self.know_each_other(each, party) for each in own)

    # --- what the hub does

    def show(self, viewer: PartyId, documents: Iterable[Doc], *, module: str, how: str) -> None:
        for document in documents:
            self.shown += 1
            if not self.may_see(viewer, document, module=module):
                self.wrongs.append(f"{viewer} was shown {document} by {how}")

    def tell(self, platform: str, party: PartyId, how: str) -> None:
        self.shown += 1
        if not self.may_hear_of(platform, party):
            self.wrongs.append(f"{platform} was told of {party} by {how}")

    def receive(self, request: WireRequest) -> WireAnswer:
        """The partners' end: what reaches it is judged by the rules of this very moment."""
        platform = request.url.removeprefix("https://").partition(".")[0]
        if platform in self.silent:
            return answer(status=503, code=None)
        if request.method == "GET" and request.sender == HUB:
            return self._page(request)
        if request.method == "DELETE":
            return answer()
        self.sent += 1
        if platform not in self.there:
            self.wrongs.append(f"{platform} is not there and was sent {request}")
        elif "/hubclientinfo/" in request.url:
            country_code, party_id = request.url.split("/")[-2:]
            self.tell(platform, PartyId(country_code, party_id), "a push")
        else:
            self._take(platform, request)
        return answer(body=b'{"status_code":1000}')

    def _page(self, request: WireRequest) -> WireAnswer:
        url = request.url.partition("?")[0]
        assert request.receiver is not None
        return answer(data=list(self.lists.get((url, request.receiver), {}).values()))

    def _take(self, platform: str, request: WireRequest) -> None:
        receiver, sender = request.receiver, request.sender
        if receiver not in parties_at(platform) or receiver is None or sender is None:
            self.wrongs.append(f"{platform} was sent {request} for {receiver}")
        elif sender != HUB and not self.know_each_other(sender, receiver):
            self.wrongs.append(f"{receiver} heard from {sender}")
        elif request.body is not None:
            document = dict(as_document(House().json.parse(request.body)))
            module = "tokens" if "/tokens/" in request.url else "locations"
            self._judge(receiver, document, module=module, is_direct=sender != HUB)

    def _judge(self, receiver: PartyId, document: Doc, *, module: str, is_direct: bool) -> None:
        """A party may address any other one that it knows with what is its own."""
        judged = module if not is_direct else "locations"
        if not self.may_see(receiver, document, module=judged):
            self.wrongs.append(f"{receiver} was sent {document}")
