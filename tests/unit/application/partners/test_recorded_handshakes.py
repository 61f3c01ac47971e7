"""A partner's own handshakes are on record: who, from where, what changed, and never a token."""

import json

import pytest

from domain import errors
from domain.operators.audit import Actor, ActorKind, AuditQuery, AuditRecord, Outcome
from tests.builders import some_credentials
from tests.unit.application.handshakes import answering, invited
from tests.unit.application.house import House

PLACE = "192.0.2.7"
WHO = Actor(ActorKind.PARTNER, "DE-ABC", place=PLACE)


def _written(house: House) -> list[AuditRecord]:
    return list(reversed(house.audit_trail.listed(AuditQuery(act="partner"))))


def _registered(house: House) -> str:
    token = invited(house)
    caller = house.credentials_server.authenticate(token, functional=False)
    document = some_credentials(token="token-b")
    answering(house)
    own = house.recorded_handshakes.register(caller, document, version="2.3.0", place=PLACE)
    return str(own["token"])


def test_a_registration_is_on_record_with_who_from_where_and_what_changed() -> None:
    house = House()

    token = _registered(house)

    begun, done = (each.event for each in _written(house))
    assert (begun.outcome, done.outcome) == (Outcome.BEGUN, Outcome.DONE)
    assert (done.act, done.actor, done.object) == ("partner.register", WHO, "DE-ABC")
    before, after = json.loads(done.before), json.loads(done.after)
    assert (before["state"], after["state"]) == ("INVITED", "REGISTERED")
    assert after["roles"] == ["CPO DE-ABC"]
    assert after["url"] == "https://cpo.example/versions"
    assert after["version"] == "2.3.0"
    assert not [each for each in (token, "token-b") if each in repr(_written(house))]


def test_put_and_delete_are_on_record() -> None:
    house = House()
    caller = house.credentials_server.authenticate(_registered(house), functional=False)
    answering(house)
    moved = some_credentials(token="token-b2", url="https://cpo.example/moved?planted")

    own = house.recorded_handshakes.renew(caller, moved, version="2.3.0", place=PLACE)
    again = house.credentials_server.authenticate(str(own["token"]), functional=False)
    house.recorded_handshakes.unregister(again, place=PLACE)

    *_, renewed, _, gone = (each.event for each in _written(house))
    assert (renewed.act, gone.act) == ("partner.renew", "partner.unregister")
    assert json.loads(renewed.after) == {"url": "https://cpo.example/moved?..."}
    assert json.loads(gone.after) == {"state": "UNREGISTERED"}


def test_a_refused_handshake_is_on_record_as_failed() -> None:
    house = House()
    caller = house.credentials_server.authenticate(invited(house), functional=False)

    with pytest.raises(errors.NotRegistered):
        house.recorded_handshakes.unregister(caller, place=PLACE)

    assert _written(house)[-1].event.failure == "NotRegistered"


def test_nothing_is_done_where_no_record_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    caller = house.credentials_server.authenticate(_registered(house), functional=False)

    def away(record: AuditRecord) -> None:
        raise errors.StoreUnavailable("away")

    monkeypatch.setattr(type(house.audit), "append", lambda _, record: away(record))

    with pytest.raises(errors.StoreUnavailable):
        house.recorded_handshakes.unregister(caller, place=PLACE)

    assert house.partners.get(caller.partner.id).is_registered
