"""What a push is answered that had no effect: 1000, and why."""

import pytest

from application.objects.pushed import Accepted
from entrypoints.ocpi.handlers import taken


@pytest.mark.parametrize(
    ("accepted", "status", "message"),
    [
        (Accepted(created=True), 201, "Success"),
        (Accepted(), 200, "Success"),
        (Accepted(repeated=True), 200, "no effect: this PATCH was taken before"),
        (Accepted(stale=True), 200, "no effect: the hub has a newer one, by last_updated"),
    ],
)
def test_a_push_is_told_whether_it_had_an_effect(
    accepted: Accepted, status: int, message: str
) -> None:
    reply = taken(accepted)

    assert (reply.status, reply.code, reply.message) == (status, 1000, message)
