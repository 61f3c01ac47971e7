"""A command that is begun, and sent by a worker."""

from dataclasses import replace

from domain.errors import NoAnswer
from domain.partners.partner import PartnerState
from tests.unit.application.commands_asked import (
    begun_by,
    now,
    says,
)
from tests.unit.application.house import House


def test_what_is_begun_waits_for_a_worker(house: House) -> None:
    begun = begun_by(house)

    assert begun.status == "PENDING"
    assert house.wake.commanded == [begun.id]
    assert not house.wire.asked


def test_a_worker_sends_it_once_however_often_it_is_told(house: House) -> None:
    begun = begun_by(house)
    house.wire.script.append(says())

    for _ in range(3):
        house.command_sender.send(begun.id)

    assert len(house.wire.asked) == 1
    assert now(house, begun).status == "ACCEPTED"


def test_without_a_response_url_it_gets_the_hubs(house: House) -> None:
    begun = begun_by(house, response_url=None)
    house.command_sender.send(begun.id)

    assert begun.response_url is None
    assert (house.wire.asked[0].body or b"").startswith(
        b'{"response_url":"https://hub.example/ocpi/2.3.0/sender/commands/START_SESSION/new-'
    )


def test_what_is_too_late_is_left_to_the_sweeper(house: House) -> None:
    begun = begun_by(house)
    house.clock.advance(30)

    house.command_sender.send(begun.id)

    assert not house.wire.asked
    assert now(house, begun) == begun


def test_a_command_that_is_not_there_is_not_sent(house: House) -> None:
    house.command_sender.send("nothing")

    assert not house.wire.asked


def test_a_receiver_that_has_gone_meanwhile_is_noted(house: House) -> None:
    begun = begun_by(house)
    house.partners.save(replace(house.partners.get("cpo"), state=PartnerState.SUSPENDED))

    house.command_sender.send(begun.id)

    assert (now(house, begun).status, now(house, begun).reason) == (
        "FAILED",
        "DE-ABC is suspended",
    )


def test_a_receiver_that_has_moved_meanwhile_could_not_answer(house: House) -> None:
    begun = begun_by(house)
    cpo = house.partners.get("cpo")
    house.partners.save(replace(cpo, state=PartnerState.UNREGISTERED, roles=(), tokens=()))
    house.partners.save(replace(cpo, id="new", tokens=(), revision=0))

    house.command_sender.send(begun.id)

    assert not house.wire.asked
    assert now(house, begun).reason == "DE-ABC is at another platform now"


def test_an_answer_that_does_not_come_is_noted(house: House) -> None:
    begun = begun_by(house)
    house.wire.script.append(NoAnswer("slow", timed_out=True))

    house.command_sender.send(begun.id)

    assert now(house, begun).status == "FAILED"
