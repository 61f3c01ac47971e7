"""ABC asks whether it may let a driver charge."""

from typing import Any

from adapters.memory import answer
from application.routing.authorization import Question, StandIn
from application.routing.passed import Relayed
from domain.errors import NoAnswer, Unreachable
from domain.ports import WireAnswer
from tests.builders import ABC, Doc
from tests.unit.application.house import House
from tests.unit.application.relays import passed
from tests.unit.application.roaming import data_of

AWAY, SLOW = Unreachable("gone"), NoAnswer("slow", timed_out=True)


def question(uid: str = "T1", **fields: Any) -> Question:
    usual: Any = {
        "uid": uid,
        "type": "RFID",
        "receiver": None,
        "passed": passed(
            method="POST",
            module="tokens",
            suffix=f"/{uid}/authorize",
            requester="cpo",
            sender=ABC,
            receiver=ABC,
        ),
    }
    return Question(**{**usual, **fields})


def ask(house: House, uid: str = "T1", **fields: Any) -> Relayed | StandIn:
    viewer = house.object_reader.lister("tokens", ABC)
    return house.token_authorization.ask(question(uid, **fields), viewer=viewer)


def stood_in(house: House, given: Relayed | StandIn) -> Doc:
    assert isinstance(given, StandIn)
    return data_of(house, given.data)


def says(allowed: str) -> WireAnswer:
    body = f'{{"status_code":1000,"data":{{"allowed":"{allowed}"}}}}'
    return answer(body=body.encode())


def body_of(given: Relayed | StandIn) -> bytes:
    assert isinstance(given, Relayed)
    assert given.body is not None
    return given.body
