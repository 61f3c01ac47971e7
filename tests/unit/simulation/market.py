"""A market to simulate: two CPOs, three eMSPs, three subscribers, and what each of them does.

XYZ takes CDRs by push, PUL fetches them, MOV takes them and comes and goes: it is suspended, and
it comes back on another platform.
"""

import contextlib
from dataclasses import dataclass, replace
from typing import Any

from application.cdrs.checking import Posted
from domain import errors
from domain.delivery.what import EventType
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId, Role
from tests.builders import (
    ABC,
    NOON,
    XYZ,
    Doc,
    a_partner,
    a_role,
)
from tests.charging import a_cdr, a_cdr_token, a_credit
from tests.unit.simulation.fates import Fate, Kind, Life, ProcessDied
from tests.unit.simulation.platforms import MOV, PUL, an_emsp
from tests.unit.simulation.processes import TIME, Running, Stores, a_process
from tests.unit.simulation.promises import Promises
from tests.unit.simulation.receivers import Receivers
from tests.unit.simulation.subscribers import Subscribers

CP2 = PartyId("NL", "CP2")
CPOS = {ABC: "cpo", CP2: "cpo2"}
EMSPS = (XYZ, PUL, MOV)
SUBSCRIBERS: dict[str, PartyId | None] = {"operator": None, "emsp": XYZ, "cpo2": CP2}
_EVENTS = (
    EventType.SESSION_UPDATED,
    EventType.CDR_ACCEPTED,
    EventType.CDR_DELIVERED,
    EventType.CDR_PARKED,
)


@dataclass(frozen=True)
class Posting:
    """What a CPO posts: CDR1 to CDR3, in one of two contents; `of`: a credit of that one."""

    cpo: PartyId = ABC
    number: int = 1
    reader: PartyId = XYZ
    is_direct: bool = True
    content: int = 0
    is_lower: bool = False
    is_credit: bool = False

    def document(self) -> Doc:
        own: Doc = {"country_code": self.cpo.country_code, "party_id": self.cpo.party_id}
        told: Doc = {**own, "cdr_token": a_cdr_token(self.reader), "remark": f"no {self.content}"}
        name = f"CDR{self.number}"
        if self.is_credit:
            return a_credit(f"{name}-C", of=name, **told)
        return a_cdr(name.lower() if self.is_lower else name, **told)


class Market:
    """The stores, the connected partners, and the processes that serve them."""

    def __init__(self) -> None:
        self.stores = Stores()
        self.clock = TIME.clock = self.stores.clock
        self.receivers = Receivers(self.clock)
        self.subscribers = Subscribers(self.clock, {})
        self.promises = Promises(self.stores, self.receivers, self.subscribers)
        self.processes: dict[str, Running] = {}
        self.others: dict[str, Any] = {}
        self.depth = 0
        self.posts = 0
        self.last_posting = Posting()
        self.hits: list[Kind] = []
        for party, name in CPOS.items():
            self.stores.partners.save(a_partner(name, a_role(Role.CPO, party)))
        for name, party in (("emsp", XYZ), ("pull", PUL), ("mov1", MOV)):
            self.stores.partners.save(an_emsp(name, party))
        for name, owner in SUBSCRIBERS.items():
            self._subscribe(name, owner)

    def _subscribe(self, name: str, party: PartyId | None) -> None:
        partner_id = None if party is None else name
        webhook_subscriptions = self.process("web").webhook_subscriptions
        made = webhook_subscriptions.subscribe(
            f"https://{name}.example/", _EVENTS, partner_id=partner_id
        )
        url = f"https://hooks.example/{made.subscription.id}"
        self.stores.subscriptions.held[made.subscription.id] = replace(made.subscription, url=url)
        self.subscribers.parties[made.subscription.id] = party

    def process(self, name: str) -> Running:
        """The running process of this name, a new one if it has died."""
        if name not in self.processes or self.processes[name].life.is_dead:
            life = Life(name, others=self.meanwhile)
            self.processes[name] = a_process(
                self.stores, life, wire=self.receivers, outbound=self.subscribers
            )
        return self.processes[name]

    def run(self, name: str, doing: Any, fate: Fate | None = None) -> Any:
        """Let the process do it under this fate; None if it died of it.

        :raises HubError: what the hub refuses, or a store that is away.
        """
        running = self.process(f"{name}/{self.depth}")
        life: Life = running.life
        life.begin(fate)
        try:
            return doing(running)
        except ProcessDied:
            life.is_dead = True
            return None
        finally:
            if fate is not None and life.fate is None:
                self.hits.append(fate.kind)
            held = under_way(running)
            if not life.is_harmed and not life.is_dead:
                self.promises.acknowledge(life.acknowledged, but=held)
            life.acknowledged = [] if life.is_dead else self.promises.still(life.acknowledged, held)
            life.fate = None

    def meanwhile(self, fate: Fate) -> None:
        """What others do while one process stands still; they are not stopped in turn."""
        self.depth += 1
        try:
            self.clock.advance(fate.seconds)
            for name in fate.meanwhile:
                self.others[name](self)
        finally:
            self.depth -= 1

    def post(self, posting: Posting, fate: Fate | None = None) -> str:
        """A CPO posts a CDR; what it was told."""
        self.last_posting = posting
        self.posts += 1
        document = posting.document()
        process = self.process("web")
        key = ObjectKey("cdrs", posting.cpo, document["id"])
        posted = Posted(
            document=document,
            body=process.json.dump(document),
            by=self.stores.partners.get(CPOS[posting.cpo]),
            sender=posting.cpo,
            to=posting.reader if posting.is_direct else None,
            correlation_id=f"C-{self.posts}",
        )
        was_accepted = (key, posted.body) in self.promises.contents
        self._note_what_is_ahead(document, posting.cpo, posted.correlation_id)
        try:
            taken = self.run("web", lambda hub: hub.cdr_custody.take(posted), fate)
        except errors.NotReplaceable:
            self.promises.told_not_replaceable(key, posted.body)
            return "not replaceable"
        except (errors.UnknownReceiver, errors.ReceiverAway, errors.InvalidDocument):
            stored_ids = [each.correlation_id for each in self.stores.archive.held.values()]
            assert posted.correlation_id not in stored_ids, "D-9: refused, and stored"
            return "no custody"
        except errors.StoreUnavailable:
            return "failure"
        if taken is None:
            return "no answer"
        if taken.declined is not None:
            self.promises.told_declined(taken.filed, was_accepted=was_accepted)
            return "declined"
        self.promises.told_accepted(taken.filed, posted.body)
        return "accepted"

    def _note_what_is_ahead(self, document: Doc, cpo: PartyId, correlation_id: str) -> None:
        if "credit_reference_id" in document:
            key = ObjectKey("cdrs", cpo, document["credit_reference_id"])
            original = self.stores.archive.latest(key)
            if original is not None and original.ref in self.promises.accepted:
                self.promises.ahead[correlation_id] = original.ref

    def pump(self, name: str = "pump-1", turns: int = 1, fate: Fate | None = None) -> None:
        """So many turns of a pump's; what it has in hand stays in its hand."""

        def turn(hub: Running) -> None:
            for _ in range(turns):
                hub.pump._went_on()

        self.run(name, turn, fate)

    def sweep(self, *, idle_s: float = 0.0, fate: Fate | None = None) -> None:
        with contextlib.suppress(errors.StoreUnavailable):
            self.run("sweeper", lambda hub: hub.sweep.sweep(idle_s=idle_s), fate)

    def operate(self, action: str, ref: str, fate: Fate | None = None) -> None:
        """An operator at the console; `ref` is of a CDR that is in the archive."""
        filed = self.stores.archive.held[ref]
        doing = {
            "park": lambda hub: hub.delivery_overview.park(filed.delivery_id),
            "retry": lambda hub: hub.delivery_overview.retry(filed.delivery_id),
            "replay": lambda hub: hub.cdr_accounting.replay(ref),
            "replay all": lambda hub: hub.cdr_accounting.replay_since(filed.receiver, NOON),
        }[action]
        filed_ones = self.stores.archive.held.values()
        theirs = [each.delivery_id for each in filed_ones if each.receiver == filed.receiver]
        retried = theirs if action == "replay all" else [filed.delivery_id]
        if action != "park":
            self.promises.retried(retried)
        with contextlib.suppress(errors.StoreUnavailable):
            self.run("console", doing, fate)
        if action != "park":
            self.promises.retried(retried)


def under_way(process: Running) -> frozenset[str]:
    """What the pump has sent and not written yet: it does so at its next turn, if there is one."""
    lanes = process.pump.in_hand.values()
    return frozenset(each.delivery.id for lane in lanes for each in lane.under_way.values())
