"""A platform that the hub can register at."""

from typing import Any

from adapters.memory import answer
from application.partners.credentials_server import Caller
from domain.errors import (
    OutboundFailed,
)
from domain.partners.approval import Approved, Invited
from domain.partners.partner import Partner
from domain.partners.party import Role
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, some_credentials
from tests.unit.application.house import House, TalkingWire

URL = "https://cpo.example/versions"

VERSIONS = [{"version": v, "url": f"https://cpo.example/{v}"} for v in ("2.2.1", "2.3.0")]

LOCATIONS = {"identifier": "locations", "role": "SENDER", "url": "https://cpo.example/locations"}

CREDENTIALS = {"identifier": "credentials", "role": "SENDER", "url": "https://cpo.example/creds"}


class Platform:
    """A partner that can be registered at; `says` overrides its answer to a method."""

    def __init__(self, **says: WireAnswer | OutboundFailed) -> None:
        self.says = says
        self.endpoints = [CREDENTIALS, LOCATIONS]
        self.versions: list[dict[str, str]] = VERSIONS

    def __call__(self, request: WireRequest) -> WireAnswer:
        if request.method in self.says:
            said = self.says[request.method]
            if isinstance(said, OutboundFailed):
                raise said
            return said
        if request.method != "GET":
            return answer(status=201, data=some_credentials(token="token-c"))
        if request.url == URL:
            return answer(data=self.versions)
        return answer(data={"version": "2.3.0", "endpoints": self.endpoints})


def a_house(platform: Platform | None = None, *partners: Partner) -> House:
    return House(wire=TalkingWire(platform or Platform())).with_partners(*partners)


CPO_ABC = Approved((Invited(Role.CPO, ABC),))


def connect(house: House, approved: Approved = CPO_ABC, **further: Any) -> Partner:
    given = {"name": "CPO", "url": URL, "token": "token-a", "approved": approved, **further}
    return house.credentials_client.connect(**given)


def enter(house: House, token: str, *, functional: bool = True) -> Caller:
    return house.credentials_server.authenticate(token, functional=functional)


def sent_token(house: House, method: str) -> str:
    [request] = [each for each in house.wire.asked if each.method == method]
    return str(dict(house.json.parse(request.body))["token"])  # type: ignore[arg-type]
