"""THE TABLE of what the hub counts and times: what each is called, and what it is told apart by.

No label has an id of an object, and none has text of a caller's. What is beyond the bounds here is
counted as `other`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

PREFIX = "ocpi_hub_"
OTHER = "other"
MOST_SERIES = 20_000
"""Of one metric and process: what is told apart beyond that is counted as `other`."""

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SLOW = (0.05, 0.25, 1.0, 5.0, 25.0)


@dataclass(frozen=True)
class Metric:
    """What it is, and the names of its labels; `buckets` in seconds, of what is timed."""

    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


COUNTED: Mapping[str, Metric] = {
    "requests": Metric(
        "Requests that were answered.", ("surface", "module", "method", "http", "ocpi")
    ),
    "requests_limited": Metric("Requests beyond a limit, answered 429.", ("partner", "class")),
    "deliveries": Metric("Attempts to deliver.", ("partner", "class", "verdict")),
    "hub_token_refused": Metric(
        "Requests that a partner did not let the hub in for.", ("partner",)
    ),
    "stand_in_answers": Metric("Authorizations that the hub answered for an owner.", ("owner",)),
    "copies_not_kept": Metric("Copies for one party that could not be kept.", ("module",)),
    "stale_pushes": Metric("Pushes that had no effect.", ("module",)),
    "remarks": Metric("Objects that were taken though they are odd.", ("partner", "module")),
    "lanes_lost": Metric("Leases of a lane that ended before the attempt.", ("class",)),
    "cdr_conflicts": Metric("CDRs refused because another has their id.", ("partner",)),
    "repeated_results": Metric("Results of commands that came again.", ("command",)),
    "odd_results": Metric("Results of commands that are odd.", ("command",)),
    "odd_responses": Metric("Responses to commands that are odd.", ("command",)),
    "commands_not_noted": Metric("Answers to commands that could not be noted.", ("command",)),
    "commands_timeout": Metric("Commands whose result did not come in time.", ("command",)),
    "wakes_lost": Metric("Wake-ups that Redis did not take.", ("queue",)),
    "background_failures": Metric("Turns of background tasks that failed.", ("task",)),
    "alarms": Metric("Alarms that were raised.", ("kind",)),
    "journal_dropped": Metric("Legs that the journal had no room for."),
    "log_lines_dropped": Metric("Log lines that were not written, because too many came."),
}
"""By the names that `Counters.count` is given; outside `ocpi_hub_<name>_total`."""

TIMED: Mapping[str, Metric] = {
    "request": Metric("How long requests took.", ("surface", "module"), _QUICK),
    "relay": Metric("How long relayed requests took.", ("partner", "module", "outcome"), _SLOW),
    "authorize": Metric("How long authorizations took.", ("path",), _QUICK),
}
"""By the names that `Counters.time` is given; outside `ocpi_hub_<name>_seconds`."""

MARKED: Mapping[str, Metric] = {
    "sweeper_last_run": Metric("When a sweeper last went through, in seconds since 1970."),
}
"""By the names that `Counters.mark` is given; outside `ocpi_hub_<name>_seconds`."""

KNOWN: Mapping[str, frozenset[str]] = {
    "surface": frozenset({"ocpi", "hub_api"}),
    "method": frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}),
    "http": frozenset(str(each.value) for each in HTTPStatus),
    "ocpi": frozenset(
        ("1000", "2000", "2001", "2002", "2003", "2004")
        + ("3000", "3001", "3002", "3003", "4000", "4001", "4002", "4003")
    ),
}
"""The values of these labels; a partner's answer that is passed on may have any other."""
