"""Bills at a hub: a CPO posts them, an eMSP gets them; what tests of their accounts begin with."""

from typing import Any

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.charging import cdr


def post(cpo: Platform, to: tuple[str, str] | None = None, **fields: Any) -> Answer:
    """A CDR for the hub, unless `to` names the eMSP."""
    return cpo.hub.push("POST", "cdrs", (), cdr(**fields), to=to or cpo.hub.hub_party)


def ref_of(answer: Answer) -> str:
    """The CDR's name at the hub: the end of its Location."""
    assert answer.ok, answer.raw
    return answer.headers["location"].rpartition("/")[2]


def bills_at(msp: Platform) -> int:
    """How many CDRs the eMSP was posted."""
    return sum((each.module, each.method) == ("cdrs", "POST") for each in msp.received)
