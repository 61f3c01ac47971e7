"""What the hub's user may do in each database, collection by collection: the guide is made of it.

What is only added to and read cannot be changed by the process that answers requests.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adapters.mongo import (
    agreements,
    alarms,
    archive,
    audit,
    commands,
    lanes,
    leases,
    operators,
    partners,
    pulls,
    stamps,
    subscriptions,
)
from adapters.mongo.object_records import collection_of

Actions = tuple[str, ...]
ADDED: Actions = ("find", "insert")
COUNTED: Actions = ("find", "insert", "update")
CHANGED: Actions = ("find", "insert", "update", "remove")
NOTED: Actions = (
    *("createCollection", "createIndex", "dropCollection", "find", "insert"),
    *("listCollections", "update"),
)
_EACH = ""
"""Every collection of a database: the journal has one a day."""
_FOR_EVER = (archive.ARCHIVE, archive.CONFLICTS, leases.ATTEMPTS)
_PLAIN = (
    *(agreements.AGREEMENTS, agreements.QUARANTINE, commands.COLLECTION, leases.COLLECTION),
    *(lanes.COLLECTION, partners.COLLECTION, pulls.COLLECTION, subscriptions.COLLECTION),
)


@dataclass(frozen=True)
class Role:
    """What a user of the hub may do in one database."""

    database: str
    name: str
    grants: tuple[tuple[str, Actions], ...]

    def statement(self) -> str:
        """What makes the role, in `mongosh`; the privileges in the order of their collections."""
        privileges = ",\n".join(f"    {json.dumps(each)}" for each in self._privileges())
        return (
            f'db.getSiblingDB("{self.database}").createRole({{\n'
            f'  "role": "{self.name}",\n'
            f'  "privileges": [\n{privileges}\n  ],\n'
            f'  "roles": []\n'
            f"}})"
        )

    def _privileges(self) -> Iterator[dict[str, object]]:
        for collection, actions in sorted(self.grants):
            where = {"db": self.database, "collection": collection}
            yield {"resource": where, "actions": list(actions)}


def roles(
    database: str, audit_database: str, journal_database: str, modules: Iterable[str]
) -> tuple[Role, ...]:
    """The roles of the user that web, workers, sweeper and commands have: one a database."""
    objects = [(collection_of(module), CHANGED) for module in modules]
    hubs = (
        *((name, ADDED) for name in _FOR_EVER),
        *((name, CHANGED) for name in _PLAIN),
        *objects,
        (alarms.COLLECTION, COUNTED),
        (stamps.COLLECTION, COUNTED),
        (operators.COLLECTION, COUNTED),
    )
    return (
        Role(database, "hub_web", hubs),
        Role(audit_database, "hub_audit", ((audit.COLLECTION, ADDED),)),
        Role(journal_database, "hub_journal", ((_EACH, NOTED),)),
    )


def statements(
    database: str, audit_database: str, journal_database: str, modules: Iterable[str]
) -> str:
    """All that makes the two users, in `mongosh`."""
    made = roles(database, audit_database, journal_database, modules)
    elsewhere = [{"role": each.name, "db": each.database} for each in made[1:]]
    web = ["hub_web", *elsewhere]
    owner = ["dbAdmin", *({"role": "dbAdmin", "db": each.database} for each in made[1:]), *web]
    users = {"hub_web": web, "hub_owner": owner}
    return "\n".join(
        (
            *(each.statement() for each in made[1:]),
            made[0].statement(),
            *(_user(database, name, granted) for name, granted in users.items()),
        )
    )


def _user(database: str, name: str, granted: object) -> str:
    written = json.dumps({"user": name, "pwd": "…", "roles": granted}, ensure_ascii=False)
    return f'db.getSiblingDB("{database}").createUser({written})'
