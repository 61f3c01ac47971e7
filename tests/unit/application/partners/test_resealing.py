"""Every sealed secret gets the newest key: partners' tokens and webhooks' secrets."""

from dataclasses import replace

import pytest

from adapters.memory import MemoryPartners
from application.partners.resealing import Resealed
from domain.delivery.what import EventType
from domain.errors import RecordChanged, StoreUnavailable
from domain.partners.partner import Partner
from tests.builders import PlainSecrets, a_partner, a_reader
from tests.unit.application.house import House
from tests.unit.application.subscribed import subscribe


class NewKey(PlainSecrets):
    """Its seals can be told from the former key's."""

    def reseal(self, sealed: str, *, partner_id: str) -> str:
        return "new:" + super().reseal(sealed.removeprefix("new:"), partner_id=partner_id)


@pytest.fixture
def house() -> House:
    made = House(secrets=NewKey())
    sealed = made.secrets.seal("token-b", partner_id="emsp")
    return made.with_partners(a_reader(outbound_token=sealed), a_partner(outbound_token=None))


def test_every_token_and_every_webhooks_secret_is_sealed_under_the_newest_key(
    house: House,
) -> None:
    subscription = subscribe(house, EventType.CDR_PARKED, by="emsp")

    assert house.resealing.reseal() == Resealed(tokens=1, webhooks=1)
    assert house.resealing.reseal() == Resealed(tokens=1, webhooks=1)

    assert house.partners.get("emsp").outbound_token == "new:emsp|token-b"
    kept = house.subscriptions.get(subscription.id)
    assert kept == replace(subscription, secret=f"new:{subscription.secret}")


def test_a_secret_that_no_key_opens_is_named_and_the_others_are_resealed(house: House) -> None:
    lost = subscribe(house, EventType.CDR_PARKED)
    house.subscriptions.set_secret(lost.id, "another|secret")
    house.with_partners(a_partner("lost", roles=(), outbound_token="another|token"))
    subscribe(house, EventType.CDR_PARKED)

    done = house.resealing.reseal()

    assert (done.tokens, done.webhooks) == (1, 1)
    assert done.unreadable == ("partner lost", f"webhook {lost.id}")


class Busy(MemoryPartners):
    """Another writer is first, `times` times."""

    times: int = 0

    def save(self, partner: Partner) -> Partner:
        if partner.revision and Busy.times:
            Busy.times -= 1
            super().save(replace(self.get(partner.id), name="renamed"))
            raise RecordChanged(partner.id)
        return super().save(partner)


def a_busy_house(times: int) -> House:
    Busy.times = times
    house = House(secrets=NewKey(), partners=Busy())
    sealed = house.secrets.seal("token-b", partner_id="emsp")
    return house.with_partners(a_reader(outbound_token=sealed))


def test_what_another_writes_meanwhile_is_kept() -> None:
    house = a_busy_house(2)

    assert house.resealing.reseal() == Resealed(tokens=1)

    partner = house.partners.get("emsp")
    assert (partner.name, partner.outbound_token) == ("renamed", "new:emsp|token-b")


def test_a_partner_that_changes_all_the_time_ends_it() -> None:
    with pytest.raises(StoreUnavailable):
        a_busy_house(10_000).resealing.reseal()
