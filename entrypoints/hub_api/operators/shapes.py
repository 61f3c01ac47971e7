"""Operators and records of the audit trail as they look outside. No token is in either."""

from adapters.ocpi import exact_json
from application.operators.tokens import MadeOperator
from domain.documents import JsonValue
from domain.operators.audit import AuditRecord, Verified, exported
from domain.operators.operator import Operator
from entrypoints.hub_api.shapes import Shape, time_text

_JSON = ("asked", "before", "after")


def operator_shape(operator: Operator) -> Shape:
    """Who may do what; one that is revoked stays to be seen."""
    return {
        "name": operator.name,
        "role": operator.role.value,
        "made": time_text(operator.made_at),
        "revoked": time_text(operator.revoked_at),
    }


def made_operator_shape(made: MadeOperator) -> Shape:
    """A new operator; `token` is shown this once."""
    return {**operator_shape(made.operator), "token": made.token}


def record_shape(record: AuditRecord) -> Shape:
    """One record, its states as objects; a field that says nothing is not there."""
    told: dict[str, JsonValue] = dict(exported(record))
    states = {name: exact_json.parse(str(told[name]).encode()) for name in _JSON if name in told}
    return told | states


def verified_shape(verified: Verified) -> Shape:
    """`hash` is the last sound record's: note it where the hub cannot write."""
    return {
        "records": verified.records,
        "hash": verified.hash or None,
        "fault": verified.fault or None,
    }
