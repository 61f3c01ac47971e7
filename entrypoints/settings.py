"""Every setting of the hub, read once from the environment, so that a bad value is one clear line
at the start and not a surprise at night."""

import os
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from urllib.parse import urlsplit

from domain.objects.growth import Growth
from domain.partners.agreements import AgreementPolicy
from domain.validation import Validation
from entrypoints.databases import audit_database, database_of
from entrypoints.folder import HubFolder
from entrypoints.given import Given, SettingsError
from entrypoints.journal_settings import JournalSettings
from entrypoints.limit_settings import LimitSettings
from entrypoints.redis_place import SCHEMES, RedisPlace, redis_of
from entrypoints.signals import Place, Signals, place_of

__all__ = ["SECRETS", "Settings", "SettingsError", "data_folder", "reachable_host"]
SECRETS = ("HUB_SECRET_KEYS", "HUB_TOKEN_PEPPER", "HUB_ADMIN_TOKEN")
_MONGO = ("mongodb", "mongodb+srv")
_EVERY_ADDRESS = ("", str(IPv4Address(0)), str(IPv6Address(0)))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment says. Secrets, and URLs that may hold one, are not in its repr."""

    host: str
    port: int
    public_url: str
    country_code: str
    party_id: str
    mongo_url: str = field(repr=False)
    audit_database: str
    redis: RedisPlace
    data_dir: Path
    secret_keys: tuple[str, ...] = field(repr=False)
    token_pepper: str = field(repr=False)
    admin_token: str = field(repr=False)
    allow_private_networks: bool
    page_limit: int
    list_memory_mb: int
    forward_timeout_s: float
    max_body_bytes: int
    growth: Growth
    probe_after_s: int
    announce_roles_after_s: int
    sync_every_s: int
    pull_slice_s: float
    webhooks_per_partner: int
    credit_waits_s: int
    validation: Validation
    agreements: AgreementPolicy
    web_workers: int
    web_threads: int
    drain_s: int
    head_timeout_s: float
    min_bytes_per_s: int
    limits: LimitSettings
    log_level: str
    journal: JournalSettings
    signals: Signals
    embedded: bool
    fail_points: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """The environment, else the hub that runs in HUB_DATA_DIR, else defaults.

        :raises SettingsError: for the first setting that is missing or wrong.
        """
        folder = data_folder(environ)
        running = folder.running()
        given = {name: value for name, value in environ.items() if value}
        if given.get("HUB_MONGO_URL") in (None, running.get("HUB_MONGO_URL")):
            given = running | given
        return cls.read(given if "HUB_MONGO_URL" in given else folder.secrets() | given)

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Settings":
        """What `given` says, else defaults; EMBEDDED_MONGO_URL, EMBEDDED_REDIS_URL name own stores.

        :raises SettingsError: for the first setting that is missing or wrong.
        """
        return _read(Given(given))

    @property
    def bind(self) -> str:
        """`host:port`, as HUB_BIND has it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def versions_url(self) -> str:
        """What partners are told: where OCPI begins."""
        return f"{self.public_url}/ocpi/versions"

    @property
    def database_name(self) -> str:
        """The database that HUB_MONGO_URL names in its path, else `ocpi_hub`."""
        return database_of(self.mongo_url)


def data_folder(environ: Mapping[str, str] = os.environ) -> HubFolder:
    """HUB_DATA_DIR, `.hub` if unset."""
    return HubFolder(Path(environ.get("HUB_DATA_DIR") or ".hub").absolute())


def _read(given: Given) -> Settings:
    bound = _address(given)
    return Settings(
        **bound._asdict(),
        public_url=_public_url(given, bound),
        country_code=given.checked("HUB_COUNTRY_CODE", "NL", _letters(2), "not 2 letters").upper(),
        party_id=given.checked("HUB_PARTY_ID", "HUB", _letters(3), "not 3 letters").upper(),
        mongo_url=_store(given, "MONGO_URL", _MONGO),
        audit_database=audit_database(given),
        redis=redis_of(_store(given, "REDIS_URL", SCHEMES)),
        data_dir=data_folder(given.values).path,
        secret_keys=_secret_keys(given),
        token_pepper=_long_secret(given, "HUB_TOKEN_PEPPER", 16),
        admin_token=_long_secret(given, "HUB_ADMIN_TOKEN", 32),
        allow_private_networks=given.switch("HUB_ALLOW_PRIVATE_NETWORKS"),
        page_limit=given.number("HUB_PAGE_LIMIT", 100, most=10_000),
        list_memory_mb=given.number("HUB_LIST_MEMORY_MB", 32, least=0, most=4096),
        forward_timeout_s=given.seconds("HUB_FORWARD_TIMEOUT_S", 25),
        max_body_bytes=given.number("HUB_MAX_BODY_BYTES", 2**20, least=1024),
        growth=_growth(given),
        probe_after_s=given.number("HUB_PROBE_AFTER_S", 300),
        announce_roles_after_s=given.number("HUB_ANNOUNCE_ROLES_AFTER_S", 3600, least=0),
        sync_every_s=given.number("HUB_SYNC_EVERY_S", 6 * 3600, least=0),
        pull_slice_s=given.seconds("HUB_PULL_SLICE_S", 60),
        webhooks_per_partner=given.number("HUB_WEBHOOKS_PER_PARTNER", 20, least=0, most=1000),
        credit_waits_s=given.number("HUB_CREDIT_WAITS_S", 86_400),
        validation=given.validation("HUB_VALIDATION"),
        agreements=_agreements(given),
        web_workers=given.number("HUB_WEB_WORKERS", 2, most=256),
        web_threads=given.number("HUB_WEB_THREADS", 16, most=1024),
        drain_s=_drain_s(given),
        head_timeout_s=given.seconds("HUB_HEAD_TIMEOUT_S", 10),
        min_bytes_per_s=given.number("HUB_MIN_BYTES_PER_S", 8192),
        limits=LimitSettings.read(given, embedded=_is_embedded(given)),
        fail_points=given.text("HUB_FAIL_POINTS"),
        journal=JournalSettings.read(given, _store(given, "MONGO_URL", _MONGO)),
        log_level=given.checked("HUB_LOG_LEVEL", "info", _is_log_level, "no log level").lower(),
        signals=Signals.read(given, data_folder(given.values).path),
        embedded=_is_embedded(given),
    )


def _drain_s(given: Given) -> int:
    return given.number("HUB_DRAIN_S", 0 if _is_embedded(given) else 5, least=0, most=600)


def _growth(given: Given) -> Growth:
    return Growth(
        given.number("HUB_MAX_OBJECT_BYTES", 2**21, least=2**16, most=7 * 2**20),
        given.number("HUB_MAX_CHARGING_PERIODS", 20_000, most=50_000),
    )


def _agreements(given: Given) -> AgreementPolicy:
    text = given.checked("HUB_AGREEMENTS", "open", _is_policy, "neither open nor required")
    return AgreementPolicy(text)


def _is_policy(text: str) -> bool:
    return text in [policy.value for policy in AgreementPolicy]


def _address(given: Given) -> Place:
    """Where the web processes listen."""
    if given.text("PORT") and not given.text("HUB_BIND"):
        return Place("127.0.0.1", given.number("PORT", 8000, most=65_535))
    return place_of(given, "HUB_BIND", given.text("HUB_BIND", "127.0.0.1:8000"))


def _is_embedded(given: Given) -> bool:
    return not given.text("HUB_MONGO_URL")


def _public_url(given: Given, bound: Place) -> str:
    url = given.text("HUB_PUBLIC_URL").rstrip("/")
    if not url and _is_embedded(given):
        return f"http://{reachable_host(bound.host)}:{bound.port}"
    if not url:
        raise SettingsError("HUB_PUBLIC_URL is not set: which URL do partners reach the hub by?")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise given.wrong("HUB_PUBLIC_URL", "not an http or https URL")
    return url


def reachable_host(host: str) -> str:
    """Where a program on this machine finds what listens on `host`, fit for a URL."""
    if host in _EVERY_ADDRESS:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _store(given: Given, name: str, schemes: tuple[str, ...]) -> str:
    url = given.text(f"HUB_{name}", given.text(f"EMBEDDED_{name}"))
    if not url:
        folder = data_folder(given.values).path
        raise SettingsError(f"no hub runs in {folder}: start one (make run), or set HUB_{name}")
    if url.partition("://")[0] not in schemes:
        raise SettingsError(f"HUB_{name}: not a {schemes[0]}:// URL")
    return url


def _secret(given: Given, name: str) -> str:
    secret = given.text(name)
    if not secret:
        raise SettingsError(f"{name} is not set: only the embedded stores come with one")
    if not secret.isprintable() or " " in secret:
        raise SettingsError(f"{name}: holds a space or a control character")
    return secret


def _long_secret(given: Given, name: str, least: int) -> str:
    secret = _secret(given, name)
    if len(secret) < least:
        raise SettingsError(f"{name}: shorter than {least} characters")
    return secret


def _secret_keys(given: Given) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in _secret(given, "HUB_SECRET_KEYS").split(","))
    for position, key in enumerate(keys, start=1):
        if not _is_fernet_key(key):
            raise SettingsError(f"HUB_SECRET_KEYS: key {position} is no Fernet key")
    return keys


def _is_fernet_key(key: str) -> bool:
    try:
        return len(urlsafe_b64decode(key)) == 32
    except ValueError:
        return False


def _letters(length: int) -> Callable[[str], bool]:
    return lambda text: len(text) == length and text.isascii() and text.isalnum()


def _is_log_level(text: str) -> bool:
    return text.lower() in ("debug", "info", "warning", "error", "critical")
