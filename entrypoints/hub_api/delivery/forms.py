"""The bodies that operators send about deliveries."""

from marshmallow import Schema
from marshmallow.fields import String

from entrypoints.hub_api.forms import NAME


class RetryForm(Schema):
    """POST /hub/v1/deliveries/retry: all that this partner is owed; its id, name or party."""

    partner = String(required=True, validate=NAME)
