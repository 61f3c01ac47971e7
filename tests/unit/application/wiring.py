"""The hub's own wiring, asked for one use case at a time, with a test's parts in the ports.

`entrypoints/bootstrap` says how each use case is made and which port has which name. A test has
thousands of hubs, so each of them makes what it is asked for and nothing besides.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from threading import RLock
from typing import Any, TypeVar, cast, get_type_hints

from cryptography.fernet import Fernet
from injector import Injector, get_bindings

from adapters import mongo
from application.hub import Hub
from entrypoints.bootstrap.adapters import ON_MONGO, PARTNERS, Adapters
from entrypoints.bootstrap.bells import Bells
from entrypoints.bootstrap.journals import Journals
from entrypoints.bootstrap.use_cases import UseCases, use_cases
from entrypoints.settings import Settings

Made = TypeVar("Made")
ENVIRONMENT: Mapping[str, str] = {
    "HUB_PUBLIC_URL": "https://hub.example",
    "HUB_MONGO_URL": "mongodb://127.0.0.1/hub",
    "HUB_REDIS_URL": "redis://127.0.0.1/0",
    "HUB_SECRET_KEYS": Fernet.generate_key().decode(),
    "HUB_TOKEN_PEPPER": "p" * 20,
    "HUB_ADMIN_TOKEN": "a" * 40,
}
"""Nothing listens there: nothing is connected before its first use."""
SETTINGS = Settings.read(
    {**ENVIRONMENT, "HUB_SYNC_EVERY_S": "3600", "HUB_ANNOUNCE_ROLES_AFTER_S": "60"}
)
_BINDER = Injector(
    [Adapters(SETTINGS), Journals(SETTINGS), Bells(), UseCases(SETTINGS)], auto_bind=False
).binder
_STORES: Mapping[Any, str] = {
    mongo.MongoAgreements: "agreements",
    mongo.MongoAlarms: "alarms",
    mongo.MongoArchive: "archive",
    mongo.MongoClock: "store_clock",
    mongo.MongoCommands: "commands",
    mongo.MongoDeliveries: "deliveries",
    mongo.MongoLedger: "ledger",
    mongo.MongoLocationSearch: "locations",
    mongo.MongoOperators: "operators",
    PARTNERS: "partners",
    mongo.MongoPulls: "pulls",
    mongo.MongoQuarantine: "quarantine",
    mongo.MongoSessionWatch: "sessions",
    mongo.MongoStamp: "stamp",
    mongo.MongoSubscriptions: "subscriptions",
}
_PORTS = {port: _STORES[adapter] for port, adapter in ON_MONGO.items()}
"""The part that is in each port: where one store is in several ports, so is the test's."""
_NEEDS = {kind: tuple(get_bindings(kind.__init__).items()) for kind in use_cases()}
_OWN = {
    kind: [each.name for each in fields(kind) if each.name not in dict(needs)]
    for kind, needs in _NEEDS.items()
}


class Wiring:
    """Stands in for the injector: `parts` are asked by the names of ports and of settings.

    What `parts` do not have is as the settings say. `instead` makes what a use case else fills with
    its own default, by the field's name.
    """

    def __init__(self, parts: object, instead: Mapping[str, Callable[[], Any]]) -> None:
        self._parts, self._instead = vars(parts), instead
        self._made: dict[type[Any], Any] = {}
        self._lock = RLock()

    def get(self, kind: type[Made]) -> Made:
        """The one of this kind; it is made when it is first asked for."""
        if _PORTS.get(kind) in self._parts:
            return cast(Made, self._parts[_PORTS[kind]])
        if kind not in self._made:
            with self._lock:
                if kind not in self._made:
                    self._made[kind] = _BINDER.get_binding(kind)[0].provider.get(cast(Any, self))
        return cast(Made, self._made[kind])

    def another(self, kind: type[Made], **said: Any) -> Made:
        """One more of this kind; what is not said is filled by the types of its fields."""
        filled: dict[str, Any] = {
            name: self.get(each) for name, each in _NEEDS[kind] if name not in said
        }
        own = {name: self._instead[name]() for name in _OWN[kind] if name in self._instead}
        return kind(**filled, **said, **own)

    def create_object(self, kind: type[Made], given: Mapping[str, Any]) -> Made:
        """What a provider of the hub's makes, given its settings."""
        return self.another(
            kind, **{name: self._parts.get(name, value) for name, value in given.items()}
        )

    def call_with_injection(self, provided: Callable[..., Any]) -> Any:
        """What a provider of the hub's gives, or what the parts have by its name."""
        if provided.__name__ in self._parts:
            return self._parts[provided.__name__]
        return provided(**{name: self.get(kind) for name, kind in _asked_by(provided)})


@cache
def names() -> dict[str, type[Any]]:
    """Every use case, by what the hub and other use cases call it, else by its class's name."""
    found = {_snake(kind.__name__): kind for kind in _NEEDS}
    for needs in _NEEDS.values():
        found.update((name, each) for name, each in needs if each in _NEEDS)
    return found | get_type_hints(Hub)


@cache
def _asked_by(provided: Callable[..., Any]) -> tuple[tuple[str, type[Any]], ...]:
    hints = get_type_hints(provided)
    return tuple((name, kind) for name, kind in hints.items() if name != "return")


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")
