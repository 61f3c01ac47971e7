"""Settings are read once; what is wrong with them is said in the operator's words."""

import json
import os
from pathlib import Path

import pytest

from domain.partners.limits import USUAL, LimitClass
from entrypoints.folder import CannotRun, HubFolder
from entrypoints.settings import Settings, SettingsError

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
PRODUCTION = {
    "HUB_MONGO_URL": "mongodb://user:mongo-password@db1,db2/roaming?replicaSet=rs0",
    "HUB_REDIS_URL": "redis://:redis-password@cache:6379/0",
    "HUB_PUBLIC_URL": "https://hub.example/",
    "HUB_SECRET_KEYS": KEY,
    "HUB_TOKEN_PEPPER": "the-pepper-of-16",
    "HUB_ADMIN_TOKEN": "the-operator-" * 3,
}


def test_defaults_are_those_of_the_design() -> None:
    settings = Settings.read(PRODUCTION)

    assert settings.bind == "127.0.0.1:8000"
    assert (settings.country_code, settings.party_id) == ("NL", "HUB")
    assert settings.versions_url == "https://hub.example/ocpi/versions"
    assert settings.database_name == "roaming"
    assert (settings.page_limit, settings.forward_timeout_s) == (100, 25.0)
    assert settings.max_body_bytes == 1_048_576
    assert (settings.probe_after_s, settings.announce_roles_after_s) == (300, 3600)
    assert (settings.web_workers, settings.web_threads) == (2, 16)
    assert not settings.allow_private_networks
    assert not settings.embedded


def test_nothing_secret_is_in_its_repr() -> None:
    shown = repr(Settings.read(PRODUCTION))

    for secret in (KEY, "the-pepper", "the-operator", "mongo-password", "redis-password"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("environ", "bind"),
    [
        ({"PORT": "9000"}, "127.0.0.1:9000"),
        ({"HUB_BIND": "0.0.0.0:80"}, "0.0.0.0:80"),
        ({"HUB_BIND": "0.0.0.0:80", "PORT": "9000"}, "0.0.0.0:80"),
        ({"HUB_BIND": "[::1]:8000"}, "[::1]:8000"),
    ],
)
def test_hub_bind_wins_over_port(environ: dict[str, str], bind: str) -> None:
    assert Settings.read(PRODUCTION | environ).bind == bind


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("HUB_PAGE_LIMIT", "abc", "HUB_PAGE_LIMIT=abc: not a whole number"),
        ("HUB_PAGE_LIMIT", "-1", "HUB_PAGE_LIMIT=-1: not a whole number"),
        ("HUB_PAGE_LIMIT", "0", "HUB_PAGE_LIMIT=0: not between 1 and 10000"),
        ("HUB_FORWARD_TIMEOUT_S", "soon", "HUB_FORWARD_TIMEOUT_S=soon: not a number of seconds"),
        ("HUB_FORWARD_TIMEOUT_S", "nan", "HUB_FORWARD_TIMEOUT_S=nan: not between"),
        ("HUB_ALLOW_PRIVATE_NETWORKS", "maybe", "HUB_ALLOW_PRIVATE_NETWORKS=maybe: neither on"),
        ("HUB_BIND", "8000", "HUB_BIND=8000: not HOST:PORT"),
        ("HUB_BIND", "127.0.0.1:99999", "HUB_BIND=127.0.0.1:99999: not HOST:PORT"),
        ("PORT", "http", "PORT=http: not a whole number"),
        ("HUB_COUNTRY_CODE", "NLD", "HUB_COUNTRY_CODE=NLD: not 2 letters"),
        ("HUB_PARTY_ID", "H*B", "HUB_PARTY_ID=H*B: not 3 letters"),
        ("HUB_PUBLIC_URL", "hub.example", "HUB_PUBLIC_URL=hub.example: not an http or https URL"),
        ("HUB_MONGO_URL", "localhost:27017", "HUB_MONGO_URL: not a mongodb:// URL"),
        ("HUB_REDIS_URL", "localhost", "HUB_REDIS_URL: not a redis:// URL"),
        ("HUB_TRACES_URL", "collector:4318", "HUB_TRACES_URL: not an http or https URL"),
        (
            "HUB_TRACEPARENT_TO",
            "DE-ABC,NL",
            "HUB_TRACEPARENT_TO=DE-ABC,NL: not parties such as DE-ABC",
        ),
        ("HUB_SECRET_KEYS", f"{KEY},short", "HUB_SECRET_KEYS: key 2 is no Fernet key"),
        ("HUB_TOKEN_PEPPER", "pepper", "HUB_TOKEN_PEPPER: shorter than 16 characters"),
        ("HUB_ADMIN_TOKEN", "a", "HUB_ADMIN_TOKEN: shorter than 32 characters"),
        ("HUB_ADMIN_TOKEN", "x" * 31, "HUB_ADMIN_TOKEN: shorter than 32 characters"),
        ("HUB_ADMIN_TOKEN", "a b", "HUB_ADMIN_TOKEN: holds a space or a control character"),
        ("HUB_AUDIT_DATABASE", "a.b", "HUB_AUDIT_DATABASE=a.b: not the name of another database"),
        ("HUB_AUDIT_DATABASE", "x" * 64, f"HUB_AUDIT_DATABASE={'x' * 64}: not the name of another"),
        ("HUB_AUDIT_DATABASE", "roaming", "HUB_AUDIT_DATABASE=roaming: not the name of another"),
        ("HUB_LIMIT_CDRS", "many", "HUB_LIMIT_CDRS=many: not a whole number"),
        ("HUB_TRUSTED_PROXIES", "nginx", "HUB_TRUSTED_PROXIES=nginx: not networks such as"),
        ("HUB_TRUSTED_PROXIES", "10.0.0.1/8", "HUB_TRUSTED_PROXIES=10.0.0.1/8: not networks"),
        ("HUB_SENDS_AT_ONCE", "5", "HUB_SENDS_AT_ONCE=5: not between 1 and 4"),
        ("HUB_LOG_LEVEL", "loud", "HUB_LOG_LEVEL=loud: no log level"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(
    name: str, value: str, complaint: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read(PRODUCTION | {name: value})

    assert str(refused.value).startswith(complaint)


def test_limits_are_on_in_production_and_off_where_the_stores_are_the_hubs_own() -> None:
    own = {"EMBEDDED_MONGO_URL": "mongodb://127.0.0.1:1/", "EMBEDDED_REDIS_URL": "redis://h/0"}
    embedded = {name: text for name, text in PRODUCTION.items() if "_URL" not in name} | own

    found = Settings.read(PRODUCTION).limits.requests
    here = Settings.read(embedded).limits.requests
    said = Settings.read(embedded | {"HUB_LIMIT_CDRS": "7"}).limits.requests
    off = Settings.read(PRODUCTION | {"HUB_LIMIT_CDRS": "0"}).limits.requests

    assert {each: found.of(each) for each in USUAL} == dict(USUAL)
    assert [here.of(each) for each in USUAL] == [0] * len(USUAL)
    assert (said.of(LimitClass.CDRS), off.of(LimitClass.CDRS)) == (7, 0)
    assert (found.of(LimitClass.FAILED), here.of(LimitClass.FAILED)) == (60, 60)


def test_proxies_are_addresses_and_networks() -> None:
    given = PRODUCTION | {"HUB_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8,::1"}

    assert [str(each) for each in Settings.read(given).limits.proxies] == [
        "127.0.0.1/32",
        "10.0.0.0/8",
        "::1/128",
    ]
    assert Settings.read(PRODUCTION).limits.proxies == ()


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"HUB_MONGO_URL": "mongodb://h"}, "ocpi_hub_audit"),
        ({}, "roaming_audit"),
        ({"HUB_AUDIT_DATABASE": "trail"}, "trail"),
    ],
)
def test_the_audit_trail_has_a_database_of_its_own(environ: dict[str, str], name: str) -> None:
    assert Settings.read(PRODUCTION | environ).audit_database == name


@pytest.mark.parametrize(
    "name", ["HUB_PUBLIC_URL", "HUB_SECRET_KEYS", "HUB_TOKEN_PEPPER", "HUB_ADMIN_TOKEN"]
)
def test_with_a_store_of_its_own_nothing_is_made_up(name: str, tmp_path: Path) -> None:
    HubFolder(tmp_path).ensure_secrets()
    environ = PRODUCTION | {"HUB_DATA_DIR": str(tmp_path)}
    del environ[name]

    with pytest.raises(SettingsError, match=f"^{name} is not set"):
        Settings.from_environment(environ)


def test_a_hub_that_runs_lends_its_settings_to_every_other_command(tmp_path: Path) -> None:
    folder = HubFolder(tmp_path)
    folder.prepare()
    folder.ensure_secrets()
    stores = {"EMBEDDED_MONGO_URL": "mongodb://127.0.0.1:1/", "EMBEDDED_REDIS_URL": "redis://h/0"}

    with folder.owned():
        folder.announce(stores | {"HUB_BIND": "127.0.0.1:9999", "HUB_PAGE_LIMIT": "7"})
        settings = Settings.from_environment({"HUB_DATA_DIR": str(tmp_path), "HUB_PAGE_LIMIT": "8"})

    assert settings.mongo_url == "mongodb://127.0.0.1:1/"
    assert settings.database_name == "ocpi_hub"
    assert settings.public_url == "http://127.0.0.1:9999"
    assert settings.page_limit == 8
    assert settings.embedded


def test_what_a_killed_hub_left_is_not_taken_for_a_running_one(tmp_path: Path) -> None:
    folder = HubFolder(tmp_path)
    with folder.owned():
        pass
    folder.announce({"EMBEDDED_MONGO_URL": "mongodb://127.0.0.1:1/"})

    with pytest.raises(SettingsError, match="no hub runs in"):
        Settings.from_environment({"HUB_DATA_DIR": str(tmp_path)})


def test_a_folder_has_one_owner_at_a_time(tmp_path: Path) -> None:
    folder = HubFolder(tmp_path)

    with folder.owned():
        folder.announce({"HUB_PAGE_LIMIT": "7"})
        with pytest.raises(CannotRun, match=f"process {os.getpid()}"), folder.owned():
            pass
        assert folder.running() == {"HUB_PAGE_LIMIT": "7"}

    assert folder.running() == {}


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    folder = HubFolder(tmp_path)
    folder.ensure_secrets()
    made = folder.secrets()

    folder.ensure_secrets()

    assert folder.secrets() == made
    assert set(made) == {"HUB_SECRET_KEYS", "HUB_TOKEN_PEPPER", "HUB_ADMIN_TOKEN"}
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(set(json.loads((tmp_path / "secrets.json").read_text()).values())) == 3


def test_a_folder_that_was_open_is_closed_with_all_that_is_in_it(tmp_path: Path) -> None:
    place = tmp_path / "hub"
    (place / "logs").mkdir(parents=True)
    for name in ("up.lock", "secrets.json", "running.json", "logs/web.log", "logs/web.log.1"):
        (place / name).write_text("{}")
        (place / name).chmod(0o644)
    place.chmod(0o755)
    before = os.umask(0o022)
    try:
        HubFolder(place).prepare()
        (place / "logs" / "new.log").write_text("")
    finally:
        os.umask(before)

    assert {path.stat().st_mode & 0o077 for path in (place, *place.rglob("*"))} == {0}


def test_a_folder_that_others_use_too_is_left_to_them(tmp_path: Path) -> None:
    (tmp_path / "foreign").write_text("")
    tmp_path.chmod(0o755)
    before = os.umask(0o022)
    try:
        HubFolder(tmp_path).prepare()
    finally:
        os.umask(before)

    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "logs").stat().st_mode & 0o777 == 0o700
