"""The webhook sender: one attempt to tell a subscriber of an event, signed so it can be trusted.

What the event says is read now, so a subscriber that was away hears what is, not what was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from application.delivery.outgoing import SEND_DEADLINE_S, retry_after_s
from application.partners.directories import Directories
from application.webhooks.events import WebhookEvents
from application.webhooks.legs import answered, failed, leg_of
from domain import errors
from domain.delivery.answers import Attempt, Verdict, judge
from domain.delivery.deliveries import CdrDelivery, DeliveryClass, EventDelivery
from domain.delivery.what import (
    AboutAlarm,
    AboutCdr,
    AboutCommand,
    AboutObject,
    Event,
    EventType,
)
from domain.documents import JsonValue
from domain.journal.legs import Spoken
from domain.noted_text import plain, plain_bytes
from domain.objects.stored import EVERYONE
from domain.operators.alarms import shown
from domain.partners.naming import called
from domain.partners.party import PartyId
from domain.ports import (
    Alarms,
    CdrLedger,
    Clock,
    CommandStore,
    Counters,
    FailPoints,
    Journal,
    Json,
    ObjectStore,
    Outbound,
    OutboundRequest,
    OutboundResponse,
    Secrets,
    Signer,
    SubscriptionStore,
)
from domain.routing.outbound_urls import as_given
from domain.times import format_time
from domain.webhooks.events import Subscription, payload

_MOST_BYTES = 65_536
_OPERATOR = "operator"
_WEBHOOK = DeliveryClass.WEBHOOK.value


@dataclass(frozen=True)
class WebhookSender:
    """Posts events. Any 2xx is taken for received; the same event has the same webhook-id."""

    subscriptions: SubscriptionStore
    webhook_events: WebhookEvents
    objects: ObjectStore
    ledger: CdrLedger
    commands: CommandStore
    alarms: Alarms
    outbound: Outbound
    secrets: Secrets
    signer: Signer
    json: Json
    journal: Journal
    directories: Directories
    counters: Counters
    fail_points: FailPoints
    clock: Clock

    def attempt(self, delivery: EventDelivery, *, still_ours: Callable[[], bool]) -> Attempt | None:
        """Send it once; None if the subscription has ended, or there is nothing to tell of.

        :raises LaneLost: if `still_ours` says no.
        """
        event, subscription = delivery.what, self.subscriptions.get(delivery.lane.target)
        if subscription is None or not subscription.wants(event.type):
            return None
        said = self._said(event, subscription)
        if said is None:
            return None
        now = self.clock.now()
        body = self.json.dump(payload(event.type, at=now, of=said))
        if not still_ours():
            raise errors.LaneLost(str(delivery.lane))
        self.fail_points.reach("leased")
        leg, asked = None, None
        try:
            request = self._request(subscription, delivery, body, now)
            leg = leg_of(subscription, delivery, request, now)
            asked = Spoken(request.headers, body)
            response = self.outbound.send(
                request, deadline_s=SEND_DEADLINE_S, max_bytes=_MOST_BYTES
            )
            said_to_it = Spoken(response.headers, response.body)
            self.journal.note(answered(leg, response), asked, said_to_it)
            attempt = _judged(response, self.clock.now())
        except errors.OutboundFailed as failure:
            ended = self.clock.now()
            if leg is not None:
                self.journal.note(failed(leg, str(failure), ended), asked)
            attempt = Attempt(ended, Verdict.SICK, plain(str(failure)))
        partner, verdict = self._owner(subscription), attempt.verdict.value
        self.counters.count("deliveries", partner=partner, class_=_WEBHOOK, verdict=verdict)
        return attempt

    def _owner(self, subscription: Subscription) -> str:
        """What the partner is called that made the webhook."""
        partner = self.directories.known().by_id.get(subscription.partner_id or "")
        return _OPERATOR if partner is None else called(partner)

    def _request(
        self, subscription: Subscription, delivery: EventDelivery, body: bytes, now: datetime
    ) -> OutboundRequest:
        named = sha256(f"{delivery.id}#{delivery.revision}".encode()).hexdigest()[:32]
        secret = self.secrets.unseal(subscription.secret, partner_id=subscription.id)
        headers = self.signer.headers(secret, message_id=f"msg_{named}", at=now, body=body)
        content = {"Content-Type": "application/json"}
        return OutboundRequest("POST", as_given(subscription.url), {**headers, **content}, body)

    def _said(self, event: Event, subscription: Subscription) -> JsonValue:
        """What is to be told, as it is now.

        None where it is gone, or where the subscriber may no longer see it.
        """
        match event.about:
            case AboutCdr() as about:
                return self._said_of_cdr(event, about)
            case AboutCommand() as about:
                return self._said_of_command(about)
            case AboutAlarm() as about:
                alarm = self.alarms.get(about.id)
                return None if alarm is None else shown(alarm)
            case about:
                return self._said_of_object(about, subscription)

    def _said_of_object(self, about: AboutObject, subscription: Subscription) -> JsonValue:
        stored = self.objects.get(about.key, EVERYONE)
        if stored is None or stored.deleted:
            return None
        is_seen = self.webhook_events.may_see(subscription, stored)
        return self.json.parse(stored.body) if is_seen else None

    def _said_of_cdr(self, event: Event, about: AboutCdr) -> JsonValue:
        handed = self.ledger.get(about.ref)
        if handed is None:
            return None
        owner, receiver = handed.key.owner, handed.receiver
        return {
            "ref": about.ref,
            "country_code": owner.country_code,
            "party_id": owner.party_id,
            "id": handed.key.id,
            "receiver": _party(receiver),
            "state": _state_told(event, handed),
            "since": format_time(handed.since),
            "attempts": handed.attempts,
            "reason": "" if handed.last is None else handed.last.reason,
        }

    def _said_of_command(self, about: AboutCommand) -> JsonValue:
        command = self.commands.get(about.id)
        if command is None:
            return None
        last = command.results[-1].result if command.results else None
        return {
            "command_id": command.id,
            "module": command.module,
            "command": command.name,
            "status": command.status,
            "result": last,
            "requester": _party(command.requester.party),
            "receiver": _party(command.target.party),
            "location_id": command.location_id,
            "session_id": command.session_id,
            "reservation_id": command.reservation_id,
        }


def _party(party: PartyId) -> JsonValue:
    return {"country_code": party.country_code, "party_id": party.party_id}


def _state_told(event: Event, handed: CdrDelivery) -> str:
    """An event of acceptance says so, however far the CDR has come meanwhile."""
    return "accepted" if event.type is EventType.CDR_ACCEPTED else handed.state.value


def _judged(response: OutboundResponse, now: datetime) -> Attempt:
    """2xx is received. Anything else is tried again; 429 and its like say when.

    Another 4xx is about the event, as it is about an object: it does not hold up its neighbours.
    """
    if 200 <= response.status < 300:
        return Attempt(
            now,
            Verdict.ACCEPTED,
            f"HTTP {response.status}",
            http=response.status,
            elapsed_s=response.elapsed_s,
        )
    verdict = judge(http=response.status, ocpi=None, is_part=False)
    if verdict is not Verdict.REFUSED and verdict is not Verdict.SLOW_DOWN:
        verdict = Verdict.SICK
    return Attempt(
        now,
        verdict,
        plain_bytes(response.body) or f"HTTP {response.status}",
        http=response.status,
        retry_after_s=retry_after_s(response.headers, now),
        elapsed_s=response.elapsed_s,
    )
