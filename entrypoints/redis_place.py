"""HUB_REDIS_URL, taken apart: the URL of one server, or of a master that sentinels know."""

from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

from entrypoints.given import SettingsError

SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel")
_BEHIND = "+sentinel"
_PORT = 26379
_TLS = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")


@dataclass(frozen=True)
class RedisPlace:
    """One server's `url`; or, with `sentinels`, how to call the master that they name `service`.

    A sentinel is a URL of its own; the host in `url` is not asked then.
    """

    url: str = field(repr=False)
    sentinels: tuple[str, ...] = field(default=(), repr=False)
    service: str = ""

    @classmethod
    def parse(cls, url: str) -> "RedisPlace":
        """Read `redis+sentinel://[user:password@]host[:26379],host/service[/0][?sentinel_password=]`.

        `rediss+sentinel://` is the same by TLS; every other URL is one server's.

        :raises ValueError: saying what is wrong with it, and nothing of what it holds.
        """
        place = urlsplit(url)
        if place.scheme not in SCHEMES:
            raise ValueError("not a redis:// URL")
        return _by_sentinels(place) if place.scheme.endswith(_BEHIND) else _one(url, place)

    @property
    def is_a_file(self) -> bool:
        """A socket file: its rights decide who may open it."""
        return urlsplit(self.url).scheme == "unix"

    def without_password(self) -> "RedisPlace":
        """The same place for a client that shows no password to the server itself."""
        place = urlsplit(self.url)
        return replace(self, url=place._replace(netloc=place.netloc.rpartition("@")[2]).geturl())


def redis_of(url: str) -> RedisPlace:
    """What HUB_REDIS_URL says. :raises SettingsError:"""
    try:
        return RedisPlace.parse(url)
    except ValueError as error:
        raise SettingsError(f"HUB_REDIS_URL: {error}") from None


def _one(url: str, place: SplitResult) -> RedisPlace:
    if place.scheme != "unix" and not _has_good_port(place):
        raise ValueError("its port is not a number")
    return RedisPlace(url)


def _by_sentinels(place: SplitResult) -> RedisPlace:
    scheme = place.scheme.removesuffix(_BEHIND)
    account, _, hosts = place.netloc.rpartition("@")
    service, _, number = place.path.lstrip("/").partition("/")
    if not service:
        raise ValueError("it names no master: redis+sentinel://HOST:26379,HOST:26379/MASTER/0")
    if number and not (number.isascii() and number.isdigit()):
        raise ValueError("the database behind the master's name is not a number")
    options, watcher, query = dict(parse_qsl(place.query)), "", ""
    if "sentinel_password" in options:
        name = quote(options.pop("sentinel_username", ""), safe="")
        watcher = f"{name}:{quote(options.pop('sentinel_password'), safe='')}@"
    if not set(options) <= set(_TLS):
        raise ValueError(f"behind ? stand sentinel_username, sentinel_password, {', '.join(_TLS)}")
    if options:
        query = "?" + "&".join(f"{name}={quote(value)}" for name, value in options.items())
    sentinels = [f"{scheme}://{watcher}{_with_port(host)}{query}" for host in hosts.split(",")]
    return RedisPlace(
        f"{scheme}://{account}{'@' if account else ''}master/{number or 0}{query}",
        tuple(sentinels),
        service,
    )


def _with_port(host: str) -> str:
    asked = urlsplit(f"redis://{host}")
    if not asked.hostname or not _has_good_port(asked):
        raise ValueError("a sentinel is not HOST or HOST:PORT")
    return host if asked.port else f"{host.rstrip(':')}:{_PORT}"


def _has_good_port(place: SplitResult) -> bool:
    try:
        return place.port != 0
    except ValueError:
        return False
