"""The whole hub is put together by its fields: every use case is there, and there once."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from application.hub import Hub
from entrypoints import bootstrap
from entrypoints.bootstrap.use_cases import use_cases
from entrypoints.settings import Settings
from tests.unit.application.wiring import ENVIRONMENT


@pytest.fixture
def hub() -> Hub:
    """What the web processes, the workers, the sweeper and the commands all ask for."""
    return bootstrap.build(Settings.from_environment(ENVIRONMENT)).hub


def parts(of: Any, seen: dict[int, Any]) -> Iterator[Any]:
    """The use cases below this one, each instance once."""
    inside = of.values() if isinstance(of, dict) else (getattr(of, f.name) for f in fields(of))
    for each in inside:
        is_made = is_dataclass(each) and type(each).__module__.startswith("application.")
        if (is_made or isinstance(each, dict)) and id(each) not in seen:
            seen[id(each)] = each
            if is_made:
                yield each
            yield from parts(each, seen)


def test_every_use_case_is_made_once(hub: Hub) -> None:
    made = [type(each) for each in parts(hub, {})]

    named = [kind for kind in made if kind in use_cases()]
    assert sorted(kind.__name__ for kind in named) == sorted(kind.__name__ for kind in use_cases())


def test_what_the_settings_say_is_where_it_counts() -> None:
    said = {
        **ENVIRONMENT,
        "HUB_WEB_THREADS": "8",
        "HUB_FORWARD_TIMEOUT_S": "7",
        "HUB_CREDIT_WAITS_S": "60",
        "HUB_AGREEMENTS": "required",
        "HUB_PROBE_AFTER_S": "11",
        "HUB_SYNC_EVERY_S": "12",
        "HUB_PULL_SLICE_S": "13",
        "HUB_ANNOUNCE_ROLES_AFTER_S": "14",
        "HUB_WEBHOOKS_PER_PARTNER": "15",
        "HUB_MAX_OBJECT_BYTES": "70000",
        "HUB_VALIDATION": "push=off",
        "HUB_COUNTRY_CODE": "DE",
    }

    hub = bootstrap.build(Settings.from_environment(said)).hub

    assert hub.request_relay.bulkhead.most == 2
    assert hub.request_relay.deadline_s == 7
    assert hub.cdr_obligations.credit_pairs.waits_s == 60
    assert hub.directories.policy == "required"
    assert hub.liveness.after_s == 11
    assert (hub.pulls_of_partners.every_s, hub.pulls_of_partners.slice_s) == (12, 13)
    assert hub.role_announcer.after_s == 14
    assert hub.webhook_subscriptions.subscribers.per_partner == 15
    assert hub.object_intake.growth.most_bytes == 70000
    assert hub.object_intake.validation.push == "off"
    assert hub.directories.hub.country_code == "DE"
    assert hub.command_sender.callback_base == "https://hub.example/ocpi/2.3.0/sender"
    assert hub.page_links.sender_url == "https://hub.example/ocpi/2.3.0/sender"
