"""Partners from before there were approved sets get one: what they were invited for, and have.

The live ones come first, and keep what they have; a removed one keeps what no other has by then.
An operator looks at those whose set holds more than an invitation said.
"""

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from adapters.mongo.client import Record, answering
from adapters.mongo.partner_records import as_partner, of_partner
from adapters.mongo.partners import COLLECTION
from domain.partners.partner import Partner, PartnerState
from domain.ports import Json

_OLD: Record = {"approved": {"$exists": False}}
_ORDER = (
    PartnerState.REGISTERED,
    PartnerState.SUSPENDED,
    PartnerState.INVITED,
    PartnerState.UNREGISTERED,
)


@answering()
def give_sets(database: Database[Record], json: Json) -> int:
    """How many got one. Safe to repeat, and while others write: those are done next time."""
    partners = database[COLLECTION]
    old = [(as_partner(record, json), record) for record in partners.find(_OLD)]
    old.sort(key=lambda pair: (_ORDER.index(pair[0].state), -pair[0].created_at.timestamp()))
    return sum(_give_set(partners, partner, record, json) for partner, record in old)


@answering()
def to_review(database: Database[Record]) -> list[str]:
    """`name (id)` of the partners whose set an operator has to look at."""
    wanted = {"$or": [_OLD, {"to_review": True}]}
    found = database[COLLECTION].find(wanted, {"name": 1}).sort([("created_at", 1), ("_id", 1)])
    return [f"{record['name']} ({record['_id']})" for record in found]


def _give_set(partners: Collection[Record], partner: Partner, record: Record, json: Json) -> bool:
    invited = {f"{each['party']}/{each['role']}" for each in record["invited"]}
    wanted = partner.approved.keys | partner.had | partner.holds
    free = wanted - _kept_by_others(partners, partner.id, wanted)
    is_over = partner.state is PartnerState.UNREGISTERED
    is_said = is_over or (partner.had <= invited and free == wanted)
    fresh = of_partner(partner, json) | {
        "held": sorted(free),
        "role_keys": sorted(free | partner.holds),
        "to_review": not is_said,
    }
    names = ("approved", "waiting", "waiting_hub", "held", "role_keys", "to_review")
    update: Record = {"$set": {name: fresh[name] for name in names}, "$inc": {"revision": 1}}
    if not fresh["role_keys"]:
        update = {**update, "$unset": {"role_keys": ""}}
        del update["$set"]["role_keys"]
    same = {"_id": partner.id, "revision": partner.revision, **_OLD}
    try:
        return partners.update_one(same, update).modified_count == 1
    except DuplicateKeyError:
        return False


def _kept_by_others(partners: Collection[Record], own: str, keys: frozenset[str]) -> frozenset[str]:
    others = partners.find({"_id": {"$ne": own}, "role_keys": {"$in": sorted(keys)}})
    return frozenset(key for other in others for key in other["role_keys"]) & keys
