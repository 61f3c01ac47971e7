"""A partner's endpoints are called exactly as it gave them: with their slash, with their query."""

from collections.abc import Callable

import pytest

from entrypoints.sandbox import Platform, Reply, success
from entrypoints.sandbox.charging import cdr, token
from entrypoints.sandbox.exchange import Exchange
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.wire import Document, as_envelope
from tests.conformance.guests import Join
from tests.conformance.running import RunningHub
from tests.conformance.steps import CREATED, OK, a_location, fresh, outcome, party_of, put
from tests.conformance.tariffs import a_tariff

pytestmark = pytest.mark.e2e


def _telling(ending: str) -> Callable[[Exchange], Reply]:
    """Version details with every endpoint's URL ended like that."""

    def behave(exchange: Exchange) -> Reply:
        told = as_envelope(exchange.answer().body)
        for endpoint in told["data"]["endpoints"]:
            endpoint["url"] += ending
        return success(told["data"])

    return behave


def _as_frameworks_do(exchange: Exchange) -> Reply:
    """307 to the same path with a slash: FastAPI's and Django's answer to a list without one."""
    path = exchange.request.path
    if exchange.request.segments or path.endswith("/"):
        return exchange.answer()
    return Reply(307, headers={"Location": f"{path}/"})


def _joined(hub: RunningHub, join: Join, role: str, ending: str) -> Platform:
    platform = join(role, registered=False)
    platform.behave(_telling(ending), "details")
    for module in ("cdrs", "locations", "tariffs", "tokens"):
        platform.behave(_as_frameworks_do, module)
    own = f"{role}:{':'.join(party_of(platform))}"
    platform.hub.register(hub.versions_url, hub.invited(own))
    return platform


def _bill(owner: Platform, payer: Platform) -> Document:
    bill = cdr(*party_of(owner), id=fresh("CDR"))
    country_code, party_id = party_of(payer)
    bill["cdr_token"] |= {"country_code": country_code, "party_id": party_id}
    return bill


@pytest.mark.parametrize("asked_at_once", [True, False])
@pytest.mark.parametrize("ending", ["/", "/?tenant=1"])
def test_a_cdr_is_delivered_to_a_platform_that_redirects_what_has_no_slash(
    hub: RunningHub, join: Join, p1: Platform, ending: str, asked_at_once: bool
) -> None:
    payer = _joined(hub, join, "EMSP", ending)
    bill = _bill(p1, payer)
    to = party_of(payer) if asked_at_once else p1.hub.hub_party

    answer = p1.hub.push("POST", "cdrs", (), bill, to=to)

    assert outcome(answer) == CREATED
    got = payer.wait_for(lambda each: each.module == "cdrs" and each.method == "POST", 60.0)
    assert got.path.endswith("/in/cdrs/")
    assert got.answer_status == 201
    assert got.query == ending.partition("?")[2]


@pytest.mark.parametrize("ending", ["/", "?tenant=1", "/?tenant=1"])
def test_an_object_goes_below_its_endpoint_with_one_slash_and_the_endpoints_query(
    hub: RunningHub, join: Join, p1: Platform, ending: str
) -> None:
    reader = _joined(hub, join, "EMSP", ending)
    item = a_location(p1)

    assert outcome(put(p1, item)) == CREATED

    got = _first(reader, "locations")
    assert got.path.endswith(f"/in/locations/DE/ABC/{item['id']}")
    assert got.query == ending.partition("?")[2]


def test_the_query_of_an_object_follows_that_of_the_endpoint(
    hub: RunningHub, join: Join, p3: Platform
) -> None:
    operator = _joined(hub, join, "CPO", "?tenant=1")
    card = token(*party_of(p3), uid=fresh("T"), type="APP_USER")
    where = (*party_of(p3), card["uid"])

    answer = p3.hub.push(
        "PUT", "tokens", where, card, to=p3.hub.hub_party, query={"type": "APP_USER"}
    )

    assert outcome(answer) == CREATED
    assert _first(operator, "tokens").query == "tenant=1&type=APP_USER"


def test_a_relayed_list_keeps_both_queries_and_the_slash(
    hub: RunningHub, join: Join, p3: Platform
) -> None:
    operator = _joined(hub, join, "CPO", "/?tenant=1")
    operator.clear()

    answer = p3.hub.get("locations", (), {"limit": "5"}, to=party_of(operator))

    assert outcome(answer) == OK
    got = operator.wait_for(lambda each: each.from_ == party_of(p3), 60.0)
    assert (got.path.endswith("/out/locations/"), got.query) == (True, "tenant=1&limit=5")


def test_a_pull_asks_the_endpoint_as_it_was_given(hub: RunningHub, join: Join) -> None:
    operator = _joined(hub, join, "CPO", "/?tenant=1")
    item = operator.own("tariffs", a_tariff(operator))
    partner = hub.inside.hub.administration.find("-".join(party_of(operator)))
    operator.clear()

    hub.inside.hub.pulls_of_partners.pull(partner.id, whole=True)

    got = _first(operator, "tariffs")
    assert (got.path.endswith("/out/tariffs/"), got.query) == (True, "tenant=1")
    assert got.answer_status == 200
    assert item["id"].encode() in got.answer_body


def _first(platform: Platform, module: str) -> Received:
    return platform.wait_for(lambda each: each.module == module, 60.0)
