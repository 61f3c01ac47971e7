"""The matrix of hostile URLs and hosts, and what development opens of it."""

from ipaddress import ip_address

import pytest

from domain import errors
from tests.wire.outbound.calls import Names, call, development, production
from tests.wire.outbound.peers import OK, answering, peer


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


NOT_CALLABLE = [
    "http://partner.example/",
    "ftp://partner.example/",
    "file:///etc/passwd",
    "gopher://partner.example/",
    "//partner.example/ocpi",
    "/ocpi",
    "",
    "https://",
    "https:///ocpi",
    "https://user@partner.example/",
    "https://user:secret@partner.example/",
    "https://partner.example@127.0.0.1/",
    "https://partner.example:0/",
    "https://partner.example:65536/",
    "https://partner.example:port/",
    "https://partner.example/a b",
    "https://pärtner.example/ocpi",
    "https://partner.example/a\r\nX-Header: 1",
    "https://partner.example\\@127.0.0.1/",
    "https://127.0.0.1%2f@partner.example/",
    "https://a..b/",
    f"https://partner.example/{'x' * 9000}",
]

FORBIDDEN_HOSTS = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.255.255.254",
    "2130706433",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "①②⑦.0.0.1",
    "0",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.1.1",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.0.192",
    "224.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[::7f00:1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2001:0:7f00:1::]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fd20:ce::254]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fec0::1]",
    "[ff02::1]",
]

FORBIDDEN_ADDRESSES = [host.strip("[]") for host in FORBIDDEN_HOSTS if _is_address(host)]

NEVER_EVEN_IN_DEVELOPMENT = [
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::]",
    "169.254.170.2",
    "168.63.129.16",
    "[::ffff:168.63.129.16]",
    "100.100.100.200",
    "192.0.0.192",
    "[fd00:ec2::254]",
    "[fd20:ce::254]",
    "[fd00:42::42]",
    "[fe80::a9fe:a9fe]",
    "0.0.0.0",
    "224.0.0.1",
]


@pytest.mark.parametrize("url", NOT_CALLABLE)
def test_a_url_that_no_partner_has_is_refused_without_a_look_up(url: str) -> None:
    names = Names(["93.184.215.14"])

    with pytest.raises(errors.AddressRefused):
        call(production(resolver=names), url)

    assert names.asked == []


@pytest.mark.parametrize("host", FORBIDDEN_HOSTS)
def test_a_host_inside_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(errors.AddressRefused):
        call(production(), f"https://{host}/ocpi")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "ⓁⓄⒸⒶⓁⒽⓄⓈⓉ"])
def test_the_hubs_own_name_is_refused(host: str) -> None:
    with pytest.raises(errors.AddressRefused):
        call(production(), f"HTTPS://{host}/ocpi")


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(errors.AddressRefused):
        call(production(resolver=Names([address])), "https://partner.example/ocpi")


def test_a_name_with_a_public_and_an_inside_address_is_refused() -> None:
    names = Names(["93.184.215.14", "10.0.0.7"])

    with pytest.raises(errors.AddressRefused):
        call(production(resolver=names), "https://partner.example/ocpi")


@pytest.mark.parametrize("host", NEVER_EVEN_IN_DEVELOPMENT)
def test_development_does_not_open_the_metadata_services(host: str) -> None:
    with pytest.raises(errors.AddressRefused):
        call(development(), f"http://{host}/latest/meta-data")


def test_development_opens_loopback_and_plain_http() -> None:
    with peer(answering(OK)) as partner:
        answer = call(development(), partner.url())

    assert (answer.status, answer.body) == (200, b"ok")


def test_a_name_is_resolved_once_so_that_rebinding_it_changes_nothing() -> None:
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    with peer(answering(OK)) as partner:
        answer = call(development(resolver=names), partner.url(host="partner.example"))

    assert answer.status == 200
    assert names.asked == ["partner.example"]


def test_a_rebound_name_is_refused_at_the_next_connection() -> None:
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    closing = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with peer(answering(closing)) as partner:
        outbound = development(resolver=names)
        call(outbound, partner.url(host="partner.example"))

        with pytest.raises(errors.AddressRefused):
            call(outbound, partner.url(host="partner.example"))


def test_a_refusal_does_not_repeat_the_url() -> None:
    with pytest.raises(errors.AddressRefused) as refused:
        call(production(), "https://10.0.0.1/?token=c2VjcmV0")

    assert "c2VjcmV0" not in str(refused.value)
