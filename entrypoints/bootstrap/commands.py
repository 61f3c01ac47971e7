"""The use cases of commands and charging profiles.

Apart from the rest of the traffic, because they have a store, a guard and a life of their own.
"""

from injector import Module, provider, singleton

from application.addressees import Addressees
from application.commanding import Commanding
from application.directories import Directories
from application.following import Following
from application.forwarding import Forwarding
from application.heralding_commands import HeraldingCommands
from application.hub_party import HubParty
from application.judging import JudgingRequests
from application.resulting import Resulting
from application.serving import Serving
from application.subscribers import Subscribers
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
    def addressees(self, serving: Serving, commands: CommandStore) -> Addressees:
        return Addressees(serving, commands)

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
    ) -> HeraldingCommands:
        return HeraldingCommands(
            hub.party, subscribers, commands, deliveries, directories, wake, clock
        )

    @singleton
    @provider
    def commanding(
        self,
        commands: CommandStore,
        addressees: Addressees,
        forwarding: Forwarding,
        schemas: Schemas,
        judging: JudgingRequests,
        guard: AddressGuard,
        secrets: Secrets,
        json: Json,
        wake: Wake,
        counters: Counters,
        fail_points: FailPoints,
        clock: Clock,
    ) -> Commanding:
        return Commanding(
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
    ) -> Resulting:
        return Resulting(commands, forwarding, schemas, counters, fail_points, clock)

    @singleton
    @provider
    def following(
        self,
        commands: CommandStore,
        commanding: Commanding,
        resulting: Resulting,
        clock: Clock,
    ) -> Following:
        return Following(commands, commanding, resulting, clock)
