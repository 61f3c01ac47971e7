"""How checks make an explanation: the first that decides is the last."""

from application.explaining.story import Explanation, Outcome, no, passed, until_decided, yes


def test_nothing_is_looked_at_behind_what_decides() -> None:
    checks = iter([passed("one", "well"), no("two", "wrong", "Put it right."), yes("three", "so")])

    made = until_decided(checks)

    assert [each.name for each in made] == ["one", "two"]
    assert [each.is_passed for each in made] == [True, False]
    assert [each.name for each in checks] == ["three"]


def test_checks_that_decide_nothing_say_no_yes() -> None:
    made = until_decided([passed("one", "well")])

    assert Explanation("Does it?", made).outcome is Outcome.NO
