"""Builders of sessions and CDRs: ABC's chargers, XYZ's token, twenty kilowatt hours."""

import hashlib
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.cdrs.cdr import Cdr
from domain.cdrs.custody import Filed, delivery_id_of, ref_of
from domain.delivery.deliveries import CdrDelivery, Delivery, DeliveryClass, DeliveryOf, LaneId
from domain.delivery.what import CdrHandover
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from domain.times import parse_time
from tests.builders import ABC, NOON, XYZ, Doc, PlainJson, at

S1 = ObjectKey("sessions", ABC, "S1")
CDR1 = ObjectKey("cdrs", ABC, "CDR1")


def a_handover(**known: Any) -> CdrHandover:
    """What the delivery of CDR1 knows of it."""
    return CdrHandover(**{"ref": ref_of(CDR1, 0), "key": CDR1, **known})


def a_cdr_delivery(handover: CdrHandover | None = None, **fields: Any) -> CdrDelivery:
    """CDR1 that XYZ is owed at the partner `emsp`, and that no process has claimed."""
    what = handover or a_handover()
    lane = LaneId("emsp", DeliveryClass.CDR)
    fresh = DeliveryOf(delivery_id_of(what.ref), lane, XYZ, what, 1, NOON, NOON)
    return replace(fresh, **fields)


def handover_of(delivery: Delivery) -> CdrHandover:
    """What the delivery knows of its CDR."""
    assert isinstance(delivery.what, CdrHandover)
    return delivery.what


def a_cdr_token(party: PartyId = XYZ) -> Doc:
    """The token that was charged with: its party owes the bill."""
    return {
        "country_code": party.country_code,
        "party_id": party.party_id,
        "uid": "T1",
        "type": "RFID",
        "contract_id": "FR-XYZ-T1",
    }


def a_period(start: float = 0, kwh: str = "1.0") -> Doc:
    dimensions = [{"type": "ENERGY", "volume": Decimal(kwh)}]
    return {"start_date_time": at(start), "dimensions": dimensions}


def a_session(session_id: str = "S1", *, updated: float = 0, **fields: Any) -> Doc:
    """ABC's session with a token of XYZ's."""
    usual = {
        "country_code": "DE",
        "party_id": "ABC",
        "id": session_id,
        "start_date_time": at(0),
        "kwh": Decimal("0"),
        "cdr_token": a_cdr_token(),
        "auth_method": "WHITELIST",
        "location_id": "LOC1",
        "evse_uid": "E1",
        "connector_id": "1",
        "currency": "EUR",
        "status": "ACTIVE",
        "last_updated": at(updated),
    }
    return {**usual, **fields}


def a_cost(net: str = "10.00", *taxes: str) -> Doc:
    named = [{"name": "VAT", "amount": Decimal(amount)} for amount in taxes]
    return {"before_taxes": Decimal(net), **({"taxes": named} if named else {})}


def a_cdr(cdr_id: str = "CDR1", *, updated: float = 0, **fields: Any) -> Doc:
    """ABC's bill of 20 kWh, 10.00 EUR and 1.90 of taxes, to XYZ."""
    usual = {
        "country_code": "DE",
        "party_id": "ABC",
        "id": cdr_id,
        "start_date_time": at(-3600),
        "end_date_time": at(0),
        "session_id": "S1",
        "cdr_token": a_cdr_token(),
        "auth_method": "WHITELIST",
        "currency": "EUR",
        "charging_periods": [a_period(-3600)],
        "total_cost": a_cost("10.00", "1.90"),
        "total_energy": Decimal("20.000"),
        "total_time": Decimal("1.0"),
        "last_updated": at(updated),
    }
    return {**usual, **fields}


def a_credit(cdr_id: str = "CDR1-C", *, of: str = "CDR1", **fields: Any) -> Doc:
    """The Credit CDR that takes `of` back: only its cost is negated (CDR-1)."""
    usual = {
        "credit": True,
        "credit_reference_id": of,
        "total_cost": a_cost("-10.00", "-1.90"),
    }
    return a_cdr(cdr_id, **{**usual, **fields})


def a_filed(document: Doc | None = None, turn: int = 0, **fields: Any) -> Filed:
    """A CDR in the archive, posted by the partner `cpo` at noon."""
    cdr = Cdr(a_cdr() if document is None else document)
    key = ObjectKey("cdrs", cdr.owner, cdr.id)
    body = PlainJson().dump(cdr.document)
    usual: Doc = {
        "ref": ref_of(key, turn),
        "key": key,
        "turn": turn,
        "receiver": cdr.reader,
        "sender": cdr.owner,
        "origin": "cpo",
        "body": body,
        "sha256": hashlib.sha256(body).hexdigest(),
        "received_at": NOON,
        "last_updated": parse_time(cdr.last_updated),
        "correlation_id": "C-1",
        "account": cdr.account(),
        "session": cdr.session,
        "credited": cdr.credited,
    }
    return Filed(**{**usual, **fields})
