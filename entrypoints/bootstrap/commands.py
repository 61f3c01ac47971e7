"""The use cases of commands and charging profiles.

Apart from the rest of the traffic, because they have a store, a guard and a life of their own.
"""

from injector import Module, provider, singleton

from application.commands.addressees import Addressees
from application.commands.deadlines import CommandDeadlines
from application.commands.results import CommandResults
from application.commands.sender import CommandSender
from application.objects.reading import ObjectReader
from application.objects.validation import RequestValidation
from application.partners.directories import Directories
from application.partners.hub_party import HubParty
from application.routing.forwarding import Forwarding
from application.webhooks.command_events import CommandEvents
from application.webhooks.subscribers import Subscribers
from domain.ports import (
    AddressGuard,
    Clock,
    CommandStore,
    Counters,
    DeliveryQueue,
    FailPoints,
    Json,
    Schemas,
    Secrets,
    Wake,
)
from entrypoints.settings import Settings


class CommandUseCases(Module):
    """From being asked to the last result, each use case with the ports that it needs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @singleton
    @provider
    def addressees(self, object_reader: ObjectReader, commands: CommandStore) -> Addressees:
        return Addressees(object_reader, commands)

    @singleton
    @provider
    def heralding_commands(
        self,
        hub: HubParty,
        subscribers: Subscribers,
        commands: CommandStore,
        deliveries: DeliveryQueue,
        directories: Directories,
        wake: Wake,
        clock: Clock,
    ) -> CommandEvents:
        return CommandEvents(hub.party, subscribers, commands, deliveries, directories, wake, clock)

    @singleton
    @provider
    def commanding(
        self,
        commands: CommandStore,
        addressees: Addressees,
        forwarding: Forwarding,
        schemas: Schemas,
        judging: RequestValidation,
        guard: AddressGuard,
        secrets: Secrets,
        json: Json,
        wake: Wake,
        counters: Counters,
        fail_points: FailPoints,
        clock: Clock,
    ) -> CommandSender:
        return CommandSender(
            commands=commands,
            addressees=addressees,
            forwarding=forwarding,
            schemas=schemas,
            judging=judging,
            guard=guard,
            secrets=secrets,
            json=json,
            wake=wake,
            counters=counters,
            fail_points=fail_points,
            clock=clock,
            callback_base=f"{self._settings.public_url}/ocpi/2.3.0/sender",
        )

    @singleton
    @provider
    def resulting(
        self,
        commands: CommandStore,
        forwarding: Forwarding,
        schemas: Schemas,
        counters: Counters,
        fail_points: FailPoints,
        clock: Clock,
    ) -> CommandResults:
        return CommandResults(commands, forwarding, schemas, counters, fail_points, clock)

    @singleton
    @provider
    def following(
        self,
        commands: CommandStore,
        command_sender: CommandSender,
        command_results: CommandResults,
        clock: Clock,
    ) -> CommandDeadlines:
        return CommandDeadlines(commands, command_sender, command_results, clock)
