"""What legs come to in a minute or an hour."""

from datetime import timedelta

from domain.journal.figures import (
    BOUNDS_MS,
    CUSTOM,
    Figure,
    FigureQuery,
    Slot,
    Span,
    figures_of,
)
from domain.journal.legs import Direction
from tests.legs import NOON, a_leg

NAMED = ("locations", "cdrs")
SLOT = Slot.of(a_leg(), Span.MINUTE, NAMED)
HOUR = timedelta(hours=1)


def test_legs_count_in_the_minute_and_the_hour_that_they_began_in() -> None:
    late = NOON + timedelta(minutes=59, seconds=59, microseconds=999_999)
    legs = [a_leg(at=at) for at in (NOON, late, NOON + HOUR)]

    assert [each.slot.begin for each in figures_of(legs, Span.HOUR, NAMED)] == [NOON, NOON + HOUR]
    assert [each.count for each in figures_of(legs, Span.HOUR, NAMED)] == [2, 1]
    assert [each.slot.begin.minute for each in figures_of(legs, Span.MINUTE, NAMED)] == [0, 59, 0]


def test_what_ended_otherwise_counts_apart() -> None:
    legs = [a_leg(), a_leg(ocpi=2001), a_leg(http=503, ocpi=None), a_leg(http=None, ocpi=None)]

    found = figures_of(legs, Span.HOUR, NAMED)

    assert {each.slot.outcome for each in found} == {"1xxx", "2xxx", "http 5xx", "no answer"}


def test_modules_that_a_caller_names_as_it_likes_count_as_one() -> None:
    legs = [a_leg(module=f"made-up-{number}") for number in range(50)]

    [figure] = figures_of(legs, Span.HOUR, NAMED)

    assert (figure.slot.module, figure.count) == (CUSTOM, 50)


def test_how_long_they_took_is_told_by_bounds() -> None:
    figure = Figure.of(SLOT, [4.0] * 90 + [30.0] * 9 + [60_000.0])

    assert figure.count == 100
    assert figure.mean_ms == (4.0 * 90 + 30.0 * 9 + 60_000.0) / 100
    assert [figure.within_ms(share) for share in (0.5, 0.95, 1.0)] == [5.0, 50.0, None]


def test_a_bound_is_of_what_did_not_exceed_it() -> None:
    assert Figure.of(SLOT, [BOUNDS_MS[0]]).counts[0] == 1
    assert Figure.of(SLOT, [BOUNDS_MS[0] + 0.1]).counts[1] == 1


def test_a_query_takes_what_fits_in_all_that_it_names() -> None:
    query = FigureQuery(Span.MINUTE, NOON, NOON + HOUR)

    assert query.includes(SLOT)
    assert query._replace(since=NOON + timedelta(seconds=30)).includes(SLOT)
    for other in (
        {"since": NOON + timedelta(minutes=1)},
        {"until": NOON},
        {"partner_id": "emsp"},
        {"module": "cdrs"},
        {"direction": Direction.OUT},
        {"outcome": "2"},
    ):
        assert not query._replace(**other).includes(SLOT)
    assert query._replace(outcome="1", partner_id="cpo", module="locations").includes(SLOT)
