"""What each role may do: all that there is, by the table."""

import pytest

from domain import errors
from domain.operators.operator import RIGHTS, Operator, OperatorRole, Right
from tests.builders import NOON


def _operator(role: OperatorRole) -> Operator:
    return Operator("anna", role, "#", NOON)


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role", OperatorRole)
def test_a_role_may_do_what_the_table_says(role: OperatorRole, right: Right) -> None:
    if role in RIGHTS[right]:
        _operator(role).check(right)
        return
    with pytest.raises(errors.WrongToken):
        _operator(role).check(right)


def test_every_right_is_in_the_table_and_the_admin_has_all() -> None:
    assert set(RIGHTS) == set(Right)
    assert all(OperatorRole.ADMIN in granted for granted in RIGHTS.values())


def test_an_observer_changes_nothing() -> None:
    granted = {right for right in Right if OperatorRole.OBSERVER in RIGHTS[right]}

    assert granted == {Right.SEE, Right.SETTLE, Right.AUDIT}


def test_a_refusal_says_which_roles_may() -> None:
    with pytest.raises(errors.WrongToken) as refused:
        _operator(OperatorRole.OBSERVER).check(Right.PRICE)

    assert str(refused.value) == "the role observer may not set fees: finance or admin may"


def test_a_token_s_hash_is_not_shown() -> None:
    assert "#" not in repr(_operator(OperatorRole.ADMIN))
