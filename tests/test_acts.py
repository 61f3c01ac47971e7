"""Every administrative act leaves a record: the tables of commands, endpoints and use cases.

A new command that changes something has `@acts(...)`, a new endpoint has its act by its command's
name, and a new method of a use case that operators' commands call stands in a list here.
"""

import inspect
from typing import Any

import pytest

from application.cdrs.accounting import CdrAccounting
from application.delivery.overview import DeliveryOverview
from application.hub import Hub
from application.objects.pulled_intake import PulledIntake
from application.objects.pulls import Pulls
from application.operators.tokens import OperatorTokens
from application.partners.administration import PartnerAdministration
from application.partners.approval import PartnerApproval
from application.partners.credentials_client import CredentialsClient
from application.partners.interests import ReaderInterests
from application.partners.resealing import Resealing
from application.partners.role_announcements import RoleAnnouncer
from application.webhooks.subscriptions import WebhookSubscriptions
from domain.operators.operator import Right
from entrypoints.hub_api import acts as acts_module
from entrypoints.hub_api.route import Who
from entrypoints.hub_api.routes import ROUTES
from tests.test_parity import COMMANDS

READS = {
    *("agreement list", "alarm list", "audit export", "audit list", "audit verify", "command list"),
    *("command show", "delivery list", "delivery show", "lane list", "location list"),
    *("location search", "location show", "operator list", "partner list", "partner remarks"),
    *("partner show", "session list", "session quiet", "session show", "session unbilled"),
    *("settlement", "tariff list", "tariff quote", "tariff show", "token show", "webhook list"),
    *("webhook show", "cdr conflicts", "cdr doubtful", "cdr export", "cdr list", "cdr show"),
    *("cdr verify", "figures", "limits", "why cdr", "why object", "why party", "why token"),
}
"""Commands that change nothing."""
RUNS = {"up", "web", "worker", "sweeper", "check", "prepare", "sandbox"}
"""What runs a process or makes stores ready. The sandbox's invitation is on record."""
TRAFFIC = {"send_command", "push_location"}
"""What partners send for others."""

USE_CASES: dict[type[Any], tuple[set[str], set[str]]] = {
    PartnerAdministration: (
        {
            *("invite", "invite_again", "suspend", "resume", "remove", "set_options"),
            *("let_stand_in", "agree", "disagree", "price"),
        },
        {"agreed", "all_partners", "find"},
    ),
    PartnerApproval: ({"approve", "set", "reject", "release"}, set()),
    CredentialsClient: ({"connect", "rotate"}, {"say_goodbye", "refresh", "outbound_token"}),
    RoleAnnouncer: ({"announce"}, {"sweep", "changed"}),
    ReaderInterests: ({"choose", "change"}, set()),
    Resealing: ({"reseal"}, set()),
    DeliveryOverview: (
        {"retry", "retry_all", "park"},
        {"owed", "find", "health", "attempts"},
    ),
    CdrAccounting: (
        {"replay", "replay_since"},
        {"page", "find", "listed", "verify", "settlement", "with_delivery"},
    ),
    WebhookSubscriptions: ({"subscribe", "unsubscribe"}, {"of", "find", "over_cap"}),
    PulledIntake: ({"let_in"}, {"take", "put_in_quarantine"}),
    Pulls: ({"start", "pull"}, {"known", "sweep", "start_anew"}),
    OperatorTokens: ({"add", "revoke"}, {"all", "find", "known"}),
}
"""Of each use case that operators' commands call: what is an act, and what is none."""


def _act_of(name: str) -> str:
    return str(getattr(COMMANDS[name].callback, "act", ""))


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - READS - RUNS))
def test_a_command_that_changes_something_is_on_record_by_its_name(name: str) -> None:
    assert _act_of(name) == name.replace(" ", "."), (
        f"`ocpi-hub {name}` leaves no record: give it @acts, or name it in READS if it changes none"
    )
    assert "reason" in {each.name for each in COMMANDS[name].params}


def test_what_only_reads_leaves_no_record() -> None:
    assert not [name for name in READS | RUNS if _act_of(name)]
    assert set(COMMANDS) >= READS | RUNS


def test_every_endpoint_that_changes_something_has_an_act() -> None:
    silent = {
        f"{line.method} {line.path}"
        for line in ROUTES
        if line.method != "GET" and not line.act and line.handler.__name__ not in TRAFFIC
    }

    assert not silent
    assert not [line.path for line in ROUTES if line.method == "GET" and line.act]


def test_every_act_says_what_it_is_about() -> None:
    groups = {line.act.partition(".")[0] for line in ROUTES if line.act}

    assert groups <= set(acts_module._SUBJECTS)


def test_an_endpoint_that_changes_something_asks_for_more_than_to_see() -> None:
    seeing = {Right.SEE, Right.SETTLE, Right.AUDIT}
    weak = [
        line.path
        for line in ROUTES
        if line.act and line.who is not Who.PARTNER and line.needs in seeing
    ]

    assert not weak


@pytest.mark.parametrize("use_case", USE_CASES, ids=lambda each: each.__name__)
def test_a_new_method_of_a_use_case_is_an_act_or_none(use_case: type[Any]) -> None:
    acts, others = USE_CASES[use_case]
    methods = {
        name
        for name, method in inspect.getmembers(use_case, inspect.isfunction)
        if not name.startswith("_")
    }

    assert methods == acts | others, "say in USE_CASES which it is, and where its record is made"
    assert not acts & others


def test_the_use_cases_are_the_hubs() -> None:
    held = set(inspect.get_annotations(Hub).values())

    assert set(USE_CASES) <= held
