"""The bodies that operators send about CDRs."""

from marshmallow import Schema
from marshmallow.fields import String

from entrypoints.hub_api.forms import PARTY, MomentField


class ReplayForm(Schema):
    """POST /hub/v1/cdrs/replay: all that this party was to get since then."""

    party = String(required=True, validate=PARTY)
    since = MomentField(required=True)
