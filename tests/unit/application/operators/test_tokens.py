"""Operators' tokens: known again, and worth nothing once they are revoked."""

import pytest

from domain import errors
from domain.operators.operator import OperatorRole
from tests.unit.application.house import House


@pytest.fixture
def house() -> House:
    return House()


def test_a_token_is_known_again_and_stored_as_a_hash_alone(house: House) -> None:
    made = house.operator_tokens.add("anna", OperatorRole.FINANCE)

    assert house.operator_tokens.known(made.token) == made.operator
    assert house.operator_tokens.all() == (made.operator,)
    assert made.operator.fingerprint == house.secrets.fingerprint(made.token)
    assert made.token not in repr(made)


def test_a_token_that_the_hub_never_made_is_asked_of_no_store(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = house.operator_tokens.add("anna", OperatorRole.FINANCE)
    monkeypatch.delattr(type(house.operators), "by_fingerprint")

    for wrong in ("", "operator_", "operator_x.y", made.token[:-1], made.token.upper(), "\ud800"):
        assert house.operator_tokens.known(wrong) is None
    assert house.operator_tokens.known(made.token.removeprefix("operator_")) is None


def test_a_token_of_another_database_is_none(house: House) -> None:
    made = house.operator_tokens.add("anna", OperatorRole.FINANCE)

    assert House(secrets=house.secrets).operator_tokens.known(made.token) is None


def test_a_revoked_token_opens_nothing_and_its_name_stays_taken(house: House) -> None:
    made = house.operator_tokens.add("anna", OperatorRole.FINANCE)

    revoked = house.operator_tokens.revoke("anna")

    assert revoked.revoked_at == house.clock.now()
    with pytest.raises(errors.UnknownCaller, match="revoked"):
        house.operator_tokens.known(made.token)
    with pytest.raises(errors.WrongState, match="taken"):
        house.operator_tokens.add("anna", OperatorRole.ADMIN)
    assert house.operator_tokens.revoke("anna") == revoked


@pytest.mark.parametrize(
    "name", ["", "Anna", ".anna", "an na", "a" * 41, "anna\n", "HUB_ADMIN_TOKEN"]
)
def test_a_name_that_is_none_is_refused(house: House, name: str) -> None:
    with pytest.raises(errors.InvalidParameter):
        house.operator_tokens.add(name, OperatorRole.ADMIN)


def test_an_operator_that_never_was_is_not_found(house: House) -> None:
    with pytest.raises(errors.UnknownObject):
        house.operator_tokens.revoke("bo")
