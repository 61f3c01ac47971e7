"""The settings of what the hub tells of itself: its log, its metrics and its alarms."""

import importlib.util
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from entrypoints.given import Given, SettingsError
from entrypoints.places import Network

_FORMATS = ("text", "json")
_LEAST_TOKEN = 16
_EXPORTER = "opentelemetry.exporter.otlp.proto.http"
_PARTY = re.compile(r"[A-Za-z]{2}-[A-Za-z0-9]{3}")


class Place(NamedTuple):
    """Where a process listens."""

    host: str
    port: int


@dataclass(frozen=True, kw_only=True)
class Signals:
    """`metrics_at`: where a worker or a sweeper serves its own metrics; None: nowhere.

    Spans go to `traces_url`, empty: nowhere; the partners in `traceparent_to` are told of traces.
    With `metrics_token` a scrape has to show it; without, it comes from `metrics_from`.
    `alarm_after_s`: for how long a lane is held, or a partner away, before there is an alarm.
    """

    log_format: str
    metrics_dir: Path
    metrics_at: Place | None
    metrics_token: str = field(repr=False)
    metrics_from: tuple[Network, ...]
    alarm_after_s: int
    traces_url: str = field(default="", repr=False)
    traceparent_to: frozenset[str] = frozenset()

    @classmethod
    def read(cls, given: Given, folder: Path) -> "Signals":
        """What the environment says. :raises SettingsError:"""
        return cls(
            log_format=given.checked("HUB_LOG_FORMAT", "text", _is_format, "neither text nor json"),
            metrics_dir=Path(given.text("HUB_METRICS_DIR") or folder / "metrics").absolute(),
            metrics_at=_place(given),
            metrics_token=_token(given),
            metrics_from=given.networks("HUB_METRICS_FROM", "127.0.0.0/8,::1"),
            alarm_after_s=given.number("HUB_ALARM_AFTER_S", 900),
            traces_url=_traces_url(given),
            traceparent_to=_traceparent_to(given),
        )


def place_of(given: Given, name: str, text: str) -> Place:
    """HOST:PORT. :raises SettingsError:"""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise given.wrong(name, "not HOST:PORT")
    return Place(host.strip("[]"), int(port))


def _place(given: Given) -> Place | None:
    text = given.text("HUB_METRICS_BIND")
    return place_of(given, "HUB_METRICS_BIND", text) if text else None


def _token(given: Given) -> str:
    token = given.text("HUB_METRICS_TOKEN")
    if token and (len(token) < _LEAST_TOKEN or not (token.isascii() and token.isprintable())):
        raise SettingsError(f"HUB_METRICS_TOKEN: not {_LEAST_TOKEN} printable characters or more")
    return token


def _traces_url(given: Given) -> str:
    url = given.text("HUB_TRACES_URL")
    if not url:
        return ""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise SettingsError("HUB_TRACES_URL: not an http or https URL, as .../v1/traces")
    try:
        is_there = importlib.util.find_spec(_EXPORTER) is not None
    except ModuleNotFoundError:
        is_there = False
    if not is_there:
        raise SettingsError(
            "HUB_TRACES_URL is set, and OpenTelemetry is not installed: "
            "pip install 'ocpi-hub[otel]', or leave the setting out"
        )
    return url


def _traceparent_to(given: Given) -> frozenset[str]:
    parties = [text.strip() for text in given.text("HUB_TRACEPARENT_TO").split(",") if text.strip()]
    if not all(_PARTY.fullmatch(party) for party in parties):
        raise given.wrong("HUB_TRACEPARENT_TO", "not parties such as DE-ABC, with commas between")
    return frozenset(party.upper() for party in parties)


def _is_format(text: str) -> bool:
    return text in _FORMATS
