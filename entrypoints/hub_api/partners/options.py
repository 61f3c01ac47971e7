"""A connection's options as operators write and read them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marshmallow import Schema
from marshmallow.fields import Boolean, Integer, Nested, String
from marshmallow.validate import OneOf, Range

from domain.delivery.lanes import THREADS
from domain.partners.options import ConnectionOptions
from domain.partners.pace import MOST_PER_S, Pace
from domain.validation import DEFAULT, Direction, Mode
from entrypoints.hub_api.shapes import Shape

_MODE = OneOf([*(mode.value for mode in Mode), DEFAULT])


class ValidationForm(Schema):
    """A mode for each direction that is named; `default`: as the hub's settings have it."""

    push = String(validate=_MODE)
    pull = String(validate=_MODE)
    cdr = String(validate=_MODE)


class OptionsForm(Schema):
    """PATCH /hub/v1/partners/{id}/options: what is not named stays as it is."""

    validation = Nested(ValidationForm)
    raw_token_in = Boolean()
    raw_token_out = Boolean()
    post_credentials_200 = Boolean()
    sends_per_s = Integer(strict=True, validate=Range(0, MOST_PER_S))
    sends_at_once = Integer(strict=True, validate=Range(0, THREADS))


_FIELDS = {
    "raw_token_in": "raw_in",
    "raw_token_out": "raw_out",
    "post_credentials_200": "created_is_200",
}


def changed(options: ConnectionOptions, form: Mapping[str, Any]) -> ConnectionOptions:
    """The options with what a filled form names."""
    said = ",".join(f"{name}={mode}" for name, mode in form.get("validation", {}).items())
    validation = options.validation.changed(said) if said else options.validation
    flags = {field: form[name] for name, field in _FIELDS.items() if name in form}
    pace = Pace(
        form.get("sends_per_s", options.pace.per_s),
        form.get("sends_at_once", options.pace.at_once),
    )
    return replace(options, validation=validation, pace=pace, **flags)


def options_shape(options: ConnectionOptions) -> Shape:
    """Each of them; a mode that is not said is `default`."""
    validation = options.validation
    modes = {each.value: validation.of(each) or DEFAULT for each in Direction}
    flags = {name: getattr(options, field) for name, field in _FIELDS.items()}
    pace = {"sends_per_s": options.pace.per_s, "sends_at_once": options.pace.at_once}
    return {"validation": {name: str(mode) for name, mode in modes.items()}, **flags, **pace}
