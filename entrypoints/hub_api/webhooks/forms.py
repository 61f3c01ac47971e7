"""The bodies that subscribe a webhook."""

from marshmallow import Schema
from marshmallow.fields import String
from marshmallow.validate import Length, OneOf, Regexp

from domain.delivery.what import EventType
from entrypoints.hub_api.forms import LONGEST_URL, NAME, FewOf


class WebhookForm(Schema):
    """POST /hub/v1/webhooks: `partner` is on whose behalf, for the operator alone to say."""

    partner = String(load_default=None, allow_none=True, validate=NAME)

    url = String(required=True, validate=[Regexp(r"https?://[!-~]+\Z"), Length(max=LONGEST_URL)])
    events = FewOf(
        String(validate=OneOf([event.value for event in EventType])), most=len(EventType)
    )
