"""URLs to partners: the endpoint stays as it was given, and nothing leads out of it."""

import posixpath
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import AddressRefused, UnsafeUrl
from domain.routing.outbound_urls import (
    are_plain,
    as_given,
    below,
    leads_astray,
    linked,
    relayed,
    target_of,
)

PLAIN = "https://cpo.example/ocpi/locations"


@pytest.mark.parametrize(
    ("endpoint", "segments", "query", "url"),
    [
        (PLAIN, (), "", PLAIN),
        (PLAIN, ("DE", "ABC"), "", f"{PLAIN}/DE/ABC"),
        (f"{PLAIN}/", (), "", f"{PLAIN}/"),
        (f"{PLAIN}/", ("DE", "ABC"), "", f"{PLAIN}/DE/ABC"),
        (f"{PLAIN}//", ("DE",), "", f"{PLAIN}//DE"),
        (f"{PLAIN}?tenant=1", (), "", f"{PLAIN}?tenant=1"),
        (f"{PLAIN}?tenant=1", ("L1",), "", f"{PLAIN}/L1?tenant=1"),
        (f"{PLAIN}/?tenant=1", ("L1",), "a=b", f"{PLAIN}/L1?tenant=1&a=b"),
        (f"{PLAIN}/?tenant=1", (), "a=b", f"{PLAIN}/?tenant=1&a=b"),
        (f"{PLAIN}?", (), "", f"{PLAIN}?"),
        (f"{PLAIN}?", ("L1",), "a=b", f"{PLAIN}/L1?a=b"),
        (PLAIN, (), "a=b", f"{PLAIN}?a=b"),
        (f"{PLAIN}#part", ("L1",), "", f"{PLAIN}/L1"),
        ("https://cpo.example", ("L1",), "", "https://cpo.example/L1"),
        ("https://cpo.example:8443/?k=%2f", ("L1",), "", "https://cpo.example:8443/L1?k=%2f"),
        (PLAIN, ("a#b", "c?d", "e/f", "g%h"), "", f"{PLAIN}/a%23b/c%3Fd/e%2Ff/g%25h"),
        (PLAIN, ("BE*BEC*E1", "1;2", "a.b", "v1..2"), "", f"{PLAIN}/BE%2ABEC%2AE1/1%3B2/a.b/v1..2"),
        (PLAIN, ("Größe", "a b"), "", f"{PLAIN}/Gr%C3%B6%C3%9Fe/a%20b"),
        (PLAIN, ("L1",), "x=../../y#z", f"{PLAIN}/L1?x=../../y%23z"),
    ],
)
def test_what_stands_below_an_endpoint_is_joined_with_one_slash(
    endpoint: str, segments: tuple[str, ...], query: str, url: str
) -> None:
    assert below(endpoint, segments, query) == url


@pytest.mark.parametrize(
    ("suffix", "query", "url"),
    [
        ("", "", PLAIN),
        ("/L%2f1/E1", "a=%20&b", f"{PLAIN}/L%2f1/E1?a=%20&b"),
        ("/BE*BEC*E1;x", "", f"{PLAIN}/BE*BEC*E1;x"),
        ("/a//b", "", f"{PLAIN}/a//b"),
        ("/50%", "", f"{PLAIN}/50%25"),
        ("/a#b", "", f"{PLAIN}/a%23b"),
        ("/\u00e4", "\u00e4=1", f"{PLAIN}/%C3%A4?%E4=1"),
        ("", "x=?/../..&y=#/../../credentials", f"{PLAIN}?x=?/../..&y=%23/../../credentials"),
        ("", "p=50%&q=%20", f"{PLAIN}?p=50%25&q=%20"),
        ("", "a\r\nb: c", f"{PLAIN}?a%0D%0Ab:%20c"),
    ],
)
def test_a_relayed_path_and_query_stay_as_they_came(suffix: str, query: str, url: str) -> None:
    assert relayed(PLAIN, suffix, query) == url


ASTRAY = (
    ".",
    "..",
    "../../credentials",
    "a/../b",
    "a/.",
    "a\\..\\b",
    "%2e%2e",
    "%2E%2E%2Fcredentials",
    "%252e%252e%252f",
    "%25252e%25252e",
    "%2525252e%2525252e",
    "..%5C..",
    "..;",
    "..;v=1/x",
    "..%3b/x",
    ".. ",
    " ..",
    "..%20",
    "...",
    "%c0%ae%c0%ae",
    "..%c0%af..",
    "%e0%80%ae",
    "%ff",
    "%u002e%u002e",
    "%ud800",
    "\uff0e\uff0e",
    "%EF%BC%8E%EF%BC%8E%EF%BC%8F",
    "\u2025",
    "..\u2215x",
    "..\u2044x",
    "a\x00b",
    "a%00b",
    "a%2500b",
    "a%0d%0aX: y",
    "a\tb",
    "a\x7fb",
    "a\x85b",
    "\ud800",
)


@pytest.mark.parametrize("text", ASTRAY)
def test_what_a_server_could_read_as_a_way_out_is_refused(text: str) -> None:
    assert leads_astray(text)
    assert not are_plain(["LOC1", text])
    with pytest.raises(UnsafeUrl):
        below(PLAIN, ("DE", text))
    with pytest.raises(UnsafeUrl):
        relayed(PLAIN, f"/DE/{text}")


@pytest.mark.parametrize(
    "text",
    [
        "LOC1",
        "a.b",
        "..a",
        "a..",
        "1.",
        ".hidden",
        "%",
        "100%25",
        "a%2Fb",
        "BE*BEC*E0415",
        "a;b",
        "é",
    ],
)
def test_other_ids_go_out(text: str) -> None:
    assert not leads_astray(text)
    assert unquote(below(PLAIN, (text,)).removeprefix(f"{PLAIN}/")) == text


def test_letters_digits_and_dashes_are_plain() -> None:
    assert are_plain(["LOC1", "BE*BEC*E0415", "a_b-c~"])
    assert are_plain([])
    assert not are_plain(["LOC1", "a.b"])


def test_an_id_is_not_empty_and_a_path_begins_with_a_slash() -> None:
    with pytest.raises(UnsafeUrl, match="empty"):
        below(PLAIN, ("DE", ""))
    with pytest.raises(UnsafeUrl, match="slash"):
        relayed(PLAIN, "x")
    with pytest.raises(UnsafeUrl, match="bytes"):
        relayed(PLAIN, "", "\uff0e")


@pytest.mark.parametrize(
    "url",
    [
        "https://cpo.example/a/../b",
        "https://cpo.example/%2e%2e/b",
        "https://cpo.example\\@evil.example/",
        "https://cpo.example/a b",
        "https://cpo.example/\r\nX: y",
        "https://cpo.example/ä",
        "",
    ],
)
def test_a_url_that_can_be_read_in_two_ways_is_not_called(url: str) -> None:
    with pytest.raises(AddressRefused):
        as_given(url)


def test_a_url_is_called_as_it_was_given_without_its_fragment() -> None:
    assert (
        as_given("https://x.example/a/?n=../..&b=%2f#top") == "https://x.example/a/?n=../..&b=%2f"
    )


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (PLAIN, "/ocpi/locations"),
        ("https://x.example:8443/a%2fb//c/?d=%2e/#", "/a%2fb//c/?d=%2e/"),
        ("https://x.example", "/"),
        ("https://x.example?a=/b", "/?a=/b"),
    ],
)
def test_a_host_is_asked_for_path_and_query_as_they_are(url: str, target: str) -> None:
    assert target_of(as_given(url)) == target


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://cpo.example/x?offset=5#top", "https://cpo.example/x?offset=5"),
        ("https://cpo.example:443/x", "https://cpo.example:443/x"),
        ("?offset=5", f"{PLAIN}?offset=5"),
        ("/x/?offset=../..", "https://cpo.example/x/?offset=../.."),
    ],
)
def test_a_link_leads_on_at_the_host_that_answered(link: str, url: str) -> None:
    assert linked(as_given(PLAIN), link) == url


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/x",
        "http://cpo.example/x",
        "https://cpo.example:8443/x",
        "https://a:b@cpo.example/x",
        "//evil.example/x",
        "../../credentials",
        "?x#\\",
        "https://[cpo/x",
        "https://cpo.example:port/x",
        "x/%2e%2e/y?z",
        "a b",
    ],
)
def test_a_link_that_leads_elsewhere_is_not_followed(link: str) -> None:
    with pytest.raises(UnsafeUrl):
        linked(as_given(PLAIN), link)


_WORDS = ". .. / \\ % 2e 2F %2e %2F %5c %25 ; # ? a é %c0%ae %u002e \uff0e"
_PIECES = st.sampled_from([*_WORDS.split(), " ", "\x00"])
_NASTY = st.lists(_PIECES, max_size=8).map("".join)
_ENDPOINTS = st.sampled_from([PLAIN, f"{PLAIN}/", f"{PLAIN}?tenant=1", f"{PLAIN}/?tenant=1"])


def _resolved(path: str) -> str:
    """As the most willing server reads it."""
    plain = "/".join(piece.partition(";")[0] for piece in path.replace("\\", "/").split("/"))
    return posixpath.normpath(plain)


@given(_ENDPOINTS, st.lists(_NASTY, max_size=3), _NASTY)
def test_plain_segments_stay_below_the_endpoint_however_often_they_are_decoded(
    endpoint: str, segments: list[str], query: str
) -> None:
    try:
        url = below(endpoint, segments, query)
    except UnsafeUrl:
        return
    _assert_inside(endpoint, url)
    if segments:
        found = urlsplit(url).path.removeprefix("/ocpi/locations/").split("/")
        assert [unquote(each) for each in found] == segments


@given(_ENDPOINTS, st.lists(_NASTY, max_size=3), _NASTY)
def test_raw_paths_and_queries_stay_below_it_too(
    endpoint: str, segments: list[str], query: str
) -> None:
    try:
        url = relayed(endpoint, "".join(f"/{segment}" for segment in segments), query)
    except UnsafeUrl:
        return
    _assert_inside(endpoint, url)


def _assert_inside(endpoint: str, url: str) -> None:
    parts = urlsplit(as_given(url))
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "cpo.example", "")
    assert url.isascii()
    assert " " not in url
    assert parts.query.startswith(urlsplit(endpoint).query)
    path = parts.path
    for _ in range(4):
        assert _resolved(path).startswith("/ocpi/locations")
        assert not set("\x00\r\n") & set(path)
        path = unquote(path)
