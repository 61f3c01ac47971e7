"""Pulling what partners have: after they were away, on demand, and regularly for who never pushes.

OCPI makes pulling the way to recover (1.11). Each owner's list is read to its end with TO the party
and FROM the hub; what is new or newer is stored and published as if it had been pushed.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from application.accepting import Accepting
from application.modules import MODULES, STORED, Module
from application.pulling import Pulling
from application.pushed import Pushed
from domain import errors
from domain.documents import Document, JsonValue
from domain.objects import EVERYONE, ObjectKey
from domain.partner import Partner
from domain.party import Interface, PartyId
from domain.ports import (
    Clock,
    Ids,
    Json,
    ObjectStore,
    PartnerStore,
    Quarantine,
    Wake,
)
from domain.quarantine import Quarantined
from domain.text import storable

_NOT_AGAIN_WITHIN_S = 600.0


@dataclass(frozen=True)
class Pulled:
    """What a pull came to: objects seen, stored because they were new or newer, set aside."""

    module: str
    party: PartyId
    seen: int = 0
    stored: int = 0
    quarantined: int = 0
    failure: str = ""


@dataclass(frozen=True)
class Synchronizing:
    """Reads partners' SENDER lists. A pull can be repeated: what is not newer changes nothing.

    `woken` has when the sweep last woke a pull of each partner.
    """

    partners: PartnerStore
    objects: ObjectStore
    accepting: Accepting
    pulling: Pulling
    quarantine: Quarantine
    json: Json
    wake: Wake
    ids: Ids
    clock: Clock
    every_s: float
    woken: dict[str, datetime] = field(default_factory=dict)

    def pull(self, partner_id: str, *, whole: bool = False) -> tuple[Pulled, ...]:
        """Pull every list of the partner's: what changed since the last time, or the whole.

        A list that fails is reported and tried whole or from the same moment next time; the
        others are read all the same.
        """
        partner = self.partners.get(partner_id)
        if not partner.is_registered:
            raise errors.NotRegistered("the partner is not registered")
        done: list[Pulled] = []
        for module in MODULES.values():
            if _is_pulled(module) and partner.endpoint(module.id, Interface.SENDER) is not None:
                done += self._pull_module(partner, module, whole=whole)
        return tuple(done)

    def start(self, partner_id: str) -> None:
        """Have a worker pull soon; best effort.

        :raises NotRegistered: if there is no connection.
        """
        if not self.partners.get(partner_id).is_registered:
            raise errors.NotRegistered("the partner is not registered")
        self.wake.synchronize(partner_id)

    def sweep(self) -> int:
        """Wake a pull for every partner that was not pulled for long; how many.

        Each partner has its own moment, spread over a tenth of the time. One whose lists cannot be
        read is not asked for them all the time.
        """
        now = self.clock.now()
        due = [partner for partner in self.partners.all() if self._is_due(partner, now)]
        for partner in due:
            self.woken[partner.id] = now
            self.wake.synchronize(partner.id)
        return len(due)

    def _is_due(self, partner: Partner, now: datetime) -> bool:
        offers = any(
            partner.endpoint(module.id, Interface.SENDER) is not None
            for module in MODULES.values()
            if _is_pulled(module)
        )
        if not (self.every_s and partner.is_registered and partner.reachable and offers):
            return False
        woken, pause_s = self.woken.get(partner.id), min(self.every_s, _NOT_AGAIN_WITHIN_S)
        if woken is not None and (now - woken).total_seconds() < pause_s:
            return False
        last = min((at for _, at in partner.synced), default=partner.registered_at or now)
        splay = sum(partner.id.encode()) % 100 / 1000
        return (now - last).total_seconds() >= self.every_s * (1 + splay)

    def _pull_module(self, partner: Partner, module: Module, *, whole: bool) -> list[Pulled]:
        began = self.clock.now()
        since = None if whole else dict(partner.synced).get(module.id)
        done = [
            self._pull_party(partner, module, party, since)
            for party in partner.parties_in(module.owners)
        ]
        if all(not each.failure for each in done):
            self.partners.pulled(partner.id, module.id, at=began)
            if since is None:
                self.quarantine.clear(partner.id, module.id, before=began)
        return done

    def _pull_party(
        self, partner: Partner, module: Module, party: PartyId, since: datetime | None
    ) -> Pulled:
        done = Pulled(module.id, party)
        try:
            for body in self.pulling.objects(partner, module, party, since):
                done = self._take(partner, module, party, body, done)
        except errors.PartnerUnusable as failure:
            return replace(done, failure=str(failure))
        return done

    def _take(
        self, partner: Partner, module: Module, party: PartyId, value: JsonValue, done: Pulled
    ) -> Pulled:
        """Store one object, or set it aside."""
        done = replace(done, seen=done.seen + 1)
        try:
            pushed = self._pushed(partner, module, party, value)
            self.accepting.check(pushed)
        except errors.InvalidDocument as invalid:
            self._set_aside(partner, module, value, invalid)
            return replace(done, quarantined=done.quarantined + 1)
        return replace(done, stored=done.stored + self._store(pushed))

    def _pushed(self, partner: Partner, module: Module, party: PartyId, value: JsonValue) -> Pushed:
        if not isinstance(value, dict):
            raise errors.InvalidDocument((errors.Problem("", "expected a JSON object"),))
        known = module.object(value)
        id_field = module.object.id_fields[0]
        if not isinstance(value.get(id_field), str):
            raise errors.InvalidDocument((errors.Problem(id_field, "required"),))
        return Pushed(
            key=ObjectKey(module.id, _owner(partner, module, value) or party, known.id, known.kind),
            path=(),
            method="PUT",
            body=self.json.dump(value),
            document=value,
            by=partner,
            correlation_id=self.ids.new(),
        )

    def _store(self, pushed: Pushed) -> bool:
        """As pushed to the hub; what is known for some audience alone refreshes those copies."""
        audiences = self.objects.audiences(pushed.key)
        if not audiences or EVERYONE in audiences:
            return self.accepting.take_if_newer(pushed)
        copies = [replace(pushed, audience=audience) for audience in audiences]
        return sum(self.accepting.refresh_copy(copy) for copy in copies) > 0

    def _set_aside(
        self, partner: Partner, module: Module, value: JsonValue, why: errors.InvalidDocument
    ) -> None:
        document: Document = value if isinstance(value, dict) else {}
        name = storable(str(document.get(module.object.id_fields[0], "?")), 100)
        self.quarantine.put(
            Quarantined(
                partner_id=partner.id,
                module=module.id,
                name=name,
                problems=tuple(str(problem) for problem in why.problems),
                seen_at=self.clock.now(),
                body=self.json.dump(value),
            )
        )


def _is_pulled(module: Module) -> bool:
    """A CDR is accepted by POST alone: taking custody of what was not offered is nobody's wish."""
    return module.is_routed and module.id in STORED


def _owner(partner: Partner, module: Module, document: Document) -> PartyId | None:
    """Whose it is by its own word (T-OWN-4): a platform may list all its parties', whatever TO."""
    owners = partner.parties_in(module.owners)
    named = f"{document.get('country_code')}/{document.get('party_id')}".upper()
    return next((owner for owner in owners if str(owner) == named), None)
