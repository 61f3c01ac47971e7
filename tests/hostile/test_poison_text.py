"""Text that JSON may hold and no store can keep: what it poisons is noted, and the rest goes on."""

import json
from http.client import HTTPConnection
from typing import Any

import pytest

from domain.partners.party import PartyId, Role
from entrypoints.sandbox import Answer, Platform, Reply
from entrypoints.sandbox.exchange import Behaviour, Exchange
from entrypoints.sandbox.wire import Document
from tests.conformance.charges import a_cdr, about_cdr, post
from tests.conformance.guests import Join
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    a_location,
    about,
    outcome,
    own_copy,
    party_of,
    place,
    put,
    until,
)

pytestmark = pytest.mark.e2e

LONG_S = 60.0
POISON = ("\\ud800", "\\udfff\\u0000\\u0007", "\\ud83d" * 3000)


@pytest.mark.parametrize("poison", POISON, ids=["half", "nul", "long"])
def test_a_refusal_in_poison_text_is_noted_and_the_lane_goes_on(
    hub: RunningHub, join: Join, poison: str
) -> None:
    owner, reader = join("CPO"), join("EMSP")
    first, second = a_location(owner), a_location(owner)
    reader.behave(saying(poison), "locations", object_id=first["id"])

    assert outcome(put(owner, first)) == CREATED
    reader.wait_for(about(first), LONG_S)
    assert outcome(put(owner, second)) == CREATED

    reader.wait_for(about(second), LONG_S)
    until(lambda: reasons(hub, reader, first["id"]), LONG_S)
    [reason] = reasons(hub, reader, first["id"])
    assert "\ufffd" in reason
    assert reason.isprintable()


def test_a_receipt_with_a_poison_location_is_kept(hub: RunningHub, join: Join) -> None:
    payer = join("EMSP")
    owner = join("CPO")
    payer.behave(placing("http://payer/\r\n \x01\x7f\x80here"), "cdrs")
    item = a_cdr(owner, party_of(payer))

    assert outcome(post(owner, item, to=HUB)) == CREATED
    payer.wait_for(about_cdr(item), LONG_S)

    until(lambda: is_delivered(hub, item["id"]), LONG_S)


def test_a_pulled_object_with_a_poison_id_is_set_aside_and_the_rest_comes(
    hub: RunningHub, join: Join
) -> None:
    owner = join("CPO")
    items = [a_location(owner, id=name) for name in ("BEFORE", "\ud800", "AFTER")]
    items.append(a_location(owner, id="WITH", note={"\ud800": "\udfff\u0000"}))
    owner.behave(listing(items), "locations", method="GET")
    partner = hub.inside.hub.directories.read().find(
        PartyId(*party_of(owner)), roles=frozenset({Role.CPO}), sender=PartyId(*HUB)
    )
    assert partner is not None

    [pulled] = [
        each
        for each in hub.inside.hub.pulls_of_partners.pull(partner.id, whole=True)
        if each.module == "locations"
    ]

    assert (pulled.seen, pulled.quarantined, pulled.failure) == (4, 1, "")
    [aside] = hub.inside.hub.quarantine.all(partner_id=partner.id)
    assert (aside.name, aside.problems) == ("\ufffd", ("id: not printable ASCII",))
    for item in (items[0], items[2], items[3]):
        assert outcome(own_copy(owner, item)) == OK


def test_what_is_pushed_in_poison_text_is_refused_or_kept_word_for_word(join: Join) -> None:
    owner = join("CPO")
    item = a_location(owner, note="\ud800\u0000")

    assert outcome(put_raw(owner, item)) == CREATED
    assert own_copy(owner, item).data["note"] == "\ud800\u0000"
    assert outcome(put_raw(owner, {**item, "name": "\ud800"})) == INVALID


def test_ids_of_messages_are_answered_without_control_characters(hub: RunningHub) -> None:
    connection = HTTPConnection("127.0.0.1", hub.process.port, timeout=LONG_S)
    connection.putrequest("GET", "/ocpi/versions")
    connection.putheader("X-Request-ID", "caf\xe9\x85".encode("latin-1"))
    connection.endheaders()

    with connection.getresponse() as answer:
        assert answer.status == 401
        assert answer.headers["X-Request-ID"].isprintable()
    connection.close()


@pytest.mark.parametrize("said", ["1\r\n 2", "\x01", "9" * 60_000], ids=["fold", "ctl", "long"])
def test_counts_of_a_page_that_are_none_are_left_out(join: Join, said: str) -> None:
    owner, reader = join("CPO"), join("EMSP")
    owner.behave(counting(said), "locations", method="GET")

    answer = reader.hub.get("locations", to=party_of(owner))

    assert outcome(answer) == OK
    assert "x-total-count" not in answer.headers


def is_delivered(hub: RunningHub, cdr_id: str) -> bool:
    listed = hub.run("cdr", "list").stdout.splitlines()
    return any(cdr_id in line and "delivered" in line for line in listed)


def saying(text: str) -> Behaviour:
    body = f'{{"status_code":2001,"status_message":"no {text}","timestamp":"2026-01-01T00:00:00Z"}}'

    def refusing(_: Exchange) -> Reply:
        return Reply(body=body.encode())

    return refusing


def put_raw(owner: Platform, item: Document) -> Answer:
    to, raw = owner.hub.hub_party, json.dumps(item).encode()
    return owner.hub.push("PUT", "locations", place(item), raw, to=to)


def listing(items: list[Document]) -> Behaviour:
    return lambda _: Reply(body=json.dumps({"status_code": 1000, "data": items}).encode())


def placing(url: str) -> Behaviour:
    return dressed(Location=url)


def counting(said: str) -> Behaviour:
    return dressed(**{"X-Total-Count": said})


def dressed(**headers: str) -> Behaviour:
    """As a good platform, with these headers beside its own."""

    def behaviour(exchange: Exchange) -> Reply:
        well = exchange.answer()
        return Reply(well.status, well.body, {**well.headers, **headers})

    return behaviour


def reasons(hub: RunningHub, reader: Platform, object_id: str) -> list[str]:
    """Why the hub says that it could not deliver this object to the reader."""
    receiver = PartyId(*party_of(reader))
    owed: Any = hub.inside.hub.delivery_overview.owed(partner_id=None, state=None, limit=1000)
    return [
        each.last.reason
        for each in owed
        if each.receiver == receiver and each.key.id == object_id and each.last is not None
    ]
