"""The webhook sender: one attempt to tell a subscriber of an event, signed so it can be trusted.

What the event says is read now, so a subscriber that was away hears what is, not what was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from application.delivery.outgoing import SEND_DEADLINE_S, retry_after_s
from application.webhooks.events import WebhookEvents
from domain import errors
from domain.cdrs.custody import delivery_id_of
from domain.delivery.answers import Attempt, Verdict, judge
from domain.delivery.deliveries import Delivery
from domain.documents import JsonValue
from domain.noted_text import plain, plain_bytes
from domain.objects.stored import EVERYONE
from domain.partners.party import PartyId
from domain.ports import (
    Clock,
    CommandStore,
    Deliveries,
    FailPoints,
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
from domain.webhooks.events import EventType, Subscription, payload

_MOST_BYTES = 65_536


@dataclass(frozen=True)
class WebhookSender:
    """Posts events. Any 2xx is taken for received; the same event has the same webhook-id."""

    subscriptions: SubscriptionStore
    webhook_events: WebhookEvents
    objects: ObjectStore
    deliveries: Deliveries
    commands: CommandStore
    outbound: Outbound
    secrets: Secrets
    signer: Signer
    json: Json
    fail_points: FailPoints
    clock: Clock

    def attempt(self, delivery: Delivery, *, still_ours: Callable[[], bool]) -> Attempt | None:
        """Send it once; None if the subscription has ended, or there is nothing to tell of.

        :raises LaneLost: if `still_ours` says no.
        """
        subscription = self.subscriptions.get(delivery.lane.partner_id)
        if subscription is None or delivery.event not in subscription.events:
            return None
        said = self._said(delivery, subscription)
        if said is None:
            return None
        now = self.clock.now()
        body = self.json.dump(payload(delivery.event, at=now, of=said))
        if not still_ours():
            raise errors.LaneLost(str(delivery.lane))
        self.fail_points.reach("leased")
        try:
            request = self._request(subscription, delivery, body, now)
            response = self.outbound.send(
                request, deadline_s=SEND_DEADLINE_S, max_bytes=_MOST_BYTES
            )
        except errors.OutboundFailed as failure:
            return Attempt(self.clock.now(), Verdict.SICK, plain(str(failure)))
        return _judged(response, self.clock.now())

    def _request(
        self, subscription: Subscription, delivery: Delivery, body: bytes, now: datetime
    ) -> OutboundRequest:
        named = sha256(f"{delivery.id}#{delivery.revision}".encode()).hexdigest()[:32]
        secret = self.secrets.unseal(subscription.secret, partner_id=subscription.id)
        headers = self.signer.headers(secret, message_id=f"msg_{named}", at=now, body=body)
        content = {"Content-Type": "application/json"}
        return OutboundRequest("POST", as_given(subscription.url), {**headers, **content}, body)

    def _said(self, delivery: Delivery, subscription: Subscription) -> JsonValue:
        """What is to be told, as it is now.

        None where it is gone, or where the subscriber may no longer see it.
        """
        if delivery.event.startswith("cdr."):
            return self._said_of_cdr(delivery)
        if delivery.event == EventType.COMMAND_RESULT:
            return self._said_of_command(delivery)
        stored = self.objects.get(delivery.key, EVERYONE)
        if (
            stored is None
            or stored.deleted
            or not self.webhook_events.may_see(subscription, stored)
        ):
            return None
        return self.json.parse(stored.body)

    def _said_of_cdr(self, delivery: Delivery) -> JsonValue:
        ref = delivery.key.kind.lower()
        handed = self.deliveries.get(delivery_id_of(ref))
        if handed is None:
            return None
        owner, receiver = handed.key.owner, handed.receiver
        return {
            "ref": ref,
            "country_code": owner.country_code,
            "party_id": owner.party_id,
            "id": handed.key.id,
            "receiver": _party(receiver),
            "state": _state_told(delivery.event, handed),
            "since": format_time(handed.since),
            "attempts": handed.attempts,
            "reason": "" if handed.last is None else handed.last.reason,
        }

    def _said_of_command(self, delivery: Delivery) -> JsonValue:
        owed = delivery.sending
        command = None if owed is None else self.commands.get(owed.correlation_id)
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


def _state_told(event: str, handed: Delivery) -> str:
    """An event of acceptance says so, however far the CDR has come meanwhile."""
    return "accepted" if event == EventType.CDR_ACCEPTED else handed.state.value


def _judged(response: OutboundResponse, now: datetime) -> Attempt:
    """2xx is received. Anything else is tried again; 429 and its like say when.

    Another 4xx is about the event, as it is about an object: it does not hold up its neighbours.
    """
    if 200 <= response.status < 300:
        return Attempt(now, Verdict.ACCEPTED, f"HTTP {response.status}", http=response.status)
    verdict = judge(http=response.status, ocpi=None, is_part=False)
    if verdict is not Verdict.REFUSED and verdict is not Verdict.SLOW_DOWN:
        verdict = Verdict.SICK
    return Attempt(
        now,
        verdict,
        plain_bytes(response.body) or f"HTTP {response.status}",
        http=response.status,
        retry_after_s=retry_after_s(response.headers, now),
    )
