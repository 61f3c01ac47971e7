"""Which tokens a process knows without asking the store."""

from application.partners.directories import Kept
from domain.partners.partner import TokenUse
from tests.builders import a_partner, a_reader, a_token
from tests.unit.application.house import House


class _Clock:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def _house() -> tuple[House, _Clock]:
    """A hub whose process keeps the directory, and its clock."""
    house, clock = House(), _Clock()
    house.with_partners(a_partner(tokens=(a_token("good", TokenUse.CURRENT),)))
    object.__setattr__(house.directories, "kept", Kept(clock=clock))
    return house, clock


def test_a_token_of_the_directory_is_known_and_another_is_not() -> None:
    house, _ = _house()

    assert house.credentials_server.knows("good")
    assert not house.credentials_server.knows("guess")


def test_the_store_is_asked_once_a_second_however_often_one_looks() -> None:
    house, clock = _house()
    assert house.credentials_server.knows("good")
    house.with_partners(a_reader("new", tokens=(a_token("newer"),)))
    assert not house.credentials_server.knows("newer")

    clock.seconds += 1.1

    assert house.credentials_server.knows("newer")
