"""One partner's requests never take more than its share of the threads."""

import pytest

from application.partners.bulkhead import Bulkhead
from domain.errors import ReceiverAway


def test_one_more_than_may_wait_for_a_partner_is_told_at_once() -> None:
    bulkhead = Bulkhead(2)

    with (
        bulkhead.enter("cpo"),
        bulkhead.enter("cpo"),
        pytest.raises(ReceiverAway, match="too many"),
        bulkhead.enter("cpo"),
    ):
        pytest.fail("three are inside")  # pragma: no cover


def test_partners_do_not_take_each_others_places() -> None:
    bulkhead = Bulkhead(1)

    with bulkhead.enter("cpo"), bulkhead.enter("emsp"):
        assert dict(bulkhead.waiting) == {"cpo": 1, "emsp": 1}


def test_a_place_is_free_again_however_the_wait_ended() -> None:
    bulkhead = Bulkhead(1)

    with pytest.raises(ValueError, match="broke"), bulkhead.enter("cpo"):
        raise ValueError("broke")

    with bulkhead.enter("cpo"):
        pass
    assert not bulkhead.waiting
