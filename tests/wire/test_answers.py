"""What a partner answers, as the rest of the hub gets to see it."""

from dataclasses import dataclass, field

import pytest

from adapters.memory import MemoryJournal
from adapters.ocpi import exact_json
from adapters.ocpi.client import OcpiWire
from adapters.system import SystemClock, SystemIds
from domain import errors
from domain.partners.options import RawToken
from domain.ports import OutboundRequest, OutboundResponse, WireAnswer, WireRequest
from domain.routing.outbound_urls import as_given


@dataclass(frozen=True)
class Answered:
    """An Outbound port behind which one partner answers."""

    response: OutboundResponse
    sent: list[OutboundRequest] = field(default_factory=list)

    def send(
        self,
        request: OutboundRequest,
        *,
        deadline_s: float,
        connect_s: float = 3.0,
        max_bytes: int = 0,
    ) -> OutboundResponse:
        self.sent.append(request)
        return self.response


def asked(body: bytes, **headers: str) -> WireAnswer:
    outbound = Answered(OutboundResponse(200, headers, body, elapsed_s=0.0))
    wire = OcpiWire(outbound, exact_json, SystemIds(), MemoryJournal(), SystemClock())
    request = WireRequest("GET", as_given("https://cpo.example"), token="t", correlation_id="c")
    return wire.ask(request, deadline_s=1)


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        (rb'"\ud800\u0000x"', "\ufffd x"),
        (b'"' + b"n" * 100_000 + b'"', "n" * 1000),
        (b'{"deep": 1}', ""),
        (b"null", ""),
    ],
)
def test_its_message_is_text_that_can_be_kept(said: bytes, noted: str) -> None:
    answer = asked(b'{"status_code":2001,"status_message":' + said + b"}")

    assert (answer.code, answer.message) == (2001, noted)


def test_a_byte_order_mark_before_it_is_no_part_of_it() -> None:
    answer = asked(b'\xef\xbb\xbf{"status_code":1000}')

    assert (answer.code, answer.body) == (1000, b'{"status_code":1000}')


@pytest.mark.parametrize(
    ("body", "bare"),
    [
        (b'{"result":"ACCEPTED"}', {"result": "ACCEPTED"}),
        (b'{"status_code":1000}', None),
        (b"[]", None),
        (b"no", None),
    ],
)
def test_an_object_without_an_envelope_is_kept_as_it_is(body: bytes, bare: object) -> None:
    assert asked(body).bare == bare


def test_its_headers_are_text_that_can_be_kept() -> None:
    answer = asked(b"", location="a\r\n b\x00\x80", link="<" * 65_000)

    assert answer.headers == {"location": "a   b  ", "link": "<" * 65_000}


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1_048_576,
        b'{"a":' * 200_000,
        b'{"status_code":' + b"1" * 1_000_000 + b"}",
        b'{"status_code":1e9999}',
        b'{"status_code":1000,"status_code":1000}',
        b'{"status_code":1000,"status_message":"' + b"\\ud800" * 170_000,
        b"\xff" * 1_048_576,
        b"",
    ],
    ids=["deep", "deeper", "digits", "exponent", "twice", "half", "bytes", "empty"],
)
def test_what_is_no_envelope_is_none(body: bytes) -> None:
    assert asked(body).code is None


class Away:
    """Nothing answers."""

    def send(self, request: OutboundRequest, **_: object) -> OutboundResponse:
        raise errors.NoAnswer("nothing came", timed_out=False)


@pytest.mark.parametrize(
    ("token", "header"), [("tok", "Token dG9r"), (RawToken("tok"), "Token tok")]
)
def test_a_token_goes_out_in_base64_unless_its_partner_wants_it_raw(
    token: str, header: str
) -> None:
    outbound = Answered(OutboundResponse(200, {}, b"", elapsed_s=0.0))
    request = WireRequest("GET", as_given("https://cpo.example"), token=token, correlation_id="c")

    OcpiWire(outbound, exact_json, SystemIds(), MemoryJournal(), SystemClock()).ask(
        request, deadline_s=1
    )

    assert [each.headers["Authorization"] for each in outbound.sent] == [header]


def test_an_answer_and_a_failure_say_which_request_it_was() -> None:
    """The partner's engineers look for it in their own log."""
    outbound = Answered(OutboundResponse(200, {}, b"", elapsed_s=0.0))
    wire = OcpiWire(outbound, exact_json, SystemIds(), MemoryJournal(), SystemClock())
    request = WireRequest("GET", as_given("https://cpo.example"), token="tok", correlation_id="c")

    answer = wire.ask(request, deadline_s=1)

    assert answer.request_id == outbound.sent[0].headers["X-Request-ID"]
    away = OcpiWire(Away(), exact_json, SystemIds(), MemoryJournal(), SystemClock())
    with pytest.raises(errors.NoAnswer) as failed:
        away.ask(request, deadline_s=1)
    assert len(failed.value.request_id) == 36
