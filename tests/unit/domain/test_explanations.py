"""What is wrong with a document is said in short: the first twenty faults, and how many more."""

from domain.errors import InvalidDocument, Problem


def faults(count: int) -> tuple[Problem, ...]:
    return tuple(Problem(f"f{number}", "required") for number in range(count))


def test_few_faults_are_all_named() -> None:
    wrong = InvalidDocument(faults(3))

    assert str(wrong) == "f0: required; f1: required; f2: required"
    assert (wrong.problems, wrong.more) == (faults(3), 0)


def test_only_the_first_twenty_are_kept_and_the_others_counted() -> None:
    wrong = InvalidDocument(faults(100), more=5)

    assert (wrong.problems, wrong.more) == (faults(20), 85)


def test_a_message_has_room_for_what_fits_and_for_the_count() -> None:
    wrong = InvalidDocument(faults(20), more=339_980)

    assert len(str(wrong)) <= 255
    assert str(wrong).startswith("f0: required; f1: required; ")
    assert str(wrong).endswith("f15: required; and 339,984 more")


def test_one_long_fault_stands_alone() -> None:
    assert str(InvalidDocument((Problem("f", "x" * 300),))) == "f: " + "x" * 300
