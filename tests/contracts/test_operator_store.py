"""What every store of operators' tokens promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from domain.operators.operator import Operator, OperatorRole
from domain.ports import OperatorStore
from tests.contracts.made import NOON, later

ANNA = Operator("anna", OperatorRole.OPERATOR, "f" * 64, NOON)
BO = Operator("bo", OperatorRole.ADMIN, "e" * 64, later(1))


def test_an_operator_comes_back_as_it_was_made(operators: OperatorStore) -> None:
    assert operators.add(ANNA)

    assert operators.get("anna") == ANNA
    assert operators.by_fingerprint(ANNA.fingerprint) == ANNA
    assert operators.get("bo") is None
    assert operators.by_fingerprint(BO.fingerprint) is None


def test_operators_are_listed_by_name(operators: OperatorStore) -> None:
    operators.add(BO)
    operators.add(ANNA)

    assert operators.all() == (ANNA, BO)


def test_a_name_is_given_once(operators: OperatorStore) -> None:
    operators.add(ANNA)

    assert not operators.add(replace(BO, name="anna"))
    assert operators.all() == (ANNA,)


def test_of_many_that_take_a_name_at_once_one_has_it(operators: OperatorStore) -> None:
    many = [replace(ANNA, fingerprint=f"{n:064}") for n in range(8)]

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(operators.add, many))

    assert taken.count(True) == 1


def test_a_revoked_operator_is_known_as_that(operators: OperatorStore) -> None:
    operators.add(ANNA)

    assert operators.revoke("anna", at=later(1))
    assert operators.by_fingerprint(ANNA.fingerprint) == replace(ANNA, revoked_at=later(1))


def test_revoking_again_changes_nothing(operators: OperatorStore) -> None:
    operators.add(ANNA)
    operators.revoke("anna", at=later(1))

    assert not operators.revoke("anna", at=later(2))
    assert not operators.revoke("bo", at=later(2))
    assert operators.get("anna") == replace(ANNA, revoked_at=later(1))
    assert not operators.add(ANNA)
