"""The parts of an incident bundle, each by itself: where one cannot be had the others are there."""

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import distributions, version
from pathlib import Path

from adapters.ocpi import exact_json
from adapters.prometheus import MetricFiles, exposed
from domain.documents import JsonValue
from domain.errors import HubError
from domain.journal.legs import LegQuery, Purpose
from domain.operators.alarms import shown
from domain.operators.audit import AuditQuery, exported
from domain.times import format_time
from domain.webhooks.events import Subscription
from entrypoints.bootstrap import Container
from entrypoints.bundling.log_lines import MOST_FILES, Wanted, lines_of, log_files
from entrypoints.bundling.scrubbing import Scrub, shown_settings
from entrypoints.checks import checks
from entrypoints.hub_api.delivery.deliveries import lanes_of
from entrypoints.hub_api.journal.journal import trace_shape
from entrypoints.hub_api.journal.shapes import leg_shape
from entrypoints.hub_api.names import Names
from entrypoints.metrics import figures_of

MOST_OF_A_PART = 16 * 2**20
MOST_IN_ALL = 64 * 2**20
MOST_LEGS = 5_000
MOST_RECORDS = 5_000
MOST_LISTED = 1_000
BEFORE = timedelta(minutes=1)
"""What led to the first request of a message is in the log before it."""


@dataclass(frozen=True)
class Asked:
    """Of one message, by its correlation id, or of all since then; and where else logs are."""

    correlation_id: str
    since: datetime
    logs: tuple[Path, ...] = ()


@dataclass
class _Bundle:
    container: Container
    asked: Asked
    scrub: Scrub
    members: dict[str, bytes] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def add(self, name: str, make: Callable[[], str | bytes]) -> None:
        """One more part; what cannot be had is said in its place, by its error's name and words."""
        try:
            made = make()
        except Exception as failure:  # noqa: BLE001 - one part that fails keeps out no other
            self.missing.append(f"{name}: {type(failure).__name__}: {failure}")
            return
        text = made if isinstance(made, str) else made.decode("utf-8", "replace")
        content = self.scrub.text(text).encode("utf-8", "replace")
        room = MOST_IN_ALL - sum(map(len, self.members.values()))
        if len(content) > min(MOST_OF_A_PART, room):
            content = content[-min(MOST_OF_A_PART, room) :] if room > 0 else b""
            self.missing.append(f"{name}: only its last {len(content)} bytes")
        self.members[name] = content


def gather(container: Container, asked: Asked) -> dict[str, bytes]:
    """Every part by the name of its file, `README.txt` first. At most 64 MB, unpacked."""
    urls = (*(each.url for each in _webhooks(container)), *_told(container, asked))
    scrub = Scrub.of(container.settings, urls)
    bundle = _Bundle(container, asked, scrub)
    bundle.add("trace.json", lambda: _trace(bundle))
    bundle.add("audit.jsonl", lambda: _audit(bundle))
    bundle.add("alarms.json", lambda: _alarms(bundle))
    bundle.add("lanes.json", lambda: _json(lanes_of(container.hub, None)[:MOST_LISTED]))
    bundle.add("settings.json", lambda: _json(shown_settings(container.settings)))
    bundle.add("versions.json", _versions)
    bundle.add("checks.txt", lambda: "".join(f"{each}\n" for each in checks(container.settings)))
    bundle.add("metrics.txt", lambda: _metrics(container))
    _add_logs(bundle)
    bundle.members = {"README.txt": b""} | bundle.members
    bundle.members["README.txt"] = scrub.text(_read_me(bundle)).encode()
    return bundle.members


def _webhooks(container: Container) -> Iterator[Subscription]:
    try:
        yield from container.hub.webhook_subscriptions.of(None)
    except HubError:
        return


def _told(container: Container, asked: Asked) -> list[str]:
    """Where webhooks were told: those that are gone by now have secrets in their URLs as well."""
    tracer = container.hub.tracer
    name = asked.correlation_id
    try:
        legs = (
            tracer.trace(name).legs
            if name
            else tracer.search(LegQuery(since=asked.since), limit=MOST_LEGS)
        )
    except HubError:
        return []
    return [leg.address for leg in legs if leg.purpose is Purpose.TOLD]


def _trace(bundle: _Bundle) -> str:
    hub, asked = bundle.container.hub, bundle.asked
    names = Names.of(hub)
    if asked.correlation_id:
        story = hub.tracer.trace(asked.correlation_id)
        if not story.legs:
            bundle.missing.append(f"trace.json: the journal has nothing of {asked.correlation_id}")
        return _json(trace_shape(hub, story))
    found = hub.tracer.search(LegQuery(since=asked.since), limit=MOST_LEGS)
    return _json([leg_shape(leg, names) for leg in reversed(found)])


def _audit(bundle: _Bundle) -> str:
    query = AuditQuery(since=bundle.asked.since, limit=MOST_RECORDS)
    records = bundle.container.hub.audit_trail.listed(query)
    return "".join(f"{exact_json.dump(exported(each)).decode()}\n" for each in reversed(records))


def _alarms(bundle: _Bundle) -> str:
    """Those that are open, and those that were seen since."""
    listed = bundle.container.hub.operator_alarms.listed(limit=MOST_LISTED)
    since = bundle.asked.since
    return _json([shown(each) for each in listed if each.is_open or each.seen_at >= since])


def _versions() -> str:
    packages = {each.metadata["Name"]: each.version for each in distributions()}
    return _json(
        {
            "ocpi-hub": version("ocpi-hub"),
            "python": sys.version,
            "platform": platform.platform(),
            "packages": dict(sorted(packages.items())),
        }
    )


def _metrics(container: Container) -> bytes:
    files = MetricFiles(container.settings.signals.metrics_dir)
    return exposed(files, figures_of(container.figures()))


def _add_logs(bundle: _Bundle) -> None:
    asked = bundle.asked
    wanted = Wanted(asked.since, asked.correlation_id)
    folder = bundle.container.settings.data_dir / "logs"
    found = list(_files(bundle, folder))
    for number, path in enumerate(found[:MOST_FILES]):
        bundle.add(f"logs/{number:02}-{path.name}", partial(lines_of, path, wanted))
    if len(found) > MOST_FILES:
        bundle.missing.append(f"logs: {len(found) - MOST_FILES} files more")
    if not found:
        bundle.missing.append("logs: no file; the processes log to stderr: see below")


def _files(bundle: _Bundle, folder: Path) -> Iterator[Path]:
    try:
        yield from log_files(folder, bundle.asked.logs)
    except OSError as failure:
        bundle.missing.append(f"logs: {failure}")


def _json(value: JsonValue) -> str:
    return exact_json.dump(value).decode() + "\n"


def _read_me(bundle: _Bundle) -> str:
    asked = bundle.asked
    what = f"about {asked.correlation_id}" if asked.correlation_id else "of all messages"
    lines = [
        f"An incident bundle of ocpi-hub {version('ocpi-hub')}, {what}.",
        f"Made at {format_time(bundle.container.clock.now())}, from {format_time(asked.since)} on.",
        "",
        "trace.json     what went over the wire; uids, contract ids and plates are hidden",
        "audit.jsonl    records of the audit trail, the oldest first",
        "alarms.json    alarms that are open, and those that were seen since",
        "lanes.json     how well sending to each partner and webhook goes now",
        "settings.json  settings; of a secret only that it is set",
        "versions.json  the hub, Python, and every package",
        "checks.txt     what `ocpi-hub check` says now, with the versions of the stores",
        "metrics.txt    what the processes of this machine have counted",
        "logs/          lines of the log, of these times; about a message, those with its id",
        "",
        "What is not here, and why:",
        *(bundle.missing or ["nothing is left out"]),
        "",
        "Logs are on stderr. `make run` keeps them in HUB_DATA_DIR/logs, and they are read there.",
        "Elsewhere, give them with --logs: journalctl -u 'ocpi-hub-*' -o cat > hub.log, or",
        "docker compose logs --no-log-prefix > hub.log; then --logs hub.log",
    ]
    return "\n".join(lines) + "\n"
