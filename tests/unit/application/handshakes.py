"""The other side of a handshake: invited, called back, or registered at."""

from typing import Any

from adapters.memory import answer
from application.partners.credentials_server import Caller
from domain.errors import (
    OutboundFailed,
    UnknownCaller,
)
from domain.partners.approval import Invited
from domain.partners.party import Role
from domain.ports import WireAnswer
from tests.builders import (
    ABC,
    Doc,
    some_credentials,
)
from tests.unit.application.house import House

VERSIONS = [{"version": "2.3.0", "url": "https://cpo.example/2.3.0"}]

ENDPOINTS = [
    {"identifier": "credentials", "role": "SENDER", "url": "https://cpo.example/credentials"},
    {"identifier": "locations", "role": "SENDER", "url": "https://cpo.example/locations"},
]


def details(*endpoints: Doc, version: str = "2.3.0") -> WireAnswer:
    return answer(data={"version": version, "endpoints": [*(endpoints or ENDPOINTS)]})


def answering(house: House, *answers: WireAnswer | OutboundFailed) -> None:
    house.wire.script.extend(answers or (answer(data=VERSIONS), details()))


def invited(house: House, *roles: Invited, name: str = "CPO", **fields: Any) -> str:
    roles = roles or (Invited(Role.CPO, ABC),)
    return house.administration.invite(name=name, roles=roles, **fields).token


def register(house: House, invitation: str, **fields: Any) -> Doc:
    caller = house.credentials_server.authenticate(invitation, functional=False)
    document = some_credentials(**{"token": "token-b", **fields})
    return dict(house.credentials_server.register(caller, document, version="2.3.0"))


def renew(house: House, token: str, new: str = "token-b2") -> str:
    caller = house.credentials_server.authenticate(token, functional=False)
    document = some_credentials(token=new)
    return str(house.credentials_server.renew(caller, document, version="2.3.0")["token"])


def gets_in(house: House, token: str, *, functional: bool = True) -> bool:
    try:
        house.credentials_server.authenticate(token, functional=functional)
    except UnknownCaller:
        return False
    return True


def caller_of(house: House, partner_id: str = "cpo") -> Caller:
    return house.credentials_server.authenticate(f"{partner_id}-token", functional=False)
