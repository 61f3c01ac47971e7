"""The page of metrics: what is on it, who gets it, and that no caller makes it grow."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

from entrypoints.sandbox import Platform
from tests.http.hub_server import HubServer, environment_of, hub_server, serving

TOKEN = "the-scrapers-token"


def scrape(hub: HubServer, headers: dict[str, str] | None = None) -> tuple[int, str]:
    connection = HTTPConnection(urlsplit(hub.url).netloc, timeout=60)
    connection.request("GET", "/metrics", headers=headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def series(hub: HubServer) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample's value, by its name and the values of its labels."""
    status, page = scrape(hub)
    assert status == 200
    return {
        (sample.name, tuple(text for _, text in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def test_requests_are_counted_and_timed(hub: HubServer, cpo: Platform) -> None:
    asked = ("ocpi_hub_requests_total", ("200", "GET", "versions", "1000", "ocpi"))
    before = series(hub).get(asked, 0.0)
    for _ in range(3):
        cpo.hub.call("GET", f"{hub.url}/ocpi/versions", token=cpo.hub.peer.token)

    found = series(hub)
    assert found[asked] == before + 3
    assert found["ocpi_hub_request_seconds_count", ("versions", "ocpi")] >= 3
    assert found["ocpi_hub_store_up", ()] == 1
    assert ("ocpi_hub_build_info", ("0.2.0",)) in found


def test_no_caller_makes_the_page_grow(hub: HubServer, cpo: Platform) -> None:
    def attack(number: int) -> None:
        path = f"/ocpi/2.3.0/sender/module{number}/x?a={number}"
        for token in (cpo.hub.peer.token, f"unknown-{number}"):
            headers = {"OCPI-to-country-code": "XX", "X-Request-ID": f"id-{number}"}
            cpo.hub.call("GET", hub.url + path, token=token, headers=headers)
        cpo.hub.call(f"METHOD{number}", f"{hub.url}/ocpi/versions", token=cpo.hub.peer.token)
        hub.call("GET", f"/partners/unknown-{number}")

    attack(0)
    before = set(series(hub))
    for number in range(1, 30):
        attack(number)

    assert set(series(hub)) == before


def test_what_came_through_a_proxy_is_not_let_in(hub: HubServer) -> None:
    assert scrape(hub, {"X-Forwarded-For": "127.0.0.1"})[0] == 403


def test_with_a_token_it_alone_opens(
    mongo_url: str, new_database_name: str, redis_url: str
) -> None:
    with hub_server(mongo_url, new_database_name, redis_url, HUB_METRICS_TOKEN=TOKEN) as hub:
        assert scrape(hub)[0] == 401
        assert scrape(hub, {"Authorization": "Bearer wrong"})[0] == 401
        status, page = scrape(hub, {"Authorization": f"Bearer {TOKEN}"})

    assert status == 200
    assert "ocpi_hub_cdrs_owed 0.0" in page


def test_while_the_store_is_away_the_page_says_so(redis_url: str) -> None:
    with serving(environment_of("mongodb://127.0.0.1:1/", "none", redis_url)) as hub:
        status, page = scrape(hub)

    assert status == 200
    assert "ocpi_hub_store_up 0.0" in page
    assert "cdrs_owed" not in page
