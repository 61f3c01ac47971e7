"""The body that makes an operator."""

from marshmallow import Schema
from marshmallow.fields import String
from marshmallow.validate import Length, OneOf

from domain.operators.operator import OperatorRole


class OperatorForm(Schema):
    """POST /hub/v1/operators."""

    name = String(required=True, validate=Length(1, 40))
    role = String(required=True, validate=OneOf([role.value for role in OperatorRole]))
