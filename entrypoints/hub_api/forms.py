"""The bodies that operators send, and every reason why one cannot be used."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow.fields import Boolean, Field, Integer, List, Nested, String
from marshmallow.validate import Length, OneOf, Range, Regexp

from adapters.ocpi.json import is_ordinary
from domain.delivery.what import EventType
from domain.documents import Document
from domain.errors import InvalidDocument, Problem
from domain.noted_text import storable
from domain.partners.party import Role
from domain.times import parse_moment
from entrypoints.hub_api.options import OptionsForm

_MOST_FIELDS = 50
_LONGEST_PATH = 100


class _Few(List[Any]):
    """A list whose length is looked at before its entries are."""

    def __init__(self, entry: Field[Any], *, most: int, least: int = 1) -> None:
        wanted: dict[str, Any] = {"required": True} if least else {"load_default": list}
        super().__init__(entry, validate=Length(least, most), **wanted)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **further: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise ValidationError(f"Longer than maximum length {self.most}.")
        return super()._deserialize(value, attr, data, **further)


def _keepable(value: str) -> None:
    if value != storable(value):
        raise ValidationError("Holds a control character, or half a character.")


_NAME: tuple[Callable[[Any], Any], ...] = (Length(1, 100), _keepable)
_PARTY = Regexp(r"[A-Za-z]{2}[-/]?[A-Za-z0-9]{3}\Z")
_LONGEST_URL = 255
_LONGEST_TOKEN = 64


class _InvitedRole(Schema):
    role = String(required=True, validate=OneOf([role.value for role in Role]))
    country_code = String(required=True, validate=Regexp(r"[A-Za-z]{2}\Z"))
    party_id = String(required=True, validate=Regexp(r"([A-Za-z0-9]{3}|\*)\Z"))


class ApprovalForm(Schema):
    """PUT /hub/v1/partners/{id}/approved: the whole set; `*` as a party_id for a hub alone."""

    roles = _Few(Nested(_InvitedRole), most=1000, least=0)
    hub_party = String(load_default=None, allow_none=True, validate=_PARTY)


class InvitationForm(Schema):
    """POST /hub/v1/partners."""

    name = String(required=True, validate=_NAME)
    roles = _Few(Nested(_InvitedRole), most=1000)
    hub_party = String(load_default=None, allow_none=True, validate=_PARTY)
    expires_in_days = Integer(strict=True, validate=Range(1, 365), load_default=14)
    announce = Boolean(load_default=False)
    options = Nested(OptionsForm, load_default=dict)


class RenewedInvitationForm(Schema):
    """POST /hub/v1/partners/{id}/invite."""

    expires_in_days = Integer(strict=True, validate=Range(1, 365), load_default=14)


class ConnectionForm(ApprovalForm):
    """POST /hub/v1/partners/connect: what a partner has sent its operator."""

    name = String(required=True, validate=_NAME)
    url = String(required=True, validate=[Regexp(r"https?://"), Length(max=_LONGEST_URL)])
    token = String(required=True, validate=Regexp(rf"[!-~]{{1,{_LONGEST_TOKEN}}}\Z"))
    options = Nested(OptionsForm, load_default=dict)


class RotationForm(Schema):
    """POST /hub/v1/partners/{id}/rotate."""

    compromised = Boolean(load_default=False)


class AgreementForm(Schema):
    """POST /hub/v1/agreements: two parties, as `DE-ABC`."""

    one = String(required=True, validate=_PARTY)
    other = String(required=True, validate=_PARTY)


class _Exact(Field[Decimal]):
    """A JSON number, with every digit that it came with."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **further: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValidationError("expected a number")
        if not is_ordinary(value):
            raise ValidationError("expected a number of at most 60 digits")
        return Decimal(str(value))


class FeeForm(Schema):
    """PUT /hub/v1/agreements/{id}/fees/{currency}: per CDR, and in percent of before_taxes."""

    fixed = _Exact(load_default=Decimal(0), validate=Range(min=0))
    percent = _Exact(load_default=Decimal(0), validate=Range(min=0, max=100))


class _Moment(Field[datetime]):
    """A day or a UTC timestamp."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **further: Any) -> datetime:
        try:
            return parse_moment(str(value))
        except ValueError as wrong:
            raise ValidationError("expected a day or a UTC timestamp") from wrong


class ReplayForm(Schema):
    """POST /hub/v1/cdrs/replay: all that this party was to get since then."""

    party = String(required=True, validate=_PARTY)
    since = _Moment(required=True)


class RetryForm(Schema):
    """POST /hub/v1/deliveries/retry: all that this partner is owed; its id, name or party."""

    partner = String(required=True, validate=_NAME)


class StandInForm(Schema):
    """PUT /hub/v1/partners/{id}/stand-in."""

    allowed = Boolean(required=True)


class SyncForm(Schema):
    """POST /hub/v1/partners/{id}/sync."""

    whole = Boolean(load_default=False)


class WebhookForm(Schema):
    """POST /hub/v1/webhooks: `partner` is on whose behalf, for the operator alone to say."""

    partner = String(load_default=None, allow_none=True, validate=_NAME)

    url = String(required=True, validate=[Regexp(r"https?://[!-~]+\Z"), Length(max=_LONGEST_URL)])
    events = _Few(String(validate=OneOf([event.value for event in EventType])), most=len(EventType))


def fill_in(form: Schema, document: Document) -> Mapping[str, Any]:
    """The form with its defaults.

    :raises InvalidDocument: naming every wrong field; unknown ones are wrong.
    """
    if len(document) > _MOST_FIELDS:
        raise InvalidDocument((Problem("", f"more than {_MOST_FIELDS} fields"),))
    try:
        filled: Mapping[str, Any] = form.load(dict(document))
    except ValidationError as wrong:
        raise InvalidDocument(tuple(_problems(wrong.messages, ""))) from wrong
    return filled


def _problems(messages: Any, path: str) -> Iterator[Problem]:
    if not isinstance(messages, Mapping):
        yield Problem(storable(path, _LONGEST_PATH), " ".join(messages))
        return
    for name, within in messages.items():
        step = f"[{name}]" if isinstance(name, int) else f".{name}"
        yield from _problems(within, (path + step).removeprefix("."))
