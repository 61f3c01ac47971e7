"""What the journal never holds, and what it hides from those who read it."""

import time

import pytest

from domain.journal.legs import Message, Spoken
from domain.journal.secrets import MOST_BODY, hidden, message_of, url_without_secrets
from tests.legs import a_leg

SECRET = "s3cr3t-of-the-partner"


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://cpo.example/cb?token=abc&id=1", "https://cpo.example/cb?token=***&id=1"),
        ("https://cpo.example/cb?id=1&api_key=abc", "https://cpo.example/cb?id=1&api_key=***"),
        ("/ocpi/2.3.0/x?X-Auth=a%20b#f", "/ocpi/2.3.0/x?X-Auth=***#f"),
        ("https://me:pw@cpo.example/cb", "https://***@cpo.example/cb"),
        ("https://cpo.example/cb?mySecret=1;a=2", "https://cpo.example/cb?mySecret=***;a=2"),
        ("/ocpi/2.3.0/sender/tokens?type=RFID", "/ocpi/2.3.0/sender/tokens?type=RFID"),
        ("/x?country_code=DE&party_id=ABC", "/x?country_code=DE&party_id=ABC"),
        ("/plain", "/plain"),
    ],
)
def test_no_secret_of_a_url_is_written(url: str, written: str) -> None:
    assert url_without_secrets(url) == written


@pytest.mark.parametrize(
    "name", ["Authorization", "X-Api-Key", "Cookie", "webhook-signature", "X-Auth-Token"]
)
def test_no_secret_of_a_header_is_written(name: str) -> None:
    kept = message_of(Spoken({name: SECRET, "Accept": "text/json"}, b""))

    assert kept.headers == {name: "***", "Accept": "text/json"}


def test_a_header_is_cut_and_no_more_are_kept_than_a_message_has_use_for() -> None:
    kept = message_of(Spoken({f"X-{n}": "x" * 9_000 for n in range(500)}, b""))

    assert len(kept.headers) == 60
    assert {len(each) for each in kept.headers.values()} == {1_000}


@pytest.mark.parametrize(
    "body",
    [
        b'{"token": "%s", "url": "https://x"}',
        b'{"data":{"token":"%s"}}',
        b'{ "Token" :  "%s" }',
        b'{"credentials_token":"%s"}',
        b'{"secret":"%s","id":1}',
        b'{"token":"a\\"%s"}',
        b'{"response_url":"https://cpo.example/?token=%s"}',
        b'{"response_url":"https:\\/\\/user:%s@cpo.example\\/x"}',
    ],
)
def test_no_secret_of_a_body_is_written(body: bytes) -> None:
    kept = message_of(Spoken({}, body % SECRET.encode(), may_hold_credentials=True))

    assert SECRET.encode() not in kept.body
    assert kept.size == len(body % SECRET.encode())


def test_a_command_keeps_the_token_that_it_is_about() -> None:
    body = b'{"token":{"uid":"U1"},"location_id":"LOC1"}'

    assert message_of(Spoken({}, body, may_hold_credentials=True)).body == body


@pytest.mark.parametrize("over", [1, 10, 25])
def test_a_secret_that_the_cut_goes_through_is_written_in_no_half(over: int) -> None:
    before = b'{"x":"' + b"x" * (MOST_BODY - over - 20) + b'","token":"'

    kept = message_of(
        Spoken({}, before + SECRET.encode() * 9_000 + b'"}', may_hold_credentials=True)
    )

    assert SECRET[:8].encode() not in kept.body
    assert len(kept.body) <= MOST_BODY


def test_of_a_long_body_its_beginning_is_kept_and_a_hash_of_the_rest() -> None:
    one, other = (message_of(Spoken({}, b"x" * MOST_BODY + rest)) for rest in (b"1", b"2"))

    assert one.body == other.body == b"x" * MOST_BODY
    assert one.size == MOST_BODY + 1
    assert one.rest != other.rest
    assert len(one.rest) == 64


@pytest.mark.parametrize(
    "piece", [b"?", b"?token", b'"token"', b"https://", b'"token":"\\', b"&auth=", b"?a=b@c://"]
)
def test_a_body_that_is_made_to_be_slow_to_look_through_is_not(piece: bytes) -> None:
    begun = time.process_time()

    message_of(Spoken({}, piece * (2_000_000 // len(piece)), may_hold_credentials=True))

    assert time.process_time() - begun < 5


def test_what_names_a_driver_is_hidden_from_readers() -> None:
    body = b'{"uid":"04A2B3","contract_id":"FR-XYZ-1","license_plate":"AB 123","kwh":1}'
    message = Message({"Location": "/tokens/FR/XYZ/04A2B3"}, body, len(body))

    shown = hidden(
        a_leg(
            address="/ocpi/2.3.0/receiver/tokens/FR/XYZ/04A2B3?type=RFID",
            about="tokens/FR/XYZ/04A2B3/RFID",
            asked=message,
        )
    )

    assert shown.address == "/ocpi/2.3.0/receiver/tokens/FR/XYZ/***?type=RFID"
    assert shown.about == "tokens/FR/XYZ/***"
    assert shown.asked is not None
    assert shown.asked.body == b'{"uid":"***","contract_id":"***","license_plate":"***","kwh":1}'
    assert shown.asked.headers == {"Location": "/tokens/FR/XYZ/***"}
    assert shown.answered is None


def test_what_names_no_driver_is_shown() -> None:
    leg = a_leg(address="/ocpi/2.3.0/receiver/cdrs", about="cdrs/DE/ABC/CDR1")

    assert hidden(leg) == leg
