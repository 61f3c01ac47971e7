"""Reading what a platform wrote down, with fsync, before it answered."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.faults.market import EVSE


def times_applied(ledger: Path, ids: Iterable[str]) -> dict[str, list[str]]:
    """By location, the last_updated of its EVSE as this platform came to hold it, in that order."""
    records = [json.loads(line) for line in ledger.read_text().splitlines()]
    acted_upon = [each for each in records if each.get("applied") and each["method"] != "GET"]
    acted_upon.sort(key=lambda each: int(each["applied"]))
    times: dict[str, list[str]] = {id_: [] for id_ in ids}
    for record in acted_upon:
        if record["module"] == "locations" and record["segments"][2] in times:
            times[record["segments"][2]].append(evse_in(json.loads(record["body"]))["last_updated"])
    return times


def evse_in(body: dict[str, Any]) -> dict[str, Any]:
    """The EVSE in the body of a push: of a location, or of the EVSE itself."""
    evses: list[dict[str, Any]] = body.get("evses", [])
    return next((each for each in evses if each["uid"] == EVSE), body)
