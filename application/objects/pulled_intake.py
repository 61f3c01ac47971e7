"""Taking what was pulled, object by object: stored as if it had been pushed, or quarantined.

A bad object waits there for people to look at, and stops neither its page nor what follows it.
"""

from dataclasses import dataclass, replace

from application.modules import MODULES, Module
from application.objects.intake import ObjectIntake
from application.objects.pushed import Pushed
from domain import errors
from domain.documents import Document, JsonValue
from domain.journal.secrets import HIDDEN
from domain.noted_text import storable
from domain.objects.quarantine import Quarantined, name_of
from domain.objects.stored import EVERYONE, ObjectKey
from domain.objects.tokens import Token
from domain.operators.alarm_kinds import AlarmKind
from domain.partners.naming import called
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import Bell, Clock, Ids, Json, ObjectStore, PartnerStore, Quarantine
from domain.validation import Direction

_LONGEST_NAME = 100
_LARGEST_KEPT = 65_536
_LONGEST_PROBLEM = 300


@dataclass(frozen=True)
class Listed:
    """An object as it stands in a list: of which module, of which party's list, of whom."""

    partner: Partner
    module: Module
    party: PartyId
    value: JsonValue

    @property
    def document(self) -> Document:
        """The object, empty where it is none."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def owner(self) -> PartyId:
        """Whose it is by its own word (T-OWN-4): a platform may list all its parties'."""
        owners = self.partner.parties_in(self.module.owners)
        named = f"{self.document.get('country_code')}/{self.document.get('party_id')}".upper()
        return next((owner for owner in owners if str(owner) == named), self.party)

    @property
    def id(self) -> str:
        """Its id as it is spelt; a question mark where it has none."""
        return str(self.document.get(self.module.object.id_fields[0], "?"))

    @property
    def name(self) -> str:
        """By which it is told from others in the list."""
        document = self.document
        id_fields = (*self.module.object.id_fields, "country_code", "party_id", "type")
        return "/".join(str(document.get(field, "?"))[:_LONGEST_NAME] for field in id_fields)


@dataclass(frozen=True)
class PulledIntake:
    """What is newer than what the hub has is stored and published. Safe to repeat."""

    objects: ObjectStore
    object_intake: ObjectIntake
    quarantine: Quarantine
    partners: PartnerStore
    json: Json
    bell: Bell
    ids: Ids
    clock: Clock

    def take(self, listed: Listed) -> bool:
        """Store it where it is new or newer; whether it was.

        :raises InvalidDocument: if it cannot be taken; saying why.
        """
        try:
            return self._take_in(listed)
        except errors.InvalidDocument:
            held = self.quarantine.of(listed.partner.id, listed.module.id, listed.id)
            if held is None or held.accepted_at is None:
                raise
            is_new = self._take_in(listed, is_let_in=True)
            self.quarantine.put(replace(held, seen_at=self.clock.now()))
            return is_new

    def let_in(self, ref: str) -> Quarantined:
        """Take what is quarantined, at an operator's word, and whenever it is pulled again.

        :raises UnknownObject: if nothing is quarantined under this name.
        :raises WrongState: if its JSON was too large to be kept.
        :raises InvalidDocument: for faults that are never taken: identity, money, time, what the
            hub reads.
        """
        held = self.quarantine.get(ref)
        if held is None:
            raise errors.UnknownObject(f"nothing is quarantined as {ref}")
        value = self.json.parse(held.body)
        if value is None:
            raise errors.WrongState("it is too large to be kept here: its owner has to mend it")
        partner, module = self.partners.get(held.partner_id), MODULES[held.module]
        party = next(iter(partner.parties_in(module.owners)), None)
        if party is None:
            raise errors.WrongState("its partner has no party any more that owns such objects")
        self._take_in(Listed(partner, module, party, value), is_let_in=True)
        self.quarantine.accept(ref, at=self.clock.now())
        return self.quarantine.get(ref) or held

    def _take_in(self, listed: Listed, *, is_let_in: bool = False) -> bool:
        try:
            pushed = replace(self._as_pushed(listed), is_let_in=is_let_in)
            self.object_intake.check(pushed)
            return self._store_copies(pushed)
        except (errors.InvalidDocument, errors.StoreUnavailable):
            raise
        except errors.HubError as bad:
            raise errors.InvalidDocument((errors.Problem("", str(bad)),)) from bad

    def put_in_quarantine(self, listed: Listed, why: errors.InvalidDocument) -> None:
        """Keep it for its owner's operator; of a very large one what it is called."""
        body = self.json.dump(listed.value)
        self.quarantine.put(
            Quarantined(
                partner_id=listed.partner.id,
                module=listed.module.id,
                name=name_of(listed.id),
                problems=tuple(storable(str(each), _LONGEST_PROBLEM) for each in why.problems),
                seen_at=self.clock.now(),
                body=body if len(body) <= _LARGEST_KEPT else b"null",
            )
        )
        name = HIDDEN if listed.module.object is Token else name_of(listed.id)
        said = f"{listed.module.id}: {name}"
        self.bell.ring(AlarmKind.OBJECT_QUARANTINED, called(listed.partner), said)

    def _as_pushed(self, listed: Listed) -> Pushed:
        if not isinstance(listed.value, dict):
            raise errors.InvalidDocument((errors.Problem("", "expected a JSON object"),))
        known = listed.module.object(listed.value)
        id_field = listed.module.object.id_fields[0]
        if not isinstance(listed.value.get(id_field), str):
            raise errors.InvalidDocument((errors.Problem(id_field, "required"),))
        return Pushed(
            key=ObjectKey(listed.module.id, listed.owner, known.id, known.kind),
            path=(),
            method="PUT",
            body=self.json.dump(listed.value),
            document=listed.value,
            by=listed.partner,
            correlation_id=self.ids.new(),
            direction=Direction.PULL,
        )

    def _store_copies(self, pushed: Pushed) -> bool:
        """As pushed to the hub; what is known for some audience alone refreshes those copies."""
        audiences = self.objects.audiences(pushed.key)
        if not audiences or EVERYONE in audiences:
            return self.object_intake.take_if_newer(pushed)
        copies = [replace(pushed, audience=audience) for audience in audiences]
        return sum(self.object_intake.refresh_copy(copy) for copy in copies) > 0
