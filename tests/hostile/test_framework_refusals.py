"""A partner's framework, or a firewall before it, refuses what its OCPI never sees.

Without an envelope one refused object is about the object: what else is owed goes out as ever.
Ten different ones in a row are about the endpoint: the lane opens, and they are owed again.
"""

import pytest

from domain.delivery.lanes import Breaker
from tests.hostile.fronts import Answer, Scene

FASTAPI = (422, "application/json", b'{"detail":[{"loc":["body","evses"],"msg":"field required"}]}')
PROBLEM = (400, "application/problem+json", b'{"title":"One or more validation errors occurred."}')
FIREWALL = (
    406,
    "text/html",
    b"<html><head><title>Not Acceptable</title></head><body>\n<h1>Request blocked</h1></body>",
)


@pytest.mark.parametrize("refusal", [FASTAPI, PROBLEM, FIREWALL])
def test_one_object_that_a_framework_refuses_holds_up_no_other(
    scene: Scene, refusal: Answer
) -> None:
    scene.front.refuses = lambda name: refusal if name == "BAD" else None
    scene.push("BAD", *(f"LOC{number}" for number in range(12)))

    scene.hub.deliver()

    [(name, (state, reason))] = scene.owed().items()
    assert (name, state) == ("BAD", "refused")
    assert scene.breaker() is Breaker.CLOSED
    assert scene.front.asked.count("BAD") == 1
    status, _, page = refusal
    told = "".join(f"HTTP {status}: {page.decode()}".split())[:60]
    shown = "".join(reason.split())[:60]
    assert shown == told or reason == "HTTP 406: Not Acceptable Request blocked"


def test_ten_different_objects_refused_in_a_row_are_the_endpoint_and_are_owed_again(
    scene: Scene,
) -> None:
    names = {f"LOC{number}" for number in range(15)}
    scene.front.refuses = lambda _: FIREWALL
    scene.push(*sorted(names))

    scene.hub.deliver()

    assert scene.breaker() is Breaker.OPEN
    assert {name: state for name, (state, _) in scene.owed().items()} == dict.fromkeys(names, "due")

    scene.front.refuses = lambda _: None
    scene.hub.container.hub.delivery_overview.retry_all(scene.lane.target)
    scene.hub.deliver()
    scene.hub.deliver()

    assert scene.owed() == {}
    assert scene.breaker() is Breaker.CLOSED


def test_nine_refused_and_one_taken_are_nine_objects(scene: Scene) -> None:
    bad = {f"BAD{number}" for number in range(9)}
    scene.front.refuses = lambda name: FASTAPI if name in bad else None
    scene.push(*sorted(bad))
    scene.hub.deliver()
    scene.push("GOOD")
    scene.hub.deliver()
    more = {f"WORSE{number}" for number in range(9)}
    scene.front.refuses = lambda name: FASTAPI if name in bad | more else None
    scene.push(*sorted(more))

    scene.hub.deliver()

    assert scene.breaker() is Breaker.CLOSED
    assert {name: state for name, (state, _) in scene.owed().items()} == dict.fromkeys(
        bad | more, "refused"
    )


def test_a_redirect_is_no_refusal_and_no_delivery_is_unsure(scene: Scene) -> None:
    scene.front.refuses = lambda _: (307, "text/plain", b"elsewhere")
    scene.push("LOC1")

    scene.hub.deliver()

    [delivery] = scene.hub.container.hub.delivery_overview.owed()
    assert delivery.last is not None
    assert (delivery.state.value, delivery.last.is_unsure) == ("due", False)
