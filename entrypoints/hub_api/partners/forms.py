"""The bodies that operators send about partners and agreements."""

from decimal import Decimal

from marshmallow import Schema
from marshmallow.fields import Boolean, Integer, Nested, String
from marshmallow.validate import Length, OneOf, Range, Regexp

from domain.partners.party import Role
from entrypoints.hub_api.forms import LONGEST_URL, NAME, PARTY, ExactNumberField, FewOf
from entrypoints.hub_api.partners.options import OptionsForm

_LONGEST_TOKEN = 64


class _InvitedRole(Schema):
    role = String(required=True, validate=OneOf([role.value for role in Role]))
    country_code = String(required=True, validate=Regexp(r"[A-Za-z]{2}\Z"))
    party_id = String(required=True, validate=Regexp(r"([A-Za-z0-9]{3}|\*)\Z"))


class ApprovalForm(Schema):
    """PUT /hub/v1/partners/{id}/approved: the whole set; `*` as a party_id for a hub alone."""

    roles = FewOf(Nested(_InvitedRole), most=1000, least=0)
    hub_party = String(load_default=None, allow_none=True, validate=PARTY)


class InvitationForm(Schema):
    """POST /hub/v1/partners."""

    name = String(required=True, validate=NAME)
    roles = FewOf(Nested(_InvitedRole), most=1000)
    hub_party = String(load_default=None, allow_none=True, validate=PARTY)
    expires_in_days = Integer(strict=True, validate=Range(1, 365), load_default=14)
    announce = Boolean(load_default=False)
    options = Nested(OptionsForm, load_default=dict)


class RenewedInvitationForm(Schema):
    """POST /hub/v1/partners/{id}/invite."""

    expires_in_days = Integer(strict=True, validate=Range(1, 365), load_default=14)


class ConnectionForm(ApprovalForm):
    """POST /hub/v1/partners/connect: what a partner has sent its operator."""

    name = String(required=True, validate=NAME)
    url = String(required=True, validate=[Regexp(r"https?://"), Length(max=LONGEST_URL)])
    token = String(required=True, validate=Regexp(rf"[!-~]{{1,{_LONGEST_TOKEN}}}\Z"))
    options = Nested(OptionsForm, load_default=dict)


class RotationForm(Schema):
    """POST /hub/v1/partners/{id}/rotate."""

    compromised = Boolean(load_default=False)


class AgreementForm(Schema):
    """POST /hub/v1/agreements: two parties, as `DE-ABC`."""

    one = String(required=True, validate=PARTY)
    other = String(required=True, validate=PARTY)


class FeeForm(Schema):
    """PUT /hub/v1/agreements/{id}/fees/{currency}: per CDR, and in percent of before_taxes."""

    fixed = ExactNumberField(load_default=Decimal(0), validate=Range(min=0))
    percent = ExactNumberField(load_default=Decimal(0), validate=Range(min=0, max=100))


class StandInForm(Schema):
    """PUT /hub/v1/partners/{id}/stand-in."""

    allowed = Boolean(required=True)


class SyncForm(Schema):
    """POST /hub/v1/partners/{id}/sync."""

    whole = Boolean(load_default=False)
