"""What every guard of addresses promises, and what the real one refuses without a lookup."""

import pytest

from adapters.memory import MemoryGuard
from adapters.outbound import Dialer
from domain.errors import AddressRefused
from domain.ports import AddressGuard

GUARDS = {"memory": MemoryGuard(), "real": Dialer(allow_private_networks=False)}


@pytest.fixture(params=list(GUARDS.values()), ids=list(GUARDS))
def guard(request: pytest.FixtureRequest) -> AddressGuard:
    guard: AddressGuard = request.param
    return guard


def test_what_may_be_called_passes(guard: AddressGuard) -> None:
    guard.check("https://emsp.example/cb?x=1")


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/cb", "http://127.0.0.1:8080/", "https://emsp.example/a/%2e%2e/b"]
)
def test_what_may_not_be_called_is_refused(guard: AddressGuard, url: str) -> None:
    with pytest.raises(AddressRefused):
        guard.check(url)


@pytest.mark.parametrize(
    "url",
    ["http://emsp.example/", "ftp://emsp.example/", "emsp", "", "https://a:b@emsp.example/"],
)
def test_the_real_one_takes_public_https_alone(url: str) -> None:
    with pytest.raises(AddressRefused):
        Dialer(allow_private_networks=False).check(url)


def test_for_development_it_takes_loopback() -> None:
    Dialer(allow_private_networks=True).check("http://127.0.0.1:8080/cb")
