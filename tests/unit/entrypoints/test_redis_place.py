"""One setting says where Redis is, also where sentinels have to be asked for it."""

from urllib.parse import urlsplit

import pytest

from entrypoints.redis_place import RedisPlace


@pytest.mark.parametrize("url", ["redis://:p@h:6379/0", "rediss://h", "unix:///run/redis.sock"])
def test_one_server_is_its_url(url: str) -> None:
    assert RedisPlace.parse(url) == RedisPlace(url)


def test_sentinels_are_named_with_their_master() -> None:
    place = RedisPlace.parse("redis+sentinel://a:26380,b,[::1],[::2]:7/MyMaster/3")

    assert place == RedisPlace(
        "redis://master/3",
        (
            "redis://a:26380",
            "redis://b:26379",
            "redis://[::1]:26379",
            "redis://[::2]:7",
        ),
        "MyMaster",
    )


def test_the_master_and_the_sentinels_have_passwords_of_their_own() -> None:
    place = RedisPlace.parse(
        "redis+sentinel://hub:p%2Fw@a,b/main?sentinel_username=w&sentinel_password=s%40%2F"
    )

    assert place.url == "redis://hub:p%2Fw@master/0"
    assert place.sentinels == ("redis://w:s%40%2F@a:26379", "redis://w:s%40%2F@b:26379")
    assert "p%2Fw" not in repr(place)
    assert "s%40" not in repr(place)


def test_without_its_password_the_sentinels_are_asked_as_before() -> None:
    place = RedisPlace.parse("redis+sentinel://:p@a/main?sentinel_password=s")

    assert place.without_password() == RedisPlace("redis://master/0", place.sentinels, "main")


def test_by_tls_goes_to_both() -> None:
    place = RedisPlace.parse("rediss+sentinel://a/main?ssl_ca_certs=/etc/ca.pem")

    for each in (place.url, *place.sentinels):
        assert urlsplit(each).scheme == "rediss"
        assert urlsplit(each).query == "ssl_ca_certs=/etc/ca.pem"


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("redis+sentinel://a:26379", "names no master"),
        ("redis+sentinel://a/", "names no master"),
        ("redis+sentinel://a/main/x", "not a number"),
        ("redis+sentinel://a/main/1/2", "not a number"),
        ("redis+sentinel:///main", "not HOST or HOST:PORT"),
        ("redis+sentinel://a,,b/main", "not HOST or HOST:PORT"),
        ("redis+sentinel://a:x/main", "not HOST or HOST:PORT"),
        ("redis+sentinel://a:70000/main", "not HOST or HOST:PORT"),
        ("redis+sentinel://a:0/main", "not HOST or HOST:PORT"),
        ("redis+sentinel://a/main?db=1", "sentinel_password"),
        ("redis://h:x/0", "port"),
        ("http://h", "not a redis"),
    ],
)
def test_what_is_wrong_is_said(url: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        RedisPlace.parse(url)
