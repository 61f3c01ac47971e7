"""GET, PUT, DELETE /hub/v1/interest: what a partner wants pushed to it, and operators for it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow.fields import Dict, List, Nested, String
from marshmallow.validate import Length

from adapters.ocpi.schemas.codes import COUNTRIES
from application.hub import Hub
from application.modules import STORED
from application.partners.interests import MOST_COUNTRIES, MOST_OWNERS
from domain import errors
from domain.documents import JsonValue
from domain.errors import Problem
from domain.partners.interest import NOTHING, Interest, Interests
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.places import Box
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.forms import PARTY, ExactNumberField, FewOf, fill_in
from entrypoints.hub_api.shapes import Shape, time_text
from entrypoints.ocpi.replies import Reply, of_value

_MOST_MODULES = 10


def _country(text: str) -> None:
    if text.upper() not in COUNTRIES:
        raise ValidationError("Not a country of ISO 3166-1 such as DE.")


class NarrowingForm(Schema):
    """Of which owners, and where; empty: of all, and anywhere."""

    countries = FewOf(String(validate=_country), most=MOST_COUNTRIES, least=0)
    owners = FewOf(String(validate=PARTY), most=MOST_OWNERS, least=0)
    bbox = List(ExactNumberField(), load_default=None, allow_none=True, validate=Length(equal=4))


class InterestForm(Schema):
    """PUT /hub/v1/interest: every choice; a module that is not named is pushed whole."""

    push = Dict(
        keys=String(validate=Length(1, 40)),
        values=Nested(NarrowingForm),
        load_default=dict,
        validate=Length(max=_MOST_MODULES),
    )
    pull = FewOf(String(validate=Length(1, 40)), most=_MOST_MODULES, least=0)


def get_interest(hub: Hub, call: HubApiCall) -> Reply:
    """GET: what is pushed to the partner, by module."""
    return of_value(interest_shape(_about(hub, call).interests))


def set_interest(hub: Hub, call: HubApiCall) -> Reply:
    """PUT: these choices and no others, from now on."""
    chosen = _chosen(fill_in(InterestForm(), call.json_object()))
    partner = hub.reader_interests.choose(_about(hub, call).id, chosen)
    return of_value(interest_shape(partner.interests))


def reset_interest(hub: Hub, call: HubApiCall) -> Reply:
    """DELETE: everything is pushed again."""
    partner = hub.reader_interests.choose(_about(hub, call).id, {})
    return of_value(interest_shape(partner.interests))


def interest_shape(interests: Interests) -> Shape:
    """Each module that the hub pushes, in `push` with what of it, or in `pull`.

    `in_step` is false while the partner is still to be sent what it did not want before.
    """
    known = {module: interests.of(module) for module in STORED}
    return {
        "push": {name: _narrowing(each) for name, each in known.items() if not each.is_pulled},
        "pull": [name for name, each in known.items() if each.is_pulled],
        "revision": interests.revision,
        "changed": time_text(interests.changed_at),
        "in_step": not interests.outgrown,
    }


def interest_of(form: Mapping[str, Any]) -> Interest:
    """What a filled form wants of a module.

    :raises ValueError: if its box is none.
    """
    edges = form["bbox"]
    return Interest(
        countries=frozenset(each.upper() for each in form["countries"]),
        owners=frozenset(map(PartyId.parse, form["owners"])),
        box=None if edges is None else Box.of(*map(float, edges)),
    )


def _about(hub: Hub, call: HubApiCall) -> Partner:
    """The calling partner, or the one that an operator names."""
    if "partner" in call.path:
        return hub.administration.find(call.path["partner"])
    return call.partner


def _chosen(form: Mapping[str, Any]) -> dict[str, Interest]:
    chosen, problems = dict[str, Interest](), list[Problem]()
    for module, narrowing in form["push"].items():
        try:
            chosen[module] = interest_of(narrowing)
        except ValueError as wrong:
            problems.append(Problem(f"push.{module}.bbox", str(wrong)))
    problems += [
        Problem(f"pull[{number}]", f"{module} is pushed, too")
        for number, module in enumerate(form["pull"])
        if module in form["push"]
    ]
    if problems:
        raise errors.InvalidDocument(tuple(problems))
    return {**chosen, **dict.fromkeys(form["pull"], NOTHING)}


def _narrowing(interest: Interest) -> JsonValue:
    edges = None if interest.box is None else interest.box.edges
    return {
        "countries": sorted(interest.countries),
        "owners": sorted(owner.spelled for owner in interest.owners),
        "bbox": None if edges is None else [Decimal(repr(edge)) for edge in edges],
    }
