"""Why, or why not: one endpoint a question, in the words of `ocpi-hub why`."""

from application.explaining.objects import EXPLAINED
from application.explaining.story import Explanation
from application.hub import Hub
from domain import errors
from domain.objects.stored import ObjectKey
from domain.objects.tokens import type_of
from domain.partners.party import PartyId
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.explaining.shapes import explanation_shape
from entrypoints.hub_api.listing import named_key, named_party
from entrypoints.ocpi.replies import Reply, of_value

_TOKENS, _CDRS = "tokens", "cdrs"


def of_object(hub: Hub, call: HubApiCall) -> Reply:
    """GET object: does `to` get it?"""
    key = object_named(_said(call, "object"), call.parameter("type"))
    return _told(hub.object_explainer.explain(key, to=_party(call, "to"), by=call.caller))


def of_party(hub: Hub, call: HubApiCall) -> Reply:
    """GET party: does `to` see it?"""
    party = _party(call, "party")
    return _told(hub.party_explainer.explain(party, to=_party(call, "to"), by=call.caller))


def of_token(hub: Hub, call: HubApiCall) -> Reply:
    """GET token: is its owner asked, where `at` authorizes?"""
    key = _key("token", _TOKENS, _said(call, "token"))
    token = token_typed(key, call.parameter("type"))
    return _told(hub.token_explainer.explain(token, at=_party(call, "at"), by=call.caller))


def of_cdr(hub: Hub, call: HubApiCall) -> Reply:
    """GET cdr: whom does it charge, and is it delivered?"""
    cdr = _key("cdr", _CDRS, _said(call, "cdr"))
    return _told(hub.cdr_explainer.explain(cdr, to=named_party(call, "to"), by=call.caller))


def object_named(text: str, token_type: str | None) -> ObjectKey:
    """The object of `locations/DE-ABC/LOC1`, or the token of this type.

    :raises InvalidParameter: if it is written otherwise, or has a type and is no token.
    """
    module, _, owned = text.partition("/")
    if module not in EXPLAINED:
        modules = ", ".join(EXPLAINED)
        raise errors.InvalidParameter(f"object: write it as MODULE/DE-ABC/ID, of {modules}")
    if module != _TOKENS and token_type is not None:
        raise errors.InvalidParameter("type: of tokens alone")
    key = _key("object", module, owned)
    return key if module != _TOKENS else token_typed(key, token_type)


def token_typed(key: ObjectKey, token_type: str | None) -> ObjectKey:
    """The token's key; its type is RFID unless it is said."""
    return ObjectKey(key.module, key.owner, key.id, type_of(token_type))


def _told(explained: Explanation) -> Reply:
    return of_value(explanation_shape(explained))


def _key(name: str, module: str, owned: str) -> ObjectKey:
    try:
        return named_key(module, owned)
    except ValueError as wrong:
        raise errors.InvalidParameter(f"{name}: {wrong}") from wrong


def _party(call: HubApiCall, name: str) -> PartyId:
    if (party := named_party(call, name)) is None:
        raise errors.InvalidParameter(f"{name}: is missing")
    return party


def _said(call: HubApiCall, name: str) -> str:
    if (text := call.parameter(name)) is None:
        raise errors.InvalidParameter(f"{name}: is missing")
    return text
