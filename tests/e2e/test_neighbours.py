"""Readers that hang do not slow down the others: invariant I6, on a small scale."""

from pathlib import Path

import pytest

from bench.neighbours import Load, kept_within_limit

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
_SMALL = Load(readers=8, hanging=2, locations=10, changes_per_s=4.0, seconds=5.0)


def test_well_readers_are_served_as_fast_beside_others_that_hang(tmp_path: Path) -> None:
    runs = kept_within_limit(tmp_path, _SMALL)

    assert runs[-1].is_within_limit, "\n".join(map(str, runs))
