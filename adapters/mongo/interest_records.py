"""What partners want pushed to them, as MongoDB keeps it: inside a partner's record."""

from adapters.mongo.client import Record
from domain.partners.interest import Choice, Interest, Interests
from domain.partners.party import PartyId
from domain.places import Box


def of_interests(interests: Interests) -> Record:
    return {
        "choices": [_of_choice(each) for each in interests.choices],
        "outgrown": [_of_choice(each) for each in interests.outgrown],
        "revision": interests.revision,
        "changed_at": interests.changed_at,
    }


def as_interests(record: Record | None) -> Interests:
    """A record from before there were interests has none."""
    if record is None:
        return Interests()
    return Interests(
        choices=tuple(_as_choice(each) for each in record["choices"]),
        outgrown=tuple(_as_choice(each) for each in record["outgrown"]),
        revision=record["revision"],
        changed_at=record["changed_at"],
    )


def _of_choice(choice: Choice) -> Record:
    interest = choice.interest
    return {
        "module": choice.module,
        "since": choice.since,
        "countries": sorted(interest.countries),
        "owners": sorted(map(str, interest.owners)),
        "box": None if interest.box is None else list(interest.box.edges),
        "is_pulled": interest.is_pulled,
    }


def _as_choice(record: Record) -> Choice:
    interest = Interest(
        countries=frozenset(record["countries"]),
        owners=frozenset(map(PartyId.parse, record["owners"])),
        box=None if record["box"] is None else Box(*record["box"]),
        is_pulled=record["is_pulled"],
    )
    return Choice(record["module"], interest, record["since"])
