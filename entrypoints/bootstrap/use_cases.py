"""The use cases, each made with what its fields name.

`Hub` is the list: its fields and, in turn, theirs. A new use case is a field there. What no port
and no use case gives, a number or a URL, is in `_given`.
"""

import os
import socket
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_type_hints

from injector import (
    Binder,
    Injector,
    Module,
    Provider,
    inject,
    noninjectable,
    provider,
    singleton,
)

from application.cdrs.credit_pairs import CreditPairs
from application.cdrs.sender import CdrSender
from application.commands.sender import CommandSender
from application.delivery.pump import Pump
from application.delivery.senders import Senders
from application.hub import Hub
from application.objects.catching_up import CatchUp
from application.objects.pulls import Pulls
from application.objects.sender import ObjectSender
from application.partners.bulkhead import Bulkhead
from application.partners.directories import Directories
from application.partners.hub_party import HubParty
from application.partners.liveness import LivenessProbe
from application.partners.role_announcements import RoleAnnouncer
from application.partners.suspension import CatchesUp
from application.routing.page_links import PageLinks
from application.routing.relay import RequestRelay
from application.watching.beside import LookBeside
from application.watching.conditions import Conditions
from application.webhooks.sender import WebhookSender
from application.webhooks.subscribers import Subscribers
from domain.objects.growth import Growth
from domain.partners.limits import RequestLimits
from domain.partners.pace import UsualPace
from domain.partners.party import PartyId
from domain.ports import Clock
from domain.validation import Validation
from entrypoints.settings import Settings

_HUB_NAME = "OCPI hub"
_SENDERS = (ObjectSender, CdrSender, WebhookSender)
"""The fields of the hub lead to `Senders`, which is no use case but holds these."""


def _given(settings: Settings) -> dict[type[Any], dict[str, Any]]:
    """The fields that are settings."""
    sender_url = f"{settings.public_url}/ocpi/2.3.0/sender"
    return {
        Conditions: {"after_s": settings.signals.alarm_after_s},
        LookBeside: {"machine": socket.gethostname()},
        Bulkhead: {"most": max(1, settings.web_threads // 4)},
        CommandSender: {"callback_base": sender_url},
        CreditPairs: {"waits_s": settings.credit_waits_s},
        Directories: {"policy": settings.agreements},
        RequestRelay: {"deadline_s": settings.forward_timeout_s},
        LivenessProbe: {"after_s": settings.probe_after_s},
        PageLinks: {"sender_url": sender_url},
        Pulls: {"every_s": settings.sync_every_s, "slice_s": settings.pull_slice_s},
        Pump: {"holder": f"{socket.gethostname()}:{os.getpid()}"},
        RoleAnnouncer: {"after_s": settings.announce_roles_after_s},
        Subscribers: {"per_partner": settings.webhooks_per_partner},
    }


class UseCases(Module):
    """Binds every use case by its own type; each is made once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def configure(self, binder: Binder) -> None:
        given = _given(self._settings)
        for use_case in use_cases():
            made = _ByItsFields(use_case, given.get(use_case, {}))
            binder.bind(use_case, to=made, scope=singleton)

    @singleton
    @provider
    def hub_party(self) -> HubParty:
        given = self._settings
        party = PartyId(given.country_code, given.party_id)
        return HubParty(party=party, name=_HUB_NAME, versions_url=given.versions_url)

    @singleton
    @provider
    def party(self, hub: HubParty) -> PartyId:
        return hub.party

    @singleton
    @provider
    def growth(self) -> Growth:
        return self._settings.growth

    @singleton
    @provider
    def request_limits(self) -> RequestLimits:
        return self._settings.limits.requests

    @singleton
    @provider
    def usual_pace(self) -> UsualPace:
        return self._settings.limits.pace

    @singleton
    @provider
    def validation(self) -> Validation:
        return self._settings.validation

    @singleton
    @provider
    def catches_up(self, catch_up: CatchUp) -> CatchesUp:
        return catch_up

    @singleton
    @provider
    def senders(
        self, objects: ObjectSender, cdrs: CdrSender, webhooks: WebhookSender, clock: Clock
    ) -> Senders:
        return Senders(changes=objects, cdrs=cdrs, events=webhooks, clock=clock)


def use_cases() -> tuple[type[Any], ...]:
    """Every dataclass of `application` that the hub's fields lead to, but for what is provided."""
    provided = {HubParty, Senders}
    found: dict[type[Any], None] = dict.fromkeys(_SENDERS)
    looked_at = [Hub, *_SENDERS]
    while looked_at:
        for kind in _needed(looked_at.pop()).values():
            is_use_case = is_dataclass(kind) and kind.__module__.startswith("application.")
            if is_use_case and kind not in found and kind not in provided:
                found[kind] = None
                looked_at.append(kind)
    return tuple(found)


def _needed(use_case: type[Any]) -> dict[str, type[Any]]:
    """The fields without a default, with their types, and those that the settings have."""
    hints = get_type_hints(use_case)
    return {name: hints[name] for name in hints if name not in _own(use_case)}


def _own(use_case: type[Any]) -> tuple[str, ...]:
    """The fields that each use case fills itself: what it remembers."""
    return tuple(
        each.name
        for each in fields(use_case)
        if each.default_factory is not MISSING or each.default is None
    )


class _ByItsFields(Provider[Any]):
    def __init__(self, use_case: type[Any], given: dict[str, Any]) -> None:
        self._use_case = inject(use_case)
        self._given = given
        noninjectable(*_own(use_case))(use_case.__init__)

    def get(self, injector: Injector) -> Any:
        return injector.create_object(self._use_case, self._given)
