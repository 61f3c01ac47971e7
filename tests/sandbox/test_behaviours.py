"""Faults on request: each really happens on the socket, where it was asked for and nowhere else."""

import socket
import threading
import time

import pytest

from entrypoints.sandbox import Exchange, HubUnreachable, Platform, Reply, refused
from entrypoints.sandbox.fixtures import location
from tests.sandbox.peers import LOC1


def push(cpo: Platform, id: str = "LOC1", timeout: float = 5.0) -> tuple[int, int]:
    url = cpo.hub.url("locations", "RECEIVER", ("DE", "ABC", id))
    answer = cpo.hub.call(
        "PUT", url, token=cpo.hub.peer.token, body=location(id=id), timeout=timeout
    )
    return answer.status, answer.code


@pytest.mark.parametrize(
    ("how", "seen"),
    [
        ("http:500", (500, 0)),
        ("http:401", (401, 0)),
        ("ocpi:2001", (200, 2001)),
        ("ocpi:3000:500", (500, 3000)),
        ("duplicate", (200, 2001)),
        ("garbage", (200, 0)),
        ("html", (200, 0)),
        ("redirect:http://127.0.0.1:1/", (301, 0)),
        ("well", (201, 1000)),
        ("slow:0.05", (201, 1000)),
        ("drip:0.001", (201, 1000)),
    ],
)
def test_an_answer_is_as_it_was_told(
    cpo: Platform, hub: Platform, how: str, seen: tuple[int, int]
) -> None:
    hub.behave(how)

    assert push(cpo) == seen
    assert (hub.received[-1].behaviour, hub.received[-1].answer_status) == (how, seen[0])


@pytest.mark.parametrize(
    ("how", "applied"),
    [("reset", False), ("apply_then_reset", True), ("half", True), ("hang", False)],
)
def test_without_an_answer_the_ledger_tells_whether_it_was_applied(
    cpo: Platform, hub: Platform, how: str, applied: bool
) -> None:
    hub.behave(how)

    with pytest.raises(HubUnreachable):
        push(cpo, timeout=0.3)

    assert bool(hub.received[-1].applied) is applied
    assert (hub.holds("locations", *LOC1) is not None) is applied


@pytest.mark.parametrize("how", ["reset", "half", "apply_then_reset"])
def test_a_reset_is_a_reset_and_no_mere_end(hub: Platform, how: str) -> None:
    hub.behave(how)
    with socket.create_connection((hub.listener.host, hub.listener.port), timeout=5) as client:
        client.sendall(b"GET /ocpi/versions HTTP/1.1\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            list(iter(lambda: client.recv(4096), b""))


def test_an_endless_answer_has_no_end(hub: Platform) -> None:
    hub.behave("endless")
    with socket.create_connection((hub.listener.host, hub.listener.port), timeout=5) as client:
        client.sendall(b"GET /ocpi/versions HTTP/1.1\r\n\r\n")
        got = 0
        while got < 5_000_000:
            more = len(client.recv(1_000_000))
            assert more
            got += more


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_stopping_ends_what_would_go_on(cpo: Platform, hub: Platform, how: str) -> None:
    hub.behave(how)
    finished = threading.Event()

    def read_all() -> None:
        with pytest.raises(HubUnreachable):
            push(cpo, timeout=30)
        finished.set()

    reader = threading.Thread(target=read_all)
    reader.start()
    hub.wait_for(lambda r: r.behaviour == how)
    assert not finished.wait(0.1)
    hub.stop()
    reader.join(5)

    assert finished.is_set()


def test_retry_after_is_told(cpo: Platform, hub: Platform) -> None:
    hub.behave("http:429:30", "locations")

    answer = cpo.hub.push("PUT", "locations", LOC1, location())

    assert (answer.status, answer.headers["retry-after"]) == (429, "30")


def test_one_object_alone_can_be_refused(cpo: Platform, hub: Platform) -> None:
    hub.behave("ocpi:2001", object_id="BAD")

    assert push(cpo, "GOOD") == (201, 1000)
    assert push(cpo, "BAD") == (200, 2001)


def test_one_module_or_method_alone_can_fail(cpo: Platform, hub: Platform) -> None:
    hub.behave("http:500", "locations", method="PUT")

    assert push(cpo) == (500, 0)
    assert cpo.hub.get("locations").ok
    assert cpo.hub.credentials().ok


def test_a_fault_can_pass_by_itself(cpo: Platform, hub: Platform) -> None:
    hub.behave("http:500", times=2)

    assert [push(cpo)[0] for _ in range(3)] == [500, 500, 201]


def test_the_rule_set_last_wins_and_well_ends_all(cpo: Platform, hub: Platform) -> None:
    hub.behave("http:500")
    hub.behave("ocpi:2001", "locations")
    assert push(cpo) == (200, 2001)

    hub.behave("well")
    assert push(cpo) == (201, 1000)


def test_hanging_requests_are_let_go_when_the_behaviour_changes(
    cpo: Platform, hub: Platform
) -> None:
    hub.behave("hang")
    outcome: list[str] = []

    def hanging() -> None:
        with pytest.raises(HubUnreachable):
            push(cpo, timeout=30)
        outcome.append("cut")

    caller = threading.Thread(target=hanging)
    caller.start()
    hub.wait_for(lambda r: r.behaviour == "hang")
    hub.behave("well")
    caller.join(5)

    assert outcome == ["cut"]
    assert push(cpo) == (201, 1000)


def test_a_behaviour_of_ones_own_sees_the_request(cpo: Platform, hub: Platform) -> None:
    def picky(exchange: Exchange) -> Reply:
        if exchange.request.json()["id"] == "LOC1":
            return exchange.answer()
        return refused(2002, "not that one")

    hub.behave(picky, "locations")

    assert push(cpo) == (201, 1000)
    assert push(cpo, "LOC2") == (200, 2002)
    assert hub.received[-1].behaviour == "picky"


def test_one_slow_request_holds_up_no_other(cpo: Platform, hub: Platform) -> None:
    hub.behave("slow:5", object_id="SLOW")
    began = time.monotonic()
    slow = threading.Thread(target=push, args=(cpo, "SLOW", 30))
    slow.start()
    hub.wait_for(lambda r: r.segments[-1:] == ("SLOW",))

    assert push(cpo) == (201, 1000)
    hub.behave("well")
    slow.join(5)
    assert time.monotonic() - began < 4


def test_an_unknown_behaviour_is_named_with_those_that_there_are(hub: Platform) -> None:
    with pytest.raises(ValueError, match=r"'sulk' is no behaviour; there are: well, hang"):
        hub.behave("sulk")
    with pytest.raises(ValueError, match="is no behaviour"):
        hub.behave("slow:very")
