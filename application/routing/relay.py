"""Relaying a request to the party that it is addressed to, and its answer back.

Bytes go both ways as they are; what changes is the connection: endpoint, token, request id. A
requester never sees a 401 that was the hub's, nor anything of a broken answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from application.modules import roles_behind
from application.partners.bulkhead import Bulkhead
from application.partners.credentials_client import CredentialsClient
from application.partners.directories import Directories
from application.partners.request_gates import RequestGates
from application.routing.bare_answers import in_envelope
from application.routing.budget import Budget
from application.routing.page_links import PageLink, PageLinks, place_of
from application.routing.passed import Passed, Relayed
from application.routing.timing import timed
from domain import errors
from domain.journal.legs import Errand, Purpose
from domain.objects.links import counts_of, next_link
from domain.operators.alarm_kinds import AlarmKind
from domain.partners.doors import why_away
from domain.partners.limits import LimitClass
from domain.partners.naming import called
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId
from domain.ports import Bell, Clock, Counters, PartnerNotes, Wire, WireAnswer, WireRequest
from domain.routing.outbound_urls import OutboundUrl, as_given, linked, relayed

_ALWAYS_PASSED_ON = (404, 405)


@dataclass(frozen=True)
class RequestRelay:
    """One attempt, now; nothing is stored or repeated."""

    directories: Directories
    credentials_client: CredentialsClient
    page_links: PageLinks
    partner_notes: PartnerNotes
    bulkhead: Bulkhead
    request_gates: RequestGates
    wire: Wire
    counters: Counters
    bell: Bell
    clock: Clock
    deadline_s: float

    def relay(self, passed: Passed, budget: Budget | None = None) -> Relayed:
        """Pass the request on and bring back the answer, within the budget.

        :raises UnknownReceiver: (4001) :raises ReceiverAway: (4003)
        :raises ReceiverTimedOut: (4002) :raises ReceiverFailed: (4000)
        """
        return self.relay_to(self._partner_of(passed), passed, budget)

    def relay_to(self, partner: Partner, passed: Passed, budget: Budget | None = None) -> Relayed:
        """The same to the platform that `platform_of` has found."""
        if (endpoint := partner.endpoint(passed.module, passed.interface)) is None:
            raise errors.NotOffered(_not_offered(passed, partner))
        try:
            url = relayed(endpoint.url, passed.suffix, passed.query)
        except errors.UnsafeUrl as unsafe:
            raise errors.InvalidParameter(str(unsafe)) from unsafe
        return self._ask(passed, partner, url, budget)

    def call_back(self, passed: Passed, url: str, *, partner_id: str, budget: Budget) -> Relayed:
        """Pass on to a URL that this platform gave itself: its token goes to no other's.

        :raises ReceiverAway: (4003) certainly not received; also if the receiver is its no more.
        :raises ReceiverTimedOut: (4002) :raises ReceiverFailed: (4000) it may have been received.
        """
        partner = self.directories.known().partner(partner_id)
        if not _is_there(partner) or not partner.speaks_for(passed.receiver):
            raise errors.ReceiverAway(f"{passed.receiver.spelled} {why_away(partner)}")
        return self._ask(passed, partner, url, budget, Purpose.CALLED_BACK)

    def offers(self, party: PartyId, module: str, interface: Interface, *, to: PartyId) -> bool:
        """Whether the party's platform has this interface of the module for `to`."""
        partner = self._platform(to, party, module, interface)
        return partner is not None and partner.endpoint(module, interface) is not None

    def next_page(self, link: PageLink, passed: Passed) -> Relayed:
        """Fetch the page that a receiver's Link pointed at (T-PAG-9); as often as one likes.

        :raises InvalidParameter: if the receiver's list is elsewhere by now: the token of the
            platform that it is at goes to no URL of another one.
        """
        partner = self._partner_of(passed)
        if link.at != place_of(partner, passed.module, passed.interface):
            raise _failure(passed, "has moved: start again", errors.InvalidParameter)
        return self._ask(passed, partner, link.url, None)

    def platform_of(
        self, party: PartyId, module: str, interface: Interface, *, to: PartyId
    ) -> Partner:
        """The platform that `to` reaches the party at.

        :raises UnknownReceiver: (4001) :raises ReceiverAway: (4003) if it is not connected.
        """
        if (partner := self._platform(to, party, module, interface)) is None:
            raise errors.UnknownReceiver(f"{party.spelled} is not known to this hub")
        if not _is_there(partner):
            raise errors.ReceiverAway(f"{party.spelled} {why_away(partner)}")
        return partner

    def _partner_of(self, passed: Passed) -> Partner:
        return self.platform_of(passed.receiver, passed.module, passed.interface, to=passed.sender)

    def _platform(
        self, sender: PartyId, receiver: PartyId, module: str, interface: Interface
    ) -> Partner | None:
        """A custom module says nothing of roles: the party in any role that it has."""
        roles = roles_behind(module, interface)
        return self.directories.known().find(receiver, roles=roles, sender=sender)

    def _ask(
        self,
        passed: Passed,
        partner: Partner,
        given: str,
        budget: Budget | None,
        purpose: Purpose = Purpose.RELAYED,
    ) -> Relayed:
        within, since = budget or Budget(self.deadline_s), self.clock.now()
        try:
            url = as_given(given)
        except errors.UnsafeUrl as unsafe:
            raise errors.ReceiverFailed(f"{passed.receiver.spelled}: {unsafe}") from unsafe
        request = self._request(passed, partner, url, purpose)
        try:
            turn = self.bulkhead.enter(partner.id, waits=True)
            with timed(self.counters, partner, passed.module), turn:
                if not within.still_ours():
                    raise errors.ReceiverAway(f"it is too late to ask {passed.receiver.spelled}")
                self.request_gates.of(LimitClass.RELAYED).enter(partner.id)
                left_s = within.left_s(self.clock.now(), since=since)
                connect_s = min(within.connect_s, left_s)
                answer = self.wire.ask(request, deadline_s=left_s, connect_s=connect_s)
        except errors.Unreachable as failure:
            self.partner_notes.suspect(partner.id)
            raise _failure(passed, "cannot be reached", errors.ReceiverAway) from failure
        except errors.NoAnswer as failure:
            self.partner_notes.suspect(partner.id)
            if failure.timed_out:
                raise _failure(passed, "did not answer", errors.ReceiverTimedOut) from failure
            raise _failure(passed, "broke off before the end of its answer") from failure
        except errors.OutboundFailed as failure:
            raise _failure(passed, "answered more than the hub reads") from failure
        whole = in_envelope(answer, passed.module, passed.interface, now=self.clock.now())
        return self._relayed(passed, partner, url, whole)

    def _request(
        self, passed: Passed, partner: Partner, url: OutboundUrl, purpose: Purpose
    ) -> WireRequest:
        return WireRequest(
            method=passed.method,
            url=url,
            token=self.credentials_client.outbound_token(partner),
            correlation_id=passed.correlation_id,
            sender=passed.sender,
            receiver=passed.receiver,
            body=passed.body,
            errand=Errand(purpose, partner.id, passed.module, passed.about),
        )

    def _relayed(
        self, passed: Passed, partner: Partner, url: OutboundUrl, answer: WireAnswer
    ) -> Relayed:
        if answer.status in (401, 403):
            self.counters.count("hub_token_refused", partner=passed.receiver.spelled)
            said = f"{passed.module}: HTTP {answer.status}"
            self.bell.ring(AlarmKind.HUB_REFUSED, called(partner), said)
            raise _failure(passed, f"did not let the hub in (HTTP {answer.status})")
        if answer.code is None and answer.status not in _ALWAYS_PASSED_ON:
            raise _failure(passed, f"answered HTTP {answer.status} without OCPI's envelope")
        ok = 200 <= answer.status < 300 or answer.status in _ALWAYS_PASSED_ON
        return Relayed(
            status=answer.status if ok else 200,
            code=answer.code,
            body=answer.body if answer.code is not None else None,
            sender=passed.receiver,
            headers=self._headers(passed, partner, url, answer),
        )

    def _headers(
        self, passed: Passed, partner: Partner, url: OutboundUrl, answer: WireAnswer
    ) -> Mapping[str, str]:
        kept = counts_of(answer.headers)
        try:
            if (target := next_link(answer.headers.get("link", ""))) is None:
                return kept
            next_url = linked(url, target)
        except (errors.PartnerUnusable, errors.UnsafeUrl) as unusable:
            raise errors.ReceiverFailed(f"{passed.receiver.spelled}: {unusable}") from unusable
        link = PageLink(
            requester=passed.requester,
            sender=passed.sender,
            receiver=passed.receiver,
            module=passed.module,
            at=place_of(partner, passed.module, passed.interface),
            url=next_url,
        )
        return {**kept, "link": self.page_links.link(link)}


def _failure(passed: Passed, how: str, kind: type[Exception] = errors.ReceiverFailed) -> Exception:
    return kind(f"{passed.receiver.spelled} {how}")


def _not_offered(passed: Passed, partner: Partner) -> str:
    """Its version details lack it; often a requester has named itself."""
    own = " is your own party, and" if partner.id == passed.requester else ""
    lacks = f"offers no {passed.interface.value} interface of {passed.module}"
    return f"{passed.receiver.spelled}{own} {lacks}: name in OCPI-to who the request is for"


def _is_there(partner: Partner) -> bool:
    return partner.is_registered and partner.reachable
