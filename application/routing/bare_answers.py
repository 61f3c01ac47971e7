"""Operators' responses without their envelope: understood, and put into one for the requester.

Some platforms answer a command with the bare CommandResponse. It says all that is needed, and the
charger is on its way: the requester must not be told that nothing came of it.
"""

from dataclasses import replace
from datetime import datetime

from application.modules import DIALOGUES
from domain.partners.party import Interface
from domain.ports import WireAnswer
from domain.times import format_time

_SUCCESS = 1000


def in_envelope(
    answer: WireAnswer, module: str, interface: Interface, *, now: datetime
) -> WireAnswer:
    """The answer; a bare response of an operator as if it had come in an envelope."""
    is_of_an_operator = module in DIALOGUES and interface is Interface.RECEIVER
    if answer.bare is None or not is_of_an_operator or not 200 <= answer.status < 300:
        return answer
    if not isinstance(answer.bare.get("result"), str):
        return answer
    said = f',"status_code":{_SUCCESS},"timestamp":"{format_time(now)}"}}'
    body = b'{"data":' + answer.body.strip() + said.encode()
    return replace(answer, code=_SUCCESS, data=answer.bare, body=body, bare=None)
