"""How the tests of the bridge convert, and what they convert."""

from typing import Any

from domain.bridging import down, up
from domain.bridging.dialect import USUAL, Dialect
from domain.bridging.losses import Converted, LossClass
from tests.builders import at

Doc = dict[str, Any]
OWNER = {"country_code": "DE", "party_id": "ABC"}


def said(kind: str, document: Any, dialect: Dialect = USUAL) -> Any:
    """What a partner on 2.2.1 is sent, where nothing is lost."""
    converted = down.whole(kind, document, dialect)
    assert not converted.losses
    return converted.document


def read(kind: str, document: Any, dialect: Dialect = USUAL) -> Any:
    """What the hub reads of a partner on 2.2.1, where nothing is lost."""
    converted = up.whole(kind, document, dialect)
    assert not converted.losses
    return converted.document


def lost(converted: Converted) -> dict[str, tuple[LossClass, str]]:
    """What each path has lost, and how."""
    return {loss.path: (loss.what, loss.was) for loss in converted.losses}


def a_connector(**fields: Any) -> Doc:
    return {"id": "1", "standard": "IEC_62196_T2", "last_updated": at(0), **fields}


def an_evse(*connectors: Doc, **fields: Any) -> Doc:
    usual = {"uid": "E1", "status": "AVAILABLE", "last_updated": at(0)}
    return {**usual, "connectors": list(connectors) or [a_connector()], **fields}


def a_location(*evses: Doc, **fields: Any) -> Doc:
    usual = {**OWNER, "id": "LOC1", "publish": True, "last_updated": at(0)}
    return {**usual, "evses": list(evses) or [an_evse()], **fields}


def a_component(price: Any, **fields: Any) -> Doc:
    return {"type": "ENERGY", "price": price, "step_size": 1, **fields}


def an_element(*components: Doc, **fields: Any) -> Doc:
    return {"price_components": list(components), **fields}


def a_tariff(*components: Doc, included: Any = "NO", **fields: Any) -> Doc:
    """Of 2.3.0; `included=None` makes it one of 2.2.1."""
    tariff = {**OWNER, "id": "T1", "currency": "EUR", "elements": [an_element(*components)]}
    taxes = {} if included is None else {"tax_included": included}
    return {**tariff, "last_updated": at(0), **taxes, **fields}


def a_token(type_: str = "RFID", **fields: Any) -> Doc:
    usual = {"country_code": "NL", "party_id": "MSP", "uid": "0A1B", "contract_id": "NL-MSP-C1"}
    return {**usual, "type": type_, **fields}


def a_session(**fields: Any) -> Doc:
    return {**OWNER, "id": "S1", "cdr_token": a_token(), "last_updated": at(0), **fields}


def a_cdr(**fields: Any) -> Doc:
    return {**OWNER, "id": "CDR1", "cdr_token": a_token(), "last_updated": at(0), **fields}
