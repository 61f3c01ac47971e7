"""Operators' tokens, for those with the role admin."""

from application.hub import Hub
from domain.operators.operator import OperatorRole
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.forms import fill_in
from entrypoints.hub_api.listing import cut
from entrypoints.hub_api.operators.forms import OperatorForm
from entrypoints.hub_api.operators.shapes import made_operator_shape, operator_shape
from entrypoints.ocpi.replies import Reply, of_value


def list_operators(hub: Hub, call: HubApiCall) -> Reply:
    """GET: every operator there is or was, by name."""
    return cut(call, [operator_shape(each) for each in hub.operator_tokens.all()])


def add_operator(hub: Hub, call: HubApiCall) -> Reply:
    """POST: a new token; it is in this answer and nowhere else."""
    form = fill_in(OperatorForm(), call.json_object())
    made = hub.operator_tokens.add(form["name"], OperatorRole(form["role"]))
    return of_value(made_operator_shape(made), status=201)


def revoke_operator(hub: Hub, call: HubApiCall) -> Reply:
    """DELETE: the token opens nothing from now on; its name stays taken."""
    return of_value(operator_shape(hub.operator_tokens.revoke(call.path["operator"])))
