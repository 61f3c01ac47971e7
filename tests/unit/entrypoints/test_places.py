"""Which address a request comes from: a caller cannot choose it."""

from ipaddress import ip_network

import pytest

from entrypoints.places import Places

PROXIES = Places((ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")))
PEER = "203.0.113.9"


def _environ(peer: str, forwarded: str = "") -> dict[str, str]:
    said = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return {"REMOTE_ADDR": peer, **said}


@pytest.mark.parametrize("forwarded", ["", "192.0.2.1", "10.0.0.1", "127.0.0.1, 10.0.0.1", "x"])
def test_of_a_peer_that_is_not_trusted_nothing_is_believed(forwarded: str) -> None:
    assert PROXIES.of(_environ(PEER, forwarded)) == PEER
    assert Places().of(_environ("10.0.0.1", forwarded)) == "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "place"),
    [
        ("", "10.0.0.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("198.51.100.7, 192.0.2.1", "192.0.2.1"),
        ("198.51.100.7, 192.0.2.1, 10.9.9.9", "192.0.2.1"),
        ("10.0.0.5", "10.0.0.5"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:db8::7, 2001:db8:1::1", "2001:db8::7"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("unknown", "10.0.0.1"),
        ("192.0.2.1, unknown, 10.0.0.7", "10.0.0.7"),
        ("192.0.2.1,", "10.0.0.1"),
        (", ".join(["10.0.0.2"] * 40), "10.0.0.2"),
        ("192.0.2.1, " + ", ".join(["10.0.0.2"] * 40), "10.0.0.2"),
    ],
)
def test_the_last_that_is_no_proxy_is_where_it_comes_from(forwarded: str, place: str) -> None:
    assert PROXIES.of(_environ("10.0.0.1", forwarded)) == place


def test_a_peer_without_an_address_is_unknown_and_speaks_for_none() -> None:
    assert Places((ip_network("0.0.0.0/0"),)).of(_environ("", "192.0.2.1")) == "unknown"
    assert PROXIES.network_of({}) == "unknown"


def test_all_addresses_of_one_customer_are_one() -> None:
    def network(peer: str) -> str:
        return Places().network_of(_environ(peer))

    assert network("2001:db8::1") == network("2001:db8::ffff:1") == "2001:db8::/64"
    assert network("2001:db8:0:1::1") != network("2001:db8::1")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1") == "192.0.2.1"
    assert network("fe80::1%eth0") == "fe80::/64"
    assert network("no address") == "unknown"
