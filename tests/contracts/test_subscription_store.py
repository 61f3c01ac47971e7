"""What every store of webhook subscriptions promises."""

from dataclasses import replace

from domain.delivery.what import EventType
from domain.ports import SubscriptionStore
from domain.webhooks.events import Subscription
from tests.contracts.made import NOON, later


def a_subscription(name: str = "sub-1", *, at: float = 0) -> Subscription:
    events = frozenset({EventType.CDR_DELIVERED, EventType.SESSION_UPDATED})
    url = "https://there.example/hook?a=1&b=$2"
    return Subscription(name, "partner-1", url, events, later(at), secret="sealed")


def test_a_subscription_comes_back_as_it_was_made(subscriptions: SubscriptionStore) -> None:
    operators = replace(a_subscription("sub-2", at=1), partner_id=None, events=frozenset(EventType))
    subscriptions.add(a_subscription())
    subscriptions.add(operators)

    assert subscriptions.get("sub-1") == a_subscription()
    assert subscriptions.get("sub-2") == operators
    assert subscriptions.get("sub-3") is None


def test_subscriptions_are_listed_oldest_first(subscriptions: SubscriptionStore) -> None:
    made = [a_subscription(name, at=at) for name, at in (("c", 3), ("b", 1), ("a", 3), ("d", 2))]
    for each in made:
        subscriptions.add(each)

    assert [each.id for each in subscriptions.all()] == ["b", "d", "a", "c"]


def test_adding_it_again_is_safe(subscriptions: SubscriptionStore) -> None:
    subscriptions.add(a_subscription())
    subscriptions.add(a_subscription())

    assert subscriptions.all() == (a_subscription(),)
    assert a_subscription().created_at == NOON


def test_a_subscription_that_is_taken_away_is_gone(subscriptions: SubscriptionStore) -> None:
    subscriptions.add(a_subscription())
    subscriptions.add(a_subscription("sub-2"))

    assert subscriptions.remove("sub-1")
    assert not subscriptions.remove("sub-1")

    assert subscriptions.get("sub-1") is None
    assert subscriptions.all() == (a_subscription("sub-2"),)


def test_a_secret_is_replaced_and_nothing_else(subscriptions: SubscriptionStore) -> None:
    subscriptions.add(a_subscription())

    assert subscriptions.set_secret("sub-1", "sealed anew")
    assert not subscriptions.set_secret("sub-2", "sealed anew")

    assert subscriptions.all() == (replace(a_subscription(), secret="sealed anew"),)


def test_whose_subscriptions_are_is_told_of_those_that_there_are(
    subscriptions: SubscriptionStore,
) -> None:
    subscriptions.add(a_subscription("sub-1"))
    subscriptions.add(replace(a_subscription("sub-2"), partner_id=None))
    subscriptions.add(a_subscription("sub-3"))

    assert subscriptions.owners(["sub-1", "sub-2", "gone"]) == {"sub-1": "partner-1", "sub-2": None}
    assert subscriptions.owners([]) == {}
