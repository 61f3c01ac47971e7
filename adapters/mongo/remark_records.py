"""Remarks as MongoDB keeps them: a part of the record of the object that they are about."""

from datetime import datetime

from adapters.mongo.client import Record
from domain.objects.remarks import NO_REMARKS, Remarks


def of_remarks(remarks: Remarks, at: datetime, partner_id: str) -> Record:
    return {"by": partner_id, "at": at, "said": list(remarks.said), "more": remarks.more}


def as_remarks(record: Record | None) -> Remarks:
    if record is None:
        return NO_REMARKS
    return Remarks(tuple(record["said"]), record["more"])
