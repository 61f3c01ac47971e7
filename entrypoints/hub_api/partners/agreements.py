"""Agreements, for the hub's operators: who exchanges data with whom, where the hub asks for it."""

from adapters.ocpi.schemas.codes import CURRENCIES
from application.hub import Hub
from domain import errors
from domain.partners.agreements import Fee
from domain.partners.party import PartyId
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.forms import fill_in
from entrypoints.hub_api.listing import cut
from entrypoints.hub_api.partners.forms import AgreementForm, FeeForm
from entrypoints.hub_api.partners.shapes import agreement_shape
from entrypoints.ocpi.replies import Reply, of_value


def list_agreements(hub: Hub, call: HubApiCall) -> Reply:
    """GET: every agreement, oldest first."""
    return cut(call, [agreement_shape(made) for made in hub.administration.agreed()])


def make_agreement(hub: Hub, call: HubApiCall) -> Reply:
    """POST: the two parties see each other from now on. Safe to repeat."""
    form = fill_in(AgreementForm(), call.json_object())
    one, other = (hub.partner_names.party(PartyId.parse(form[side])) for side in ("one", "other"))
    return of_value(agreement_shape(hub.administration.agree(one, other)), status=201)


def price_agreement(hub: Hub, call: HubApiCall) -> Reply:
    """PUT fees: the hub's share of CDRs in this currency, from now on; the old one is replaced."""
    currency = call.path["currency"].upper()
    if currency not in CURRENCIES:
        raise errors.InvalidParameter("the URL names no currency of ISO 4217")
    form = fill_in(FeeForm(), call.json_object())
    fee = Fee(currency, form["fixed"], form["percent"])
    return of_value(agreement_shape(hub.administration.price(call.path["agreement_id"], fee)))


def end_agreement(hub: Hub, call: HubApiCall) -> Reply:
    """DELETE: the two do not see each other any more, from now on."""
    if not hub.administration.disagree(call.path["agreement_id"]):
        raise errors.UnknownObject("there is no agreement of this id")
    return Reply()
