"""CDRs in the archive as MongoDB keeps them: the owner's bytes, never BSON; figures as text.

A Decimal is kept as the digits that it came with: nothing is rounded on the way to the database.
"""

from decimal import Decimal

from bson import Binary

from adapters.mongo.client import Record
from adapters.mongo.moments import as_text, of_text
from adapters.mongo.remark_records import as_remarks, of_remarks
from domain.cdrs.clearing import Account
from domain.cdrs.custody import Billed, CdrConflict, Filed
from domain.objects.stored import ObjectKey
from domain.partners.agreements import Fee
from domain.partners.party import PartyId

BILLED = {"key": 1, "addressee": 1, "received_at": 1, "account": 1, "fee": 1}
"""The figures without the bytes."""


def of_filed(filed: Filed) -> Record:
    account, fee = filed.account, filed.fee
    said = {"remarked": of_remarks(filed.remarks, filed.received_at, filed.origin)}
    return {
        "_id": filed.ref,
        "key": str(filed.key),
        "turn": filed.turn,
        "addressee": str(filed.receiver),
        "sender": str(filed.sender),
        "origin": filed.origin,
        "body": Binary(filed.body),
        "sha256": filed.sha256,
        "received_at": filed.received_at,
        "last_updated": as_text(filed.last_updated),
        "correlation_id": filed.correlation_id,
        "account": {
            "currency": account.currency,
            "kwh": str(account.kwh),
            "net": str(account.net),
            "taxes": str(account.taxes),
            "is_credit": account.is_credit,
        },
        "fee": None if fee is None else of_fee(fee),
        "session": None if filed.session is None else str(filed.session),
        "credited": None if filed.credited is None else str(filed.credited),
        **({} if filed.place is None else {"place": filed.place}),
        **(said if filed.remarks else {}),
    }


def as_filed(record: Record) -> Filed:
    return Filed(
        ref=record["_id"],
        key=ObjectKey.parse(record["key"]),
        turn=record["turn"],
        receiver=PartyId.parse(record["addressee"]),
        sender=PartyId.parse(record["sender"]),
        origin=record["origin"],
        body=record["body"],
        sha256=record["sha256"],
        received_at=record["received_at"],
        last_updated=of_text(record["last_updated"]),
        correlation_id=record["correlation_id"],
        account=_as_account(record["account"]),
        fee=None if record["fee"] is None else as_fee(record["fee"]),
        session=_as_key(record["session"]),
        credited=_as_key(record["credited"]),
        place=record.get("place"),
        remarks=as_remarks(record.get("remarked")),
    )


def as_billed(record: Record) -> Billed:
    """What is in a record that was read by BILLED, or whole."""
    return Billed(
        ref=record["_id"],
        cpo=ObjectKey.parse(record["key"]).owner,
        emsp=PartyId.parse(record["addressee"]),
        received_at=record["received_at"],
        account=_as_account(record["account"]),
        fee=None if record["fee"] is None else as_fee(record["fee"]),
    )


def _as_account(record: Record) -> Account:
    return Account(
        currency=record["currency"].upper(),
        kwh=Decimal(record["kwh"]),
        net=Decimal(record["net"]),
        taxes=Decimal(record["taxes"]),
        is_credit=record["is_credit"],
    )


def of_fee(fee: Fee) -> Record:
    return {"currency": fee.currency, "fixed": str(fee.fixed), "percent": str(fee.percent)}


def as_fee(record: Record) -> Fee:
    return Fee(record["currency"], Decimal(record["fixed"]), Decimal(record["percent"]))


def of_conflict(conflict: CdrConflict) -> Record:
    return {
        "_id": f"{conflict.ref}|{conflict.sha256}",
        "ref": conflict.ref,
        "key": str(conflict.key),
        "partner_id": conflict.partner_id,
        "body": Binary(conflict.body),
        "sha256": conflict.sha256,
        "received_at": conflict.received_at,
    }


def as_conflict(record: Record) -> CdrConflict:
    return CdrConflict(
        ref=record["ref"],
        key=ObjectKey.parse(record["key"]),
        partner_id=record["partner_id"],
        body=record["body"],
        sha256=record["sha256"],
        received_at=record["received_at"],
    )


def _as_key(text: str | None) -> ObjectKey | None:
    return None if text is None else ObjectKey.parse(text)
