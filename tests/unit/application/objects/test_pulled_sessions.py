"""Sessions are pulled like the rest, but private; CDRs are accepted by POST alone (S-1)."""

from dataclasses import replace

from domain.partners.party import Interface
from tests.builders import ABC, an_endpoint
from tests.charging import S1, a_session
from tests.unit.application.billing import says
from tests.unit.application.charging_now import URL
from tests.unit.application.house import House
from tests.unit.application.pages import a_page

SESSIONS = "https://cpo.example/2.3.0/sender/sessions"


def offering(market: House, *modules: str) -> None:
    endpoints = tuple(an_endpoint(module, Interface.SENDER, "cpo") for module in modules)
    market.partners.save(replace(market.partners.get("cpo"), endpoints=endpoints))


def test_a_list_of_sessions_must_have_a_beginning_even_if_it_is_the_whole(market: House) -> None:
    offering(market, "sessions")
    says(market, a_page())

    market.pulls_of_partners.pull("cpo")

    [request] = market.wire.asked
    assert request.url == f"{SESSIONS}?date_from=2009-12-31T23%3A55%3A00.000Z"


def test_a_pulled_session_is_told_to_its_reader_from_its_owner(market: House) -> None:
    offering(market, "sessions")
    says(market, lambda request: a_page(a_session()) if request.method == "GET" else a_page())

    [pulled] = market.pulls_of_partners.pull("cpo")
    market.publisher.sweep(older_than_s=-1.0)
    market.pump.run(seconds=20.0)

    assert (pulled.seen, pulled.stored) == (1, 1)
    assert market.document(S1) == a_session()
    told = market.wire.asked[-1]
    assert (told.method, told.url, told.sender) == ("PUT", URL, ABC)


def test_cdrs_are_not_pulled(market: House) -> None:
    offering(market, "cdrs")

    assert market.pulls_of_partners.pull("cpo") == ()
    assert market.wire.asked == []
